using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Presets.Api;

/// <summary>What a node measures of the use of presets, under the meter <c>Presets</c>.</summary>
/// <remarks>
/// A collector keeps a series for each set of attributes. Those of the first <see cref="MostSeries"/> sets that a
/// process meets are told apart; every other request is counted under the preset <c>other</c>, without version and
/// workspace.
/// </remarks>
public sealed class UsageMetrics : IDisposable
{
    /// <summary>How many series there are beside <c>other</c>; OpenTelemetry itself keeps 2,000 at most.</summary>
    public const int MostSeries = 1_900;

    private static readonly KeyValuePair<string, object?>[][] Others =
        [.. Enum.GetValues<UsageClass>().Select(outcome => Attributes(outcome, "other"))];

    private readonly Meter meter = new("Presets");
    private readonly Counter<long> requests;
    private readonly Counter<long> lost;
    private readonly ConcurrentDictionary<(PresetName, int, UsageClass), KeyValuePair<string, object?>[]> series = [];
    private bool isFull;

    public UsageMetrics()
    {
        requests = meter.CreateCounter<long>(
            "presets.inference.requests",
            "{request}",
            "Inference requests that used a preset, by preset, version, and class of the status they were answered "
            + "with.");
        lost = meter.CreateCounter<long>(
            "presets.usage.lost", "{request}", "Requests that are missing from the use of their presets.");
    }

    /// <summary>Counts a request that used a version of a preset.</summary>
    public void Used(PresetName name, int version, UsageClass outcome)
    {
        if (requests.Enabled)
            requests.Add(1, AttributesOf(name, version, outcome));
    }

    /// <summary>Counts requests that could not be kept.</summary>
    public void Lost(long count) => lost.Add(count);

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private KeyValuePair<string, object?>[] AttributesOf(PresetName name, int version, UsageClass outcome)
    {
        if (series.TryGetValue((name, version, outcome), out var attributes))
            return attributes;
        // Counting them takes all their locks.
        if (isFull || (isFull = series.Count >= MostSeries))
            return Others[(int)outcome];
        return series.GetOrAdd(
            (name, version, outcome),
            [
                .. Attributes(outcome, name.Slug),
                new("version", version),
                new("workspace_id", name.WorkspaceId.ToString()),
            ]);
    }

    private static KeyValuePair<string, object?>[] Attributes(UsageClass outcome, string preset) =>
    [
        new(
            "class",
            outcome switch
            {
                UsageClass.Success => "success",
                UsageClass.Redirect => "redirect",
                UsageClass.ClientError => "client_error",
                UsageClass.ServerError => "server_error",
                _ => "cancelled",
            }),
        new("preset", preset),
    ];
}
