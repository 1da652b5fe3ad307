using System.Data.Common;

namespace Presets.Storage;

/// <summary>Stores presets as they come from elsewhere, past their writers: only such as are not there.</summary>
public sealed class ImportStore(Database database, TimeProvider clock)
{
    /// <summary>Whether there is a preset of this name.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<bool> ExistsAsync(PresetName name, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.FindAsync(
            "select 1 from presets where workspace_id = $1 and slug = $2", _ => true, name.WorkspaceId, name.Slug),
        cancellationToken);

    /// <summary>Starts to store a preset. Nothing is stored yet.</summary>
    public PresetImport Start(Preset preset) => new(database, clock, preset);
}

/// <summary>
/// One preset on its way in. Rows that are too many for one transaction are stored under its id while there is no head
/// of that id, and the head comes last, so it is there as a whole or not at all. An import that does not end leaves
/// rows that are removed as those of purged presets are.
/// </summary>
public sealed class PresetImport(Database database, TimeProvider clock, Preset preset)
{
    private const int MostAttempts = 5;
    private const int RowsTogether = 500;
    private const int BytesTogether = 1 << 20;

    // How long the rest of a preset may take to arrive.
    private static readonly TimeSpan Lease = TimeSpan.FromHours(1);

    private readonly List<PresetVersion> versions = [];
    private readonly List<HistoryEntry> changes = [];
    private Guid id = preset.Id;
    private int bytes;
    private bool isStaged;

    /// <summary>Adds versions and changes, which follow those before.</summary>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.InvalidField"/>: the database refuses a value. <see cref="RefusalCode.RequestTimeout"/>:
    /// the preset took longer than an hour.
    /// </exception>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public async Task AddAsync(ImportedPart part, CancellationToken cancellationToken)
    {
        foreach (var version in part.Versions)
        {
            versions.Add(version);
            bytes += version.Config.Length + (version.SystemPrompt?.Length ?? 0);
            await StageAsync(cancellationToken).ConfigureAwait(false);
        }

        foreach (var change in part.History)
        {
            changes.Add(change);
            bytes += change.Effects.Length;
            await StageAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Stores what is left, and the preset itself.</summary>
    /// <param name="record">What the workspace's history says of the import; it replaces what it said before.</param>
    /// <returns>False when there is a preset of this name by now. Nothing of this one is left then.</returns>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.InvalidField"/>: the database refuses a value. <see cref="RefusalCode.RequestTimeout"/>:
    /// the preset took longer than an hour.
    /// </exception>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public async Task<bool> FinishAsync(HistoryEntry record, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(connection => FinishAsync(connection, record), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (DbException exception)
            when (database.ViolatedConstraint(exception) == "presets_workspace_id_slug_key")
        {
            await AbandonAsync().ConfigureAwait(false);
            return false;
        }
    }

    /// <summary>Gives the preset up: what is stored of it is removed later.</summary>
    /// <exception cref="StoreException">The database did not answer; it is removed all the same.</exception>
    public async Task AbandonAsync()
    {
        if (isStaged)
            await database.WriteAsync(
                connection => connection.ExecuteAsync(
                    "update preset_purges set due_at = null where preset_id = $1", id),
                CancellationToken.None).ConfigureAwait(false);
    }

    private async Task StageAsync(CancellationToken cancellationToken)
    {
        if (versions.Count + changes.Count < RowsTogether && bytes < BytesTogether)
            return;
        await WriteAsync(
            async connection =>
            {
                await HoldAsync(connection).ConfigureAwait(false);
                await InsertAsync(connection).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        isStaged = true;
        versions.Clear();
        changes.Clear();
        bytes = 0;
    }

    private async Task HoldAsync(DatabaseConnection connection)
    {
        var due = Timestamp.Now(clock) + Lease;
        var held = await connection.ExecuteAsync(
            isStaged
                ? "update preset_purges set due_at = $2 where preset_id = $1 and due_at is not null"
                : "insert into preset_purges (preset_id, due_at) values ($1, $2)",
            id, due).ConfigureAwait(false);
        if (held == 0)
            throw TooLate();
    }

    private async Task FinishAsync(DatabaseConnection connection, HistoryEntry record)
    {
        await InsertAsync(connection).ConfigureAwait(false);
        var (designatedId, config) = await connection.FindAsync(
            "select id, config from preset_versions where preset_id = $1 and version = $2",
            row => (row.Next<Guid>(), row.Next<byte[]>()),
            id, preset.DesignatedVersion).ConfigureAwait(false);
        var head = preset with
        {
            Id = id,
            DesignatedVersionId = designatedId,
            Model = ConfigMembers.ModelOf(config),
        };
        var (insert, values) = PlanRows.Insert(head, listedAt: null, importedRevision: head.Revision);
        await connection.ExecuteAsync(insert, values).ConfigureAwait(false);
        var (tell, told) = PlanRows.Insert(record);
        await connection.ExecuteAsync(
            tell + " on conflict (id) do update set effects = excluded.effects", told).ConfigureAwait(false);
        if (isStaged && await connection.ExecuteAsync(
            "delete from preset_purges where preset_id = $1 and due_at is not null", id).ConfigureAwait(false) == 0)
            throw TooLate();
    }

    private Task InsertAsync(DatabaseConnection connection) => connection.ExecuteAllAsync(
    [
        .. versions.Select(version => PlanRows.Insert(version with { PresetId = id })),
        .. changes.Select(change => PlanRows.Insert(change with { PresetId = id })),
    ]);

    private async Task WriteAsync(Func<DatabaseConnection, Task> work, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
            try
            {
                await database.WriteAsync(
                    async connection =>
                    {
                        await work(connection).ConfigureAwait(false);
                        return true;
                    },
                    cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (DbException exception) when (attempt < MostAttempts && IsIdTaken(exception, out var isPreset))
            {
                if (isPreset)
                    id = Guid.CreateVersion7(clock.GetUtcNow());
                else
                    await DrawTakenIdsAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (DbException exception) when (
                database.IsRefusedValue(exception)
                && database.ViolatedConstraint(exception) != "presets_workspace_id_slug_key")
            {
                throw new Refusal(
                    RefusalCode.InvalidField, "The database refuses a value of the preset.", inner: exception);
            }
    }

    private bool IsIdTaken(DbException exception, out bool isPreset)
    {
        var constraint = database.ViolatedConstraint(exception);
        isPreset = constraint is "presets_pkey" or "preset_versions_pkey" or "preset_purges_pkey"
            or "preset_changes_preset_id_revision_key";
        return (isPreset && !isStaged) || constraint is "preset_versions_id_key" or "preset_changes_pkey";
    }

    /// <summary>Draws the ids anew that others have.</summary>
    private async Task DrawTakenIdsAsync(CancellationToken cancellationToken)
    {
        var seen = new HashSet<Guid>();
        await database.ReadAsync(
            async connection =>
            {
                for (var i = 0; i < versions.Count; i++)
                    if (await IsTakenAsync(connection, "preset_versions", versions[i].Id).ConfigureAwait(false))
                        versions[i] = versions[i] with { Id = Guid.CreateVersion7(clock.GetUtcNow()) };
                for (var i = 0; i < changes.Count; i++)
                    if (await IsTakenAsync(connection, "preset_changes", changes[i].Id).ConfigureAwait(false))
                        changes[i] = changes[i] with { Id = Guid.CreateVersion7(clock.GetUtcNow()) };
                return true;
            },
            cancellationToken).ConfigureAwait(false);

        async Task<bool> IsTakenAsync(DatabaseConnection connection, string table, Guid rowId) =>
            !seen.Add(rowId)
            || await connection.FindAsync($"select 1 from {table} where id = $1", _ => true, rowId)
                .ConfigureAwait(false);
    }

    private static Refusal TooLate() =>
        new(RefusalCode.RequestTimeout, "The rest of the preset took longer than an hour to arrive.");
}
