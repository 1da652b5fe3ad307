using Npgsql;

namespace Presets.Api.Tests;

/// <summary><c>copy</c> as an operator runs it.</summary>
public sealed class CopyCommandTests : ProgramTests
{
    private const string Source = "Data Source=data/presets.db";

    [Theory]
    [InlineData("Option '--from' is required.\nOption '--to' is required.")]
    [InlineData("Option '--to' is required.", "--from", "Data Source=a.db")]
    [InlineData("Required argument missing for option: '--to'", "--from", "Data Source=a.db", "--to")]
    [InlineData("Unknown argument: copy --into", "--from", "Data Source=a.db", "--into", "Host=127.0.0.1")]
    [InlineData("copy goes from SQLite", "--from", "Host=127.0.0.1", "--to", "Data Source=a.db")]
    [InlineData("copy goes from SQLite", "--from", "Data Source=a.db", "--to", "Data Source=b.db")]
    [InlineData(
        "neither \"Data Source=...\" (SQLite) nor \"Host=...\" (Postgres)", "--from", "File=a.db", "--to",
        "Host=127.0.0.1")]
    [InlineData("There is no SQLite file", "--from", "Data Source=a.db", "--to", "Host=127.0.0.1")]
    public async Task What_is_wrong_is_said_and_no_file_is_made(string what, params string[] words)
    {
        var run = await RunAsync(["copy", .. words]);

        Assert.Equal((2, ""), (run.Status, run.Output));
        Assert.Contains(what, run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Folder));
    }

    [PostgresFact]
    public async Task A_file_that_a_node_serves_is_not_copied()
    {
        var target = await EmptyDatabase.ConnectionStringAsync(Engine.Postgres);

        await ServeAsync(isFirst: true, async output =>
        {
            var run = await RunAsync("copy", "--from", Source, "--to", target);

            Assert.Equal(1, run.Status);
            Assert.Contains("belongs to another running process", run.Error, StringComparison.Ordinal);
            (await new ApiClient(new Uri(Url().Match(output).Value), Key().Match(output).Value).CreateAsync("a"))
                .Expect(200);
        });

        const string Tables = "select count(*) from information_schema.tables where table_schema = 'public'";
        Assert.Equal(0, await CountAsync(target, Tables));
    }

    [PostgresFact]
    public async Task A_node_on_the_copy_serves_what_the_file_held()
    {
        var target = await EmptyDatabase.ConnectionStringAsync(Engine.Postgres);
        string key = "", stored = "";
        await ServeAsync(isFirst: true, async output =>
        {
            key = Key().Match(output).Value;
            var client = new ApiClient(new Uri(Url().Match(output).Value), key);
            for (var i = 0; i < 12; i++)
                (await client.CreateAsync("a")).Expect(200);
            stored = (await client.GetAsync("/presets/a")).Expect(200).Text;
        });

        var run = await RunAsync("copy", "--from", Source, "--to", target);
        var again = await RunAsync("copy", "--from", Source, "--to", target);

        Assert.Equal((0, ""), (run.Status, run.Error));
        Assert.Matches(
            @"From SQLite file .*/data/presets\.db\nto   Postgres at .*\n  workspaces +1\n  api_keys +2\n  presets +1\n"
            + @"  preset_versions +12\n  preset_changes +0\n  preset_purges +0\n  preset_usage +0\n"
            + @"  idempotency_keys +0\nEvery row",
            run.Output);
        Assert.Equal(1, again.Status);
        Assert.Contains("The Postgres database is not empty", again.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Every row", again.Output, StringComparison.Ordinal);
        await ServeAsync(
            isFirst: false,
            async output =>
            {
                var client = new ApiClient(new Uri(Url().Match(output).Value), key);
                Assert.Equal(stored, (await client.GetAsync("/presets/a")).Expect(200).Text);
                var next = (await client.CreateAsync("a")).Expect(200);
                Assert.Equal(13, next.Data.GetProperty("designated_version").GetProperty("version").GetInt32());
            },
            ("ConnectionStrings__Presets", target));
    }

    private static async Task<long> CountAsync(string database, string sql)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
