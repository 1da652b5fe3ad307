using System.Collections.Concurrent;
using Orleans.Runtime.Services;

namespace Presets.Grains;

/// <summary>
/// Sends calls to the silos that host their presets' grains, and replies to the silos that asked. A call to a grain
/// would be a message of its own each way. Under load most of what a remote call costs is sockets, and threads that
/// wake each other for each message; so the calls to one silo share messages.
/// </summary>
internal sealed class RelaySender(
    IServiceProvider services, ILocalSiloDetails local, ClusterMetrics metrics, TimeProvider clock)
    : GrainServiceClient<IPresetRelay>(services)
{
    // What a call or a reply takes beside its texts.
    private const int Envelope = 200;

    private readonly ConcurrentDictionary<SiloAddress, Outboxes> outboxes = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource<PresetReply>> waiting = new();
    private long last;

    /// <summary>What the grain of a preset replies to a change, or to a read when there is none.</summary>
    /// <param name="silo">Where the grain is; when it is elsewhere, the relay of that silo calls the grain.</param>
    /// <exception cref="TimeoutException">
    /// There was no reply in time. Whether the change is stored is not known.
    /// </exception>
    public async Task<PresetReply> AskAsync(
        SiloAddress silo, PresetName name, ChangeMessage? change, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var number = Interlocked.Increment(ref last);
        var reply = new TaskCompletionSource<PresetReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        waiting[number] = reply;
        try
        {
            To(silo).Calls.Add(new RelayedCall(number, PresetGrainKey.Of(name), change));
            return await reply.Task.WaitAsync(timeout, clock, cancellationToken);
        }
        finally
        {
            waiting.TryRemove(number, out _);
        }
    }

    /// <summary>Returns when a silo has answered; sent by itself, not with calls.</summary>
    public ValueTask PingAsync(SiloAddress silo) => GetGrainService(silo).Ping();

    /// <summary>What the node of a silo says of itself; sent by itself, not with calls.</summary>
    public ValueTask<NodeReportMessage> AskReportAsync(SiloAddress silo) => GetGrainService(silo).Report();

    /// <summary>Sends a reply to the silo that asked.</summary>
    public void Reply(SiloAddress silo, RelayedReply reply) => To(silo).Replies.Add(reply);

    /// <summary>
    /// Completes the call that a reply belongs to; a reply that nobody waits for any more is dropped.
    /// </summary>
    public void Complete(RelayedReply reply)
    {
        if (waiting.TryRemove(reply.Number, out var call))
            call.TrySetResult(reply.Reply);
    }

    /// <summary>A silo has left the membership for good.</summary>
    public void Forget(SiloAddress silo) => outboxes.TryRemove(silo, out _);

    private Outboxes To(SiloAddress silo) => outboxes.GetOrAdd(silo, static (to, sender) => sender.Open(to), this);

    private Outboxes Open(SiloAddress silo)
    {
        var relay = GetGrainService(silo);
        return new(
            new(SizeOf, calls => Send(calls, all => relay.Serve(new RelayedCalls(local.SiloAddress, all)))),
            new(SizeOf, replies => Send(replies, all => relay.Accept(new RelayedReplies(all)))));
    }

    private static int SizeOf(RelayedCall call) => Envelope + (call.Change?.Size ?? 0);

    private static int SizeOf(RelayedReply reply) => Envelope + (reply.Reply.Preset?.Body.Length ?? 0);

    // What cannot be sent gets no reply, and the caller runs into its time limit, as it does when a message is lost on
    // its way.
    private void Send<T>(T[] items, Func<T[], ValueTask> send)
    {
        metrics.Sent(items.Length);
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
