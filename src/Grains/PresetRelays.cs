using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Orleans.Runtime.Services;

namespace Presets.Grains;

/// <summary>
/// Sends calls to the silos that host their presets' grains, and replies back. A call to a grain would be a message of its own each way; under load most of what a remote call costs
/// is sockets and threads that wake each other for each message, so the calls to one silo share them.
/// </summary>
public sealed class PresetRelays(IServiceProvider services, ILocalSiloDetails local) : GrainServiceClient<IPresetRelay>(services)
{
    // What a call or a reply takes beside its texts.
    private const int Envelope = 200;

    private static readonly Histogram<int> Messages =
        new Meter("Presets.Cluster").CreateHistogram<int>("presets.relay.batch.size", "{call}", "Calls, or replies, that left for another silo in one message.");

    private readonly ConcurrentDictionary<SiloAddress, Outboxes> outboxes = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource<PresetReply>> waiting = new();
    private long last;

    /// <summary>How many calls have no reply yet.</summary>
    internal int WaitingCount => waiting.Count;

    /// <summary>What the grain of a preset replies to a change, or to a read when there is none.</summary>
    /// <param name="silo">Where the grain is; when it is not, the relay there asks the grain for us.</param>
    /// <exception cref="TimeoutException">There was no reply in time. Whether the change is stored is not known.</exception>
    public async Task<PresetReply> AskAsync(SiloAddress silo, PresetName key, ChangeMessage? change, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref last);
        var reply = new TaskCompletionSource<PresetReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[number] = reply;
        try
        {
            To(silo).Calls.Add(new RelayedCall(number, PresetGrainKey.Of(key), change));
            return await reply.Task.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            waiting.TryRemove(number, out _);
        }
    }

    /// <summary>A silo has left the membership for good.</summary>
    public void Forget(SiloAddress silo) => outboxes.TryRemove(silo, out _);

    /// <summary>Sends a reply to the silo that asked.</summary>
    internal void Reply(SiloAddress silo, long number, PresetReply reply) => To(silo).Replies.Add(new RelayedReply(number, reply));

    /// <summary>A reply has come; one that nobody waits for any more is dropped.</summary>
    internal void Accept(RelayedReply reply)
    {
        if (waiting.TryRemove(reply.Number, out var asked))
            asked.TrySetResult(reply.Reply);
    }

    private Outboxes To(SiloAddress silo) => outboxes.GetOrAdd(silo, static (to, relays) => relays.Open(to), this);

    private Outboxes Open(SiloAddress silo)
    {
        var relay = GetGrainService(silo);
        return new(
            new(
                call => Envelope + ((call.Change?.Size ?? 0)),
                calls => Send(calls, all => relay.Serve(new RelayedCalls(local.SiloAddress, all)))),
            new(
                reply => Envelope + (reply.Reply.Preset?.Body.Length ?? 0),
                replies => Send(replies, all => relay.Accept(new RelayedReplies(all)))));
    }

    // What cannot be sent goes unanswered, and who waits for it finds that out by the clock, as of a message that is lost on its way.
    private static void Send<T>(T[] items, Func<T[], ValueTask> send)
    {
        Messages.Record(items.Length);
        try
        {
            _ = send(items);
        }
        catch (Exception failure) when (CallFailure.Includes(failure))
        {
            // This silo stops.
        }
    }

    private sealed record Outboxes(RelayOutbox<RelayedCall> Calls, RelayOutbox<RelayedReply> Replies);
}
