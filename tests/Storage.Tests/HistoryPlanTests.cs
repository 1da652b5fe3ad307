using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>
/// How the engines read histories and search: from indexes, so that a page costs as much as it has records; a search
/// from the rows of presets alone.
/// </summary>
public sealed class HistoryPlanTests
{
    private static readonly Guid PresetId = Guid.CreateVersion7();

    [PostgresFact]
    public async Task Postgres_reads_the_records_of_a_page_by_keys_and_by_indexes_in_their_order()
    {
        await using var test = await FillAsync(Engine.Postgres);

        Assert.Equal(
            [
                "Sort",
                "CTE search",
                "Recursive Union",
                "Result",
                "Nested Loop",
                "WorkTable Scan on search s",
                "Index Scan using preset_versions_pkey on preset_versions v_1",
                "Result",
                "Append",
                "Index Scan using preset_versions_pkey on preset_versions v",
                "InitPlan 3 (returns $5)",
                "CTE Scan on search s_1",
                "InitPlan 4 (returns $6)",
                "CTE Scan on search s_2",
                "Index Scan using preset_changes_preset_id_revision_key on preset_changes c",
                "SubPlan 2",
                "Index Scan using api_keys_pkey on api_keys k",
            ],
            await PlanOfPresetAsync(test));
        Assert.Equal(
            [
                "Index Scan using presets_listed on presets p",
                "Index Scan using presets_archived on presets p_1",
                "Index Scan using presets_unlisted on presets p_2",
                "Index Scan using preset_versions_pkey on preset_versions v",
                "Index Scan using preset_versions_pkey on preset_versions v_1",
                "Index Scan Backward using preset_changes_workspace_id_at on preset_changes c",
                "Index Scan using presets_pkey on presets p_3",
                "Index Scan using api_keys_pkey on api_keys k",
            ],
            TablesOf(await PlanOfWorkspaceAsync(test, new(test.WorkspaceId))));
        Assert.Equal(
            [
                "Index Scan using presets_workspace_id_slug_key on presets p",
                "Index Scan using preset_versions_pkey on preset_versions v",
                "Index Scan using preset_versions_pkey on preset_versions v_1",
                "Index Scan Backward using preset_changes_preset_id_revision_key on preset_changes c",
                "Index Scan Backward using preset_changes_gone on preset_changes c_1",
                "Index Scan using api_keys_pkey on api_keys k",
            ],
            TablesOf(await PlanOfWorkspaceAsync(test, new(test.WorkspaceId, "s1"))));

        static IEnumerable<string> TablesOf(List<string> plan) =>
            plan.Where(step => step.Contains(" on preset", StringComparison.Ordinal)
                || step.Contains(" on api_keys", StringComparison.Ordinal));
    }

    [Fact]
    public async Task SQLite_reads_the_records_of_a_page_by_keys_and_by_indexes_in_their_order()
    {
        await using var test = await FillAsync(Engine.Sqlite);
        const string Versions = "SEARCH v USING INDEX sqlite_autoindex_preset_versions_1";

        Assert.Equal(
            [
                $"{Versions} (preset_id=? AND version>? AND version<?)",
                $"{Versions} (preset_id=?)",
                "SEARCH c USING INDEX sqlite_autoindex_preset_changes_2 (preset_id=? AND revision>? AND revision<?)",
                "SEARCH k USING INDEX sqlite_autoindex_api_keys_1 (hash=?)",
            ],
            TablesOf(await PlanOfPresetAsync(test)));
        Assert.Equal(
            [
                "SEARCH p USING INDEX presets_listed (workspace_id=? AND listed_at>?)",
                "SEARCH p USING INDEX presets_archived (workspace_id=? AND listed_at>?)",
                "SEARCH p USING INDEX presets_unlisted (workspace_id=?)",
                $"{Versions} (preset_id=? AND version=?)",
                $"{Versions} (preset_id=? AND version=?)",
                "SEARCH c USING INDEX preset_changes_workspace_id_at (workspace_id=? AND at>?)",
                "SEARCH p USING INDEX sqlite_autoindex_presets_1 (id=?)",
                "SEARCH k USING INDEX sqlite_autoindex_api_keys_1 (hash=?)",
            ],
            TablesOf(await PlanOfWorkspaceAsync(test, new(test.WorkspaceId))));
        Assert.DoesNotContain(
            await PlanOfWorkspaceAsync(test, new(test.WorkspaceId, "s1")),
            step => step is "SCAN v" or "SCAN p" || step.Contains("workspace_id_at", StringComparison.Ordinal));

        // What is scanned without an index are the results of other steps.
        static IEnumerable<string> TablesOf(List<string> plan) =>
            plan.Where(step => step.Contains(" USING ", StringComparison.Ordinal) || step is "SCAN v" or "SCAN p")
                .Where(step => !step.StartsWith("USE ", StringComparison.Ordinal));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_search_reads_a_version_by_its_key_alone_and_only_when_the_row_of_the_preset_leaves_it_to(
        Engine engine)
    {
        await using var test = await FillAsync(engine);
        var query = new PresetQuery(test.WorkspaceId, [PresetStatus.Active])
        {
            Text = "s",
            Label = "a",
            CreatorUserId = "u",
        };

        Assert.Empty(await VersionStepsAsync(query));
        Assert.Empty(await VersionStepsAsync(query with { Order = PresetOrder.Slug }));
        Assert.Equal(
            [
                engine == Engine.Postgres
                    ? "Index Scan using preset_versions_pkey on preset_versions v"
                    : "SEARCH v USING INDEX sqlite_autoindex_preset_versions_1 (preset_id=? AND version=?)",
            ],
            await VersionStepsAsync(query with { Model = "m" }));

        async Task<IEnumerable<string>> VersionStepsAsync(PresetQuery query)
        {
            List<object?> values = [test.WorkspaceId, 50, 100L];
            var found = new PresetSearch(test.Database).FoundSql(query, values, scans: false);
            var plan = await test.PlanAsync(PresetSearch.PageSql(found, query.Order), [.. values]);
            return plan.Where(step => step.Contains("preset_versions", StringComparison.Ordinal) || step == "SCAN v");
        }
    }

    private static Task<List<string>> PlanOfPresetAsync(TestDatabase test) =>
        test.PlanAsync(new PresetHistory(test.Database).PageSql, PresetId, "s", 4000L, 3951L, 3000, 4000);

    private static Task<List<string>> PlanOfWorkspaceAsync(TestDatabase test, HistoryQuery query)
    {
        List<object?> values = [test.WorkspaceId, DateTimeOffset.UnixEpoch, 50L, 50, 0L];
        var sql = new WorkspaceHistory(test.Database).PageSql(query, values);
        return test.PlanAsync(sql, [.. values]);
    }

    private static async Task<TestDatabase> FillAsync(Engine engine)
    {
        var test = await TestDatabase.StartAsync(engine, own: true);
        var (series, id) = engine == Engine.Postgres
            ? ("generate_series(1, @rows) as n(i)", "gen_random_uuid()")
            : (
                "(with recursive n(i) as (select 1 union all select i + 1 from n where i < @rows) select i from n) n",
                "randomblob(16)");
        await FillAsync(
            $"""
            insert into presets (
                id, workspace_id, slug, name, status, creator_user_id, created_at, updated_at, latest_version,
                designated_version, designated_version_id, revision, listed_at, model)
            select {id}, @workspace_id, 's' || i, 's', case i % 10 when 0 then 'archived' else 'active' end, 'u', @now,
                @now, 1, 1, {id}, 1, @now, 'm'
            from {series}
            """);
        await FillAsync(
            $"""
            insert into preset_versions (preset_id, version, id, revision, creator_id, created_at, config)
            select @id, i, {id}, i, 'u', @now, @config from {series}
            """);
        await FillAsync(
            $"""
            insert into preset_versions (preset_id, version, id, revision, creator_id, created_at, config)
            select id, 1, id, 1, 'u', @now, @config from presets
            """);
        await FillAsync(
            $"""
            insert into preset_changes (id, workspace_id, preset_id, slug, revision, at, user_id, effects)
            select {id}, @workspace_id, {id}, 's' || i, i, @now, 'u', '[]' from {series}
            """);
        await FillAsync(
            $"""
            insert into api_keys (hash, workspace_id, user_id, name, label, is_management, disabled, created_at)
            select 'h' || i, @workspace_id, 'u', 'n', 'l', @false, @false, @now from {series}
            """);
        await test.ExecuteAsync("update presets set updated_at = @later where slug = 's7'", ("later", Now.AddDays(1)));
        await test.ExecuteAsync("analyze");
        return test;

        Task FillAsync(string sql) =>
            test.ExecuteAsync(
                sql,
                ("rows", 5_000),
                ("id", PresetId),
                ("workspace_id", test.WorkspaceId),
                ("now", Now),
                // As long as that of many a preset, so that no plan takes the table for a small one.
                ("config", new string('x', 600)),
                ("false", false));
    }

    private static DateTimeOffset Now { get; } = new(2026, 4, 20, 12, 0, 0, TimeSpan.Zero);
}
