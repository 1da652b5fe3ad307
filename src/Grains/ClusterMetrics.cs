using System.Diagnostics.Metrics;

namespace Presets.Grains;

/// <summary>What a node measures of its calls to grains, under the meter <c>Presets.Cluster</c>.</summary>
internal sealed class ClusterMetrics : IDisposable
{
    private readonly Meter meter = new("Presets.Cluster");
    private readonly Counter<long> calls;
    private readonly Counter<long> failures;
    private readonly Counter<long> directRequests;
    private readonly Histogram<int> messages;

    public ClusterMetrics(ActiveWriters active, BypassedSilos bypassed, ClockEviction presets)
    {
        meter.CreateObservableGauge(
            "presets.grain.active", () => active.Count, "{grain}", "Presets whose grains are active on this node.");
        meter.CreateObservableGauge(
            "presets.silos.suspect", () => bypassed.Failing.Count, "{silo}", "Silos that do not answer this node.");
        meter.CreateObservableGauge(
            "presets.memory", () => presets.Total, "By", "Memory of the presets that this node keeps.");
        calls = meter.CreateCounter<long>(
            "presets.grain.calls", "{call}", "Calls that a grain answered; target is local or remote.");
        failures = meter.CreateCounter<long>(
            "presets.grain.failures", "{call}", "Calls that no grain answered in time, and that went direct.");
        directRequests = meter.CreateCounter<long>(
            "presets.direct", "{request}", "Requests that this node's own writer served.");
        messages = meter.CreateHistogram<int>(
            "presets.relay.batch.size", "{call}", "Calls, or replies, that left for another silo in one message.");
    }

    public void Answered(bool local) =>
        calls.Add(1, new KeyValuePair<string, object?>("target", local ? "local" : "remote"));

    public void Failed() => failures.Add(1);

    public void Direct(string operation) =>
        directRequests.Add(1, new KeyValuePair<string, object?>("operation", operation));

    public void Sent(int items) => messages.Record(items);

    public void Dispose() => meter.Dispose();
}
