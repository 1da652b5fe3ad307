using System.Globalization;
using System.Text.Json.Nodes;

namespace Presets.Storage;

/// <summary>How often presets were used (<c>preset_usage</c>): what the nodes have counted, added up.</summary>
/// <remarks>An instance stands for a process: batches are numbered within it.</remarks>
public sealed class UsageStore(Database database)
{
    // 0 rows: this batch was added by an earlier attempt. One that is still running is waited for.
    private const string HandOverSql =
        """
        insert into usage_handovers (id, sequence, at) values ($1, $2, $3)
        on conflict (id) do update set sequence = excluded.sequence, at = excluded.at
        where usage_handovers.sequence < excluded.sequence
        """;

    // The batch is part of the answer, so that a reader who counts what is not added yet counts nothing twice.
    internal const string ReadSql =
        """
        select
            h.sequence, h.first_used_at, h.last_used_at,
            u.day, u.version, u.success, u.redirect, u.client_error, u.server_error, u.cancelled, u.first_used_at,
            u.last_used_at
        from (
            select
                coalesce((select sequence from usage_handovers where id = $1), 0) as sequence,
                min(first_used_at) as first_used_at,
                max(last_used_at) as last_used_at
            from preset_usage
            where preset_id = $2) as h
        left join preset_usage u on u.preset_id = $2 and u.day >= $3
        order by u.day desc, u.version desc
        limit $4
        """;

    private readonly Guid id = Guid.CreateVersion7();
    private readonly string addSql = UsageRows.AddSql(database);

    /// <summary>
    /// Adds a batch, all of it or nothing, and never twice: one whose outcome was not known may be handed over again.
    /// Left out are presets that are gone.
    /// </summary>
    /// <exception cref="StoreException">The database did not answer; its kind says what is known.</exception>
    public Task AddAsync(UsageBatch batch, DateTimeOffset now)
    {
        var rows = JsonOf(batch);
        return database.WriteAsync(
            async connection =>
                await connection.ExecuteAsync(HandOverSql, id, batch.Sequence, now).ConfigureAwait(false) == 1
                    ? await connection.ExecuteAsync(addSql, rows).ConfigureAwait(false)
                    : 0,
            CancellationToken.None);
    }

    /// <summary>What is stored of a preset.</summary>
    /// <param name="since">The first day whose tallies are read.</param>
    /// <param name="most">The most tallies that are read.</param>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public async Task<StoredUsage> ReadAsync(
        Guid presetId, DateOnly since, int most, CancellationToken cancellationToken)
    {
        var tallies = new List<(UsageKey, UsageTally)>();
        var rows = await database.ReadAsync(
            connection => connection.ListAsync(
                ReadSql,
                row =>
                {
                    var whole = (row.Next<long>(), row.Next<DateTimeOffset?>(), row.Next<DateTimeOffset?>());
                    // Without tallies it is the one row.
                    if (row.Next<DateOnly?>() is { } day)
                        tallies.Add((new(presetId, day, row.Next<int>()), UsageRows.Read(row)));
                    return whole;
                },
                id, presetId, since, most),
            cancellationToken).ConfigureAwait(false);
        var (sequence, firstUsedAt, lastUsedAt) = rows[0];
        return new StoredUsage(sequence, firstUsedAt, lastUsedAt, tallies);
    }

    /// <summary>
    /// Removes the tallies of the days before <paramref name="day"/>, a bounded number of them, so that no lock is held
    /// for long; and what is known of processes that added nothing since.
    /// </summary>
    /// <returns>Whether none is left.</returns>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public async Task<bool> RemoveBeforeAsync(DateOnly day)
    {
        var removed = await UsageRows.RemoveAsync(database, "day < $1", day, CancellationToken.None)
            .ConfigureAwait(false);
        // A batch that may be handed over again is of days whose tallies are gone too.
        await database.WriteAsync(
            connection => connection.ExecuteAsync(
                "delete from usage_handovers where at < $1",
                new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero)),
            CancellationToken.None).ConfigureAwait(false);
        return removed < UsageRows.Together;
    }

    internal static string JsonOf(UsageBatch batch) =>
        new JsonArray([.. batch.Tallies.Select(each => JsonOf(each.Key, each.Value))]).ToJsonString();

    private static JsonObject JsonOf(UsageKey key, UsageTally tally) => new()
    {
        ["preset_id"] = key.PresetId.ToString("N"),
        ["day"] = key.Day.ToString("O", CultureInfo.InvariantCulture),
        ["version"] = key.Version,
        ["success"] = tally.Success,
        ["redirect"] = tally.Redirect,
        ["client_error"] = tally.ClientError,
        ["server_error"] = tally.ServerError,
        ["cancelled"] = tally.Cancelled,
        ["first_used_at"] = Timestamp.ToUnixMicroseconds(tally.FirstUsedAt),
        ["last_used_at"] = Timestamp.ToUnixMicroseconds(tally.LastUsedAt),
    };
}

/// <summary>What is stored of the use of a preset.</summary>
/// <param name="Sequence">The last batch of this process that it has; 0 for none.</param>
/// <param name="FirstUsedAt">The first use that is stored; null for none.</param>
/// <param name="LastUsedAt">The last use.</param>
/// <param name="Tallies">The newest day first, then the newest version.</param>
public sealed record StoredUsage(
    long Sequence,
    DateTimeOffset? FirstUsedAt,
    DateTimeOffset? LastUsedAt,
    IReadOnlyList<(UsageKey Key, UsageTally Tally)> Tallies);
