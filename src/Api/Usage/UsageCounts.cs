using System.Runtime.InteropServices;

namespace Presets.Api;

/// <summary>
/// Counts the inference requests of this node by preset, version and day (UTC), until the database has them. Its memory
/// is bounded: it holds two batches of <see cref="MostTallies"/> at most, the one that is being counted and the one
/// that is being handed over.
/// </summary>
public sealed class UsageCounts(UsageMetrics metrics, TimeProvider clock)
{
    /// <summary>
    /// The most tallies of a batch. A request that would need one more is lost, and measured as lost.
    /// </summary>
    public const int MostTallies = 10_000;

    /// <summary>
    /// With how many tallies a batch is handed over early: what the database adds within a tenth of a second.
    /// </summary>
    internal const int CrowdedTallies = 2_000;

    private readonly Lock gate = new();
    private Dictionary<UsageKey, UsageTally> tallies = [];
    private TaskCompletionSource crowded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private UsageBatch? handedOver;
    private long sequence;

    /// <summary>Completes when the batch that is being counted has <see cref="CrowdedTallies"/>.</summary>
    internal Task Crowded
    {
        get
        {
            lock (gate)
                return crowded.Task;
        }
    }

    /// <summary>Counts a request that has ended. It costs no write, and never fails.</summary>
    public void Add(PresetName name, Guid presetId, int version, UsageClass outcome)
    {
        metrics.Used(name, version, outcome);
        var now = Timestamp.Now(clock);
        var one = UsageTally.Of(outcome, now);
        var key = new UsageKey(presetId, DateOnly.FromDateTime(now.UtcDateTime), version);
        lock (gate)
        {
            if (tallies.Count < MostTallies || tallies.ContainsKey(key))
            {
                ref var tally = ref CollectionsMarshal.GetValueRefOrAddDefault(tallies, key, out var isKnown);
                tally = isKnown ? tally + one : one;
                if (tallies.Count >= CrowdedTallies)
                    crowded.TrySetResult();
                return;
            }
        }

        metrics.Lost(1);
    }

    /// <summary>
    /// The batch to hand over: the one that <see cref="Stored"/> was not said of, else what was counted since; null for
    /// nothing.
    /// </summary>
    internal UsageBatch? HandOver()
    {
        lock (gate)
        {
            if (handedOver is null && tallies.Count > 0)
            {
                handedOver = new UsageBatch(++sequence, tallies);
                tallies = [];
                crowded = new(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            return handedOver;
        }
    }

    /// <summary>A batch of <see cref="HandOver"/> is stored.</summary>
    internal void Stored(UsageBatch batch)
    {
        lock (gate)
        {
            if (batch == handedOver)
                handedOver = null;
        }
    }

    /// <summary>What is counted of a preset, each with the batch that has it or will have it.</summary>
    internal List<(long Sequence, UsageKey Key, UsageTally Tally)> Of(Guid presetId)
    {
        lock (gate)
        {
            UsageBatch[] batches = handedOver is null
                ? [new(sequence + 1, tallies)]
                : [handedOver, new(sequence + 1, tallies)];
            return
            [
                .. from batch in batches
                   from each in batch.Tallies
                   where each.Key.PresetId == presetId
                   select (batch.Sequence, each.Key, each.Value),
            ];
        }
    }
}
