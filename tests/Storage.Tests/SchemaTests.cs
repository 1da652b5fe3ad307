using System.Text.RegularExpressions;
using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>
/// Both engines have the same schema, whose migrations are written once for each. Not compared is what the other engine
/// has no word for: collations (SQLite orders texts by their bytes anyway), fill factors, the names of keys; nor
/// triggers, which each engine writes in a language of its own.
/// </summary>
public sealed partial class SchemaTests
{
    // What differs on purpose. SQLite's strict tables know four types: a UUID is its 16 bytes, a time the microseconds
    // since 1970 (UTC), a day its text, a boolean 0 or 1, and there is one size of integer.
    private static readonly Dictionary<string, string> TypesOfSqlite = new()
    {
        ["uuid"] = "blob",
        ["bytea"] = "blob",
        ["text"] = "text",
        ["timestamp with time zone"] = "integer",
        ["date"] = "text",
        ["boolean"] = "integer",
        ["integer"] = "integer",
        ["bigint"] = "integer",
    };

    [PostgresFact]
    public async Task Both_engines_have_the_same_schema()
    {
        await using var file = await EmptyDatabase.StartAsync(Engine.Sqlite, TimeProvider.System);
        await using var server = await EmptyDatabase.StartAsync(Engine.Postgres, TimeProvider.System);

        var ofFile = await DumpAsync(file);
        var ofServer = await DumpAsync(server);

        Assert.Contains("presets unique (workspace_id, slug)", ofServer);
        Assert.Contains("api_keys foreign key (workspace_id) references workspaces(id) on delete cascade", ofServer);
        Assert.Equal(string.Join('\n', ofServer), string.Join('\n', ofFile));
    }

    [Theory]
    [Sqlite("alter table presets add column more text"), Postgres("alter table presets add column more text")]
    [Sqlite("create table more (name text not null)"), Postgres("create table more (name text not null)")]
    [Sqlite("create table more (name text unique)"), Postgres("create table more (name text unique)")]
    [Sqlite("create index more on presets (status)"), Postgres("create index more on presets (status)")]
    [Sqlite("drop index workspaces_one_default"), Postgres("drop index workspaces_one_default")]
    public async Task A_change_of_one_engine_shows(Engine engine, string change)
    {
        await using var database = await EmptyDatabase.StartAsync(engine, TimeProvider.System);
        var before = await DumpAsync(database);

        await database.WriteAsync(connection => connection.ExecuteAsync(change), CancellationToken.None);

        Assert.NotEqual(before, await DumpAsync(database));
    }

    private static Task<List<string>> DumpAsync(Database database) =>
        database is PostgresDatabase ? DumpPostgresAsync(database) : DumpSqliteAsync(database);

    private static async Task<List<string>> DumpPostgresAsync(Database server)
    {
        var columns = await RowsAsync(
            server,
            """
            select table_name || ' column ' || lpad(ordinal_position::text, 2, '0') || ' ' || column_name,
                data_type, case is_nullable when 'NO' then ' not null' else '' end
            from information_schema.columns where table_schema = 'public'
            """,
            row => $"{row.Next<string>()} {TypesOfSqlite[row.Next<string>()]}{row.Next<string>()}");
        // A check is compared by its name: Postgres does not keep the text it was written in.
        var constraints = await RowsAsync(
            server,
            """
            select conrelid::regclass || ' '
                || case contype when 'c' then 'check ' || conname else lower(pg_get_constraintdef(oid)) end
            from pg_constraint where connamespace = 'public'::regnamespace and contype in ('p', 'u', 'f', 'c')
            """,
            row => row.Next<string>());
        var indexes = await RowsAsync(
            server,
            """
            select lower(pg_get_indexdef(indexrelid)) from pg_index
            where indrelid in (select oid from pg_class where relnamespace = 'public'::regnamespace)
                and not exists (select from pg_constraint where conindid = indexrelid)
            """,
            row => Index(row.Next<string>()));
        return Sorted(columns, constraints, indexes);
    }

    private static async Task<List<string>> DumpSqliteAsync(Database file)
    {
        const string Tables =
            "(select name, sql from sqlite_schema where type = 'table' and name not like 'sqlite%') t";
        var columns = await RowsAsync(
            file,
            $"""
            select printf('%s column %02d %s %s', t.name, c.cid + 1, c.name, lower(c.type))
                || iif(c."notnull", ' not null', '')
            from {Tables} join pragma_table_info(t.name) c
            """,
            row => row.Next<string>());
        var keys = await RowsAsync(
            file,
            $"""
            select t.name || ' primary key (' || group_concat(c.name, ', ' order by c.pk) || ')'
            from {Tables} join pragma_table_info(t.name) c where c.pk > 0 group by t.name
            union all
            select t.name || ' unique (' || group_concat(c.name, ', ' order by c.seqno) || ')'
            from {Tables} join pragma_index_list(t.name) i join pragma_index_info(i.name) c
            where i.origin = 'u' group by t.name, i.name
            union all
            select t.name || ' foreign key (' || group_concat(f."from", ', ' order by f.seq) || ') references '
                || f."table" || '(' || group_concat(f."to", ', ' order by f.seq) || ')'
                || case f.on_delete when 'NO ACTION' then '' else ' on delete ' || lower(f.on_delete) end
            from {Tables} join pragma_foreign_key_list(t.name) f group by t.name, f.id
            """,
            row => row.Next<string>());
        var tables = await RowsAsync(
            file,
            $"select t.name, t.sql from {Tables}",
            row => (Table: row.Next<string>(), Sql: row.Next<string>()));
        var checks = tables.SelectMany(table =>
            Check().Matches(table.Sql).Select(match => $"{table.Table} check {match.Groups[1]}"));
        var indexes = await RowsAsync(
            file,
            "select lower(sql) from sqlite_schema where type = 'index' and sql is not null",
            row => Index(row.Next<string>()));
        return Sorted(columns, keys, checks, indexes);
    }

    // Postgres adds the schema, the kind of index, and in a condition brackets and the types of constants.
    private static string Index(string definition)
    {
        var plain = Space().Replace(definition, " ").Replace("on public.", "on ", StringComparison.Ordinal)
            .Replace(" using btree", "", StringComparison.Ordinal);
        return Condition().Replace(plain, condition => Decoration().Replace(condition.Value, ""));
    }

    private static List<string> Sorted(params IEnumerable<string>[] parts) =>
        [.. parts.SelectMany(part => part).Order(StringComparer.Ordinal)];

    private static Task<List<T>> RowsAsync<T>(Database database, string sql, Func<Row, T> read) =>
        database.ReadAsync(connection => connection.ListAsync(sql, read), CancellationToken.None);

    [GeneratedRegex(@"constraint\s+(\w+)\s+check", RegexOptions.IgnoreCase)]
    private static partial Regex Check();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex(" where .*$")]
    private static partial Regex Condition();

    [GeneratedRegex(@"[()]|::\w+")]
    private static partial Regex Decoration();
}
