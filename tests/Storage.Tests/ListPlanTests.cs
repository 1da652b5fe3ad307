using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>
/// How the engines carry out the lists: from indexes in the order of the list, so that a page costs as much as it has
/// rows.
/// </summary>
public sealed class ListPlanTests
{
    private const int Rows = 5_000;

    [PostgresFact]
    public async Task Postgres_reads_a_page_and_sorts_only_presets_that_have_just_been_changed()
    {
        await using var test = await FillAsync(Engine.Postgres);

        Assert.Equal(
            [
                "Limit",
                "Merge Append",
                "Limit",
                "Index Scan using presets_listed on presets p_1",
                "Sort",
                "Index Scan using presets_unlisted on presets p_2",
            ],
            await test.PlanAsync(PresetList.PageSql, test.WorkspaceId, 150L, 50, 100L));
        Assert.Equal(
            ["Aggregate", "Index Scan using preset_counts_workspace_id on preset_counts c"],
            await test.PlanAsync(PresetList.TotalSql, test.WorkspaceId));
        Assert.Equal(
            // It sorts the page alone.
            ["Sort", "Bitmap Heap Scan on preset_versions v", "Bitmap Index Scan on preset_versions_pkey"],
            await test.PlanAsync(PresetStore.VersionsSql, test.WorkspaceId, 100, 150));
        Assert.Equal(
            ["Limit", "Index Scan using api_keys_workspace_id_created_at on api_keys"],
            await test.PlanAsync(KeyStore.PageSql, test.WorkspaceId, false, 50, 100L));
        Assert.Equal(
            ["Limit", "Index Scan using workspaces_created_at on workspaces"],
            await test.PlanAsync(WorkspaceStore.PageSql, 50, 100L));
    }

    [Fact]
    public async Task SQLite_reads_a_page_and_sorts_only_presets_that_have_just_been_changed()
    {
        await using var test = await FillAsync(Engine.Sqlite);

        Assert.Equal(
            [
                "MERGE (UNION ALL)",
                "LEFT",
                "CO-ROUTINE placed",
                "SEARCH p USING INDEX presets_listed (workspace_id=? AND listed_at>?)",
                "SCAN placed",
                "USE TEMP B-TREE FOR ORDER BY",
                "RIGHT",
                "SEARCH p USING INDEX presets_unlisted (workspace_id=?)",
                "USE TEMP B-TREE FOR ORDER BY",
            ],
            await test.PlanAsync(PresetList.PageSql, test.WorkspaceId, 150L, 50, 100L));
        Assert.Equal(
            ["SEARCH c USING INDEX preset_counts_workspace_id (workspace_id=?)"],
            await test.PlanAsync(PresetList.TotalSql, test.WorkspaceId));
        Assert.Equal(
            ["SEARCH v USING INDEX sqlite_autoindex_preset_versions_1 (preset_id=? AND version>? AND version<?)"],
            await test.PlanAsync(PresetStore.VersionsSql, test.WorkspaceId, 100, 150));
        Assert.Equal(
            ["SEARCH api_keys USING INDEX api_keys_workspace_id_created_at (workspace_id=?)"],
            await test.PlanAsync(KeyStore.PageSql, test.WorkspaceId, false, 50, 100L));
        Assert.Equal(
            ["SCAN workspaces USING INDEX workspaces_created_at"],
            await test.PlanAsync(WorkspaceStore.PageSql, 50, 100L));
    }

    private static async Task<TestDatabase> FillAsync(Engine engine)
    {
        var test = await TestDatabase.StartAsync(engine, own: true);
        // SQLite has no series of numbers, and an id of its own making; Postgres has them otherwise.
        var (series, id) = engine == Engine.Postgres
            ? ("generate_series(1, @rows) as n(i)", "gen_random_uuid()")
            : (
                "(with recursive n(i) as (select 1 union all select i + 1 from n where i < @rows) select i from n) n",
                "randomblob(16)");
        await FillAsync(
            $"""
            insert into presets (
                id, workspace_id, slug, name, status, creator_user_id, created_at, updated_at, latest_version,
                designated_version, designated_version_id, revision, listed_at)
            select {id}, @workspace_id, 's' || i, 's', 'active', 'u', @now, @now, 1, 1, {id}, 1, @now
            from {series}
            """);
        await FillAsync(
            $"""
            insert into preset_versions (preset_id, version, id, creator_id, created_at, config)
            select @workspace_id, i, {id}, 'u', @now, 'x' from {series}
            """);
        await FillAsync(
            $"""
            insert into api_keys (hash, workspace_id, user_id, name, label, is_management, disabled, created_at)
            select 'h' || i, @workspace_id, 'u', 'n', 'l', @false, @false, @now from {series}
            """);
        await FillAsync(
            $"""
            insert into workspaces (id, slug, name, is_default, created_at)
            select {id}, 'w' || i, 'w', @false, @now from {series}
            """);
        await FillAsync(
            $"insert into preset_counts (workspace_id, status, presets) select {id}, 'active', 1 from {series}");
        await test.ExecuteAsync("update presets set updated_at = @later where slug = 's7'", ("later", Now.AddDays(1)));
        await test.ExecuteAsync("analyze");
        return test;

        Task FillAsync(string sql) =>
            test.ExecuteAsync(
                sql, ("rows", Rows), ("workspace_id", test.WorkspaceId), ("now", Now), ("false", false));
    }

    private static DateTimeOffset Now { get; } = new(2026, 4, 20, 12, 0, 0, TimeSpan.Zero);
}
