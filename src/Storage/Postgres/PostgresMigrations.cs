using Npgsql;

namespace Presets.Storage;

/// <summary>Applies migrations, each once and in a transaction of its own, while other nodes serve or start.</summary>
internal static class PostgresMigrations
{
    // "presets" in ASCII.
    private const string LockSql = "select pg_advisory_xact_lock(31654306913777779)";

    private const string TableSql =
        """
        create table if not exists schema_migrations (
            name text not null,
            applied_at timestamptz not null default now(),
            constraint schema_migrations_pkey primary key (name)
        )
        """;

    /// <summary>Applies a migration in the transaction of a connection, unless it was applied before.</summary>
    /// <returns>Whether it was applied by this call.</returns>
    public static async Task<bool> ApplyAsync(
        NpgsqlConnection connection, Migration migration, CancellationToken cancellationToken)
    {
        // Nodes that start together queue here, and each looks again.
        await ExecuteAsync(LockSql).ConfigureAwait(false);
        await ExecuteAsync(TableSql).ConfigureAwait(false);
        await using var known = new NpgsqlCommand("select 1 from schema_migrations where name = @name", connection);
        known.Parameters.AddWithValue("name", migration.Name);
        if (await known.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not null)
            return false;
        await ExecuteAsync(migration.Sql).ConfigureAwait(false);
        await using var record = new NpgsqlCommand("insert into schema_migrations (name) values (@name)", connection);
        record.Parameters.AddWithValue("name", migration.Name);
        await record.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        return true;

        async Task ExecuteAsync(string sql)
        {
            // Waiting for another node's migration, or building an index, takes as long as it takes.
            await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
