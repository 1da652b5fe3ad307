namespace Presets.Storage;

/// <summary>The rows of <c>preset_usage</c>: how they are added to, read and removed.</summary>
internal static class UsageRows
{
    /// <summary>How many rows a statement removes at most.</summary>
    public const int Together = 2000;

    private const string PostgresSource =
        """
        select
            r.preset_id, r.day, r.version, r.success, r.redirect, r.client_error, r.server_error, r.cancelled,
            timestamptz 'epoch' + r.first_used_at * interval '1 microsecond' as first_used_at,
            timestamptz 'epoch' + r.last_used_at * interval '1 microsecond' as last_used_at
        from json_to_recordset(cast($1 as json)) as r(
            preset_id uuid, day date, version integer, success bigint, redirect bigint, client_error bigint,
            server_error bigint, cancelled bigint, first_used_at bigint, last_used_at bigint)
        """;

    private const string SqliteSource =
        """
        select
            unhex(r.value ->> 'preset_id') as preset_id, r.value ->> 'day' as day, r.value ->> 'version' as version,
            r.value ->> 'success' as success, r.value ->> 'redirect' as redirect,
            r.value ->> 'client_error' as client_error, r.value ->> 'server_error' as server_error,
            r.value ->> 'cancelled' as cancelled, r.value ->> 'first_used_at' as first_used_at,
            r.value ->> 'last_used_at' as last_used_at
        from json_each($1) r
        """;

    /// <summary>
    /// Adds a list of tallies, a JSON text, to the rows. All nodes lock rows in one order, so that two with the same
    /// presets wait for each other and do not deadlock. A preset that is being purged is waited for, and is then gone:
    /// what was added to it would stay.
    /// </summary>
    public static string AddSql(Database database)
    {
        var (source, @lock, least, greatest) = database.IsShared
            ? (PostgresSource, "for key share of p", "least", "greatest")
            : (SqliteSource, "", "min", "max");
        return
            $"""
            insert into preset_usage as t (
                preset_id, day, version, success, redirect, client_error, server_error, cancelled, first_used_at,
                last_used_at)
            select
                u.preset_id, u.day, u.version, u.success, u.redirect, u.client_error, u.server_error, u.cancelled,
                u.first_used_at, u.last_used_at
            from ({source}) as u
            join presets p on p.id = u.preset_id
            where true
            order by u.preset_id, u.day, u.version
            {@lock}
            on conflict (preset_id, day, version) do update
            set success = t.success + excluded.success,
                redirect = t.redirect + excluded.redirect,
                client_error = t.client_error + excluded.client_error,
                server_error = t.server_error + excluded.server_error,
                cancelled = t.cancelled + excluded.cancelled,
                first_used_at = {least}(t.first_used_at, excluded.first_used_at),
                last_used_at = {greatest}(t.last_used_at, excluded.last_used_at)
            """;
    }

    /// <summary>Reads a tally; its columns stand in the order of the table.</summary>
    public static UsageTally Read(Row row) => new(
        row.Next<long>(),
        row.Next<long>(),
        row.Next<long>(),
        row.Next<long>(),
        row.Next<long>(),
        row.Next<DateTimeOffset>(),
        row.Next<DateTimeOffset>());

    /// <summary>Removes some rows for which a condition with the value <c>$1</c> holds.</summary>
    public static string RemoveSql(Database database, string condition)
    {
        return database.IsShared
            ? $"delete from preset_usage where ctid = any (array({Some("ctid")} for update))"
            : $"delete from preset_usage where rowid in ({Some("rowid")})";

        string Some(string row) =>
            $"select {row} from preset_usage where {condition} order by day limit {Together}";
    }

    /// <summary>Removes some rows for which a condition with the value <c>$1</c> holds.</summary>
    /// <returns>How many it removed; fewer than <see cref="Together"/>: all.</returns>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public static Task<int> RemoveAsync(
        Database database, string condition, object value, CancellationToken cancellationToken) =>
        database.WriteAsync(
            connection => connection.ExecuteAsync(RemoveSql(database, condition), value), cancellationToken);
}
