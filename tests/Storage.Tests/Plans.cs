using System.Text.RegularExpressions;

namespace Presets.Storage.Tests;

/// <summary>How an engine carries out a statement.</summary>
internal static partial class Plans
{
    /// <summary>The steps of a plan, without what Postgres says of a step.</summary>
    public static async Task<List<string>> PlanAsync(this TestDatabase test, string sql, params object?[] values)
    {
        var (explain, column) = test.Database is PostgresDatabase
            ? ("explain (costs off) ", 0)
            : ("explain query plan ", 3);
        var lines = await test.Database.ReadAsync(
            connection => connection.ListAsync(
                explain + sql,
                row =>
                {
                    for (var i = 0; i < column; i++)
                        row.Next<long>();
                    return row.Next<string>();
                },
                values),
            CancellationToken.None);
        return [.. lines.Where(line => !Detail().IsMatch(line)).Select(line => line.TrimStart(' ', '-', '>'))];
    }

    // What Postgres says of a step, "Index Cond: ...".
    [GeneratedRegex(@"^\s*[A-Z][A-Za-z ]*: ")]
    private static partial Regex Detail();
}
