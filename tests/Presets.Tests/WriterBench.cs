using System.Text.Json;
using Presets.Testing;

namespace Presets.Tests;

/// <summary>A writer on a scripted store and a clock that stands still.</summary>
internal sealed class WriterBench
{
    public WriterBench(PresetWriterOptions? options = null, long budget = 1 << 20)
    {
        Store = new ScriptedPresetStore();
        Budget = new QueueBudget(budget);
        Writer = new PresetWriter(Name, Store, Budget, options ?? new PresetWriterOptions(), Clock);
    }

    public PresetName Name { get; } = new(Guid.CreateVersion7(), "preset");

    public SignallingClock Clock { get; } = new();

    public ScriptedPresetStore Store { get; }

    public QueueBudget Budget { get; }

    public PresetWriter Writer { get; }

    public static Append NewAppend(int bytes = 2, string? key = null) =>
        new(
            Guid.CreateVersion7(),
            "user_1",
            BodyKind.ChatCompletions,
            System.Text.Encoding.UTF8.GetBytes("{" + new string(' ', bytes - 2) + "}"),
            null,
            key is null ? null : new Idempotency(key, new byte[] { 1 }));

    public Task<ChangeAnswer> AppendAsync(Change? change = null, CancellationToken cancellationToken = default) =>
        Writer.ChangeAsync(change ?? NewAppend(), cancellationToken)!;

    public Task<PresetSnapshot?> GetAsync(CancellationToken cancellationToken = default) =>
        Writer.GetAsync(cancellationToken).AsTask();

    /// <summary>Appends one version, and returns when it is answered.</summary>
    public async Task<ChangeAnswer> StoreOneAsync(Change? change = null)
    {
        var append = AppendAsync(change);
        (await Store.NextCommitAsync()).Store();
        return await append;
    }

    /// <summary>The number and the id of the designated version that an answer shows.</summary>
    public static (int Number, Guid Id) Shown(PresetSnapshot? answer)
    {
        using var json = JsonDocument.Parse(answer!.Body);
        var version = json.RootElement.GetProperty("data").GetProperty("designated_version");
        return (version.GetProperty("version").GetInt32(), version.GetProperty("id").GetGuid());
    }

    public static int Number(PresetSnapshot? answer) => Shown(answer).Number;

    public static async Task<Refusal> RefusalOf(Task append) =>
        await Assert.ThrowsAsync<Refusal>(() => append.WaitAsync(TimeSpan.FromSeconds(20)));
}
