using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>
/// How the engines carry out what is asked of <c>preset_usage</c>: by its indexes, however large it is.
/// </summary>
public sealed class UsagePlanTests
{
    private static readonly DateOnly Day = new(2026, 4, 20);

    // The rows are locked as the sort yields them: in one order on all nodes.
    [PostgresFact]
    public async Task Postgres_sorts_before_it_locks_and_removes_by_an_index()
    {
        await using var test = await FillAsync(Engine.Postgres);
        var batch = new UsageBatch(1, new Dictionary<UsageKey, UsageTally>
        {
            [new(Guid.Empty, Day, 1)] = UsageTally.Of(UsageClass.Success, DateTimeOffset.UnixEpoch),
        });

        var add = await test.PlanAsync(UsageRows.AddSql(test.Database), UsageStore.JsonOf(batch));
        var read = await test.PlanAsync(UsageStore.ReadSql, Guid.Empty, Guid.Empty, Day, 100);

        Assert.Equal(["Insert on preset_usage t", "Subquery Scan on \"*SELECT*\"", "LockRows", "Sort"], add.Take(4));
        Assert.Contains("Index Scan using preset_usage_pkey on preset_usage u", read);
        foreach (var (condition, value, index) in Removals)
        {
            var remove = await test.PlanAsync(UsageRows.RemoveSql(test.Database, condition), value);
            Assert.Contains(remove, step => step.Contains($"Index Scan {index}", StringComparison.Ordinal));
            Assert.Equal("Tid Scan on preset_usage", remove[^1]);
        }
    }

    [Fact]
    public async Task SQLite_reads_and_removes_by_an_index()
    {
        await using var test = await FillAsync(Engine.Sqlite);

        List<string> plans = await test.PlanAsync(UsageStore.ReadSql, Guid.Empty, Guid.Empty, Day, 100);
        foreach (var (condition, value, _) in Removals)
            plans.AddRange(await test.PlanAsync(UsageRows.RemoveSql(test.Database, condition), value));

        Assert.DoesNotContain(plans, step => step.StartsWith("SCAN preset_usage", StringComparison.Ordinal));
        Assert.DoesNotContain("SCAN u", plans);
    }

    private static (string Condition, object Value, string Index)[] Removals { get; } =
    [
        ("day < $1", Day.AddDays(-30), "using preset_usage_day"),
        ("preset_id = $1", Guid.Empty, "on preset_usage_pkey"),
    ];

    private static async Task<TestDatabase> FillAsync(Engine engine)
    {
        const int Rows = 5_000;
        var test = await TestDatabase.StartAsync(engine, own: true);
        var (series, id) = engine == Engine.Postgres
            ? ("generate_series(1, @rows) as n(i)", "gen_random_uuid()")
            : (
                "(with recursive n(i) as (select 1 union all select i + 1 from n where i < @rows) select i from n) n",
                "randomblob(16)");
        await test.ExecuteAsync(
            $"""
            insert into presets (
                id, workspace_id, slug, name, status, creator_user_id, created_at, updated_at, latest_version,
                designated_version, designated_version_id, revision)
            select {id}, @workspace_id, 's' || i, 's', 'active', 'u', @now, @now, 1, 1, {id}, 1
            from {series}
            """,
            ("rows", Rows),
            ("workspace_id", test.WorkspaceId),
            ("now", DateTimeOffset.UnixEpoch));
        for (var day = 0; day < 40; day++)
            await test.ExecuteAsync(
                """
                insert into preset_usage
                select p.id, @day, 1, 1, 0, 0, 0, 0, p.created_at, p.created_at from presets p
                """,
                ("day", Day.AddDays(-day)));
        await test.ExecuteAsync("analyze");
        return test;
    }
}
