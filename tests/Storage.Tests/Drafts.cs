using System.Security.Cryptography;
using System.Text;
using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>Drafts with fresh ids, and short ways to what became of them.</summary>
internal static class Drafts
{
    public static Draft New(
        string config = """{"model":"test/one"}""",
        string? prompt = null,
        string creator = "user_1",
        string? key = null,
        string request = "the request") =>
        new(
            Guid.CreateVersion7(),
            Encoding.UTF8.GetBytes(config),
            prompt is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(prompt),
            creator,
            key is null ? null : new Idempotency(key, SHA256.HashData(Encoding.UTF8.GetBytes(request))));

    /// <summary>A draft that the database refuses: SQLite takes no null here, Postgres no zero character.</summary>
    public static Draft Refused(Engine engine, string? key = null) => New(creator: engine == Engine.Sqlite ? null! : "us\0er", key: key);

    public static async Task<DraftOutcome> AppendAsync(this IPresetStore store, PresetName key, Draft draft) =>
        Assert.Single((await store.AppendAsync(key, [draft])).Outcomes);

    public static async Task<int> AppendNewAsync(this IPresetStore store, PresetName key) =>
        Assert.IsType<DraftOutcome.Stored>(await store.AppendAsync(key, New())).Version;

    /// <summary>The number of the version that a draft has become, by this append or an earlier one.</summary>
    public static int Number(this DraftOutcome outcome) =>
        outcome switch
        {
            DraftOutcome.Stored stored => stored.Version,
            DraftOutcome.Earlier earlier => earlier.Version.Version,
            _ => throw new InvalidOperationException($"not stored: {outcome}"),
        };

    public static string Text(this ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);
}
