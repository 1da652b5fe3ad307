using System.Security.Cryptography;
using System.Text;
using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>Changes with fresh ids, and short ways to what became of them.</summary>
internal static class Appends
{
    public static Append New(
        string config = """{"model":"test/one"}""",
        string? prompt = null,
        string user = "user_1",
        string? key = null,
        string request = "the request",
        BodyKind body = BodyKind.ChatCompletions) =>
        new(
            Guid.CreateVersion7(),
            user,
            body,
            Encoding.UTF8.GetBytes(config),
            prompt is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(prompt),
            key is null ? null : new Idempotency(key, SHA256.HashData(Encoding.UTF8.GetBytes(request))));

    /// <summary>A change that the database refuses: SQLite takes no null here, Postgres no zero character.</summary>
    public static Append Refused(Engine engine, string? key = null) =>
        New(user: engine == Engine.Sqlite ? null! : "us\0er", key: key);

    /// <summary>The tables of presets in a database, on the system's clock.</summary>
    public static PresetStore OpenStore(this Database database) =>
        StorageFactory.CreatePresetStore(database, TimeProvider.System);

    /// <summary>Adds a workspace.</summary>
    public static Task AddWorkspaceAsync(this Database database, Guid id) => database.WriteAsync(
        connection => connection.ExecuteAsync(
            """
            insert into workspaces (id, slug, name, is_default, created_at)
            values ($1, $2, 'test', $3, $4)
            """,
            id, id.ToString(), false, DateTimeOffset.UnixEpoch),
        CancellationToken.None);

    /// <summary>Commits on a store whose clock is the system's.</summary>
    public static Task<CommitResult> CommitAsync(
        this IPresetStore store, PresetName name, params IReadOnlyList<Change> changes) =>
        store.CommitAsync(new CommitRequest(name, null, changes, TimeProvider.System.GetTimestamp()));

    /// <summary>Commits one change on a store whose clock is the system's.</summary>
    public static async Task<Outcome> CommitOneAsync(this IPresetStore store, PresetName name, Change change) =>
        Assert.Single((await store.CommitAsync(name, change)).Outcomes);

    /// <summary>Appends a version and returns its number.</summary>
    public static async Task<int> AppendNewAsync(this IPresetStore store, PresetName name) =>
        (await store.CommitOneAsync(name, New())).Done().Version;

    /// <summary>The version that a change has made by this commit.</summary>
    public static PresetVersion Done(this Outcome outcome) => Assert.IsType<Outcome.Done>(outcome).After!.Designated;

    /// <summary>The version that a change had made earlier.</summary>
    public static PresetVersion Earlier(this Outcome outcome) =>
        Assert.IsType<Outcome.Earlier>(outcome).Then!.Designated;

    /// <summary>The number of the version that a change has become, by this commit or an earlier one.</summary>
    public static int Number(this Outcome outcome) =>
        outcome is Outcome.Done ? outcome.Done().Version : outcome.Earlier().Version;

    public static string Text(this ReadOnlyMemory<byte> utf8) => Encoding.UTF8.GetString(utf8.Span);
}
