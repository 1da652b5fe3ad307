using Npgsql;

namespace Presets.Api.Tests;

/// <summary>The program as an operator runs it, in a process of its own.</summary>
public sealed class CommandTests : ProgramTests
{
    [Fact]
    public async Task The_first_start_says_its_keys_once_and_a_stop_ends_with_0()
    {
        var (first, _, status) = await ServeAsync(isFirst: true, async output =>
        {
            var url = Url().Match(output).Value;
            var keys = Key().Matches(output).Select(match => match.Value).Distinct().ToList();
            Assert.Equal(2, keys.Count);
            (await new ApiClient(new Uri(url), keys[0]).CreateAsync("a")).Expect(200);
            (await new ApiClient(new Uri(url), keys[1]).GetAsync("/workspaces")).Expect(200);
            var made = await RunAsync("keys", "create", "--management", "--workspace", "default", "--name", "help");
            Assert.Equal((0, ""), (made.Status, made.Error));
            (await new ApiClient(new Uri(url), made.Output.Trim()).GetAsync("/workspaces")).Expect(200);
            made = await RunAsync("keys", "create", "--scopes", "write,read");
            var key = (await new ApiClient(new Uri(url), made.Output.Trim()).GetAsync("/key")).Expect(200);
            Assert.Equal("""["read","write"]""", key.Data.GetProperty("scopes").GetRawText());
        });
        var (second, _, _) = await ServeAsync(isFirst: false, _ => Task.CompletedTask);

        Assert.Equal(0, status);
        Assert.Contains(Path.Combine(Folder, "data", "presets.db"), first, StringComparison.Ordinal);
        Assert.Contains(
            $"curl {Url().Match(first).Value}/api/v1/presets/hello/chat/completions", first, StringComparison.Ordinal);
        Assert.Empty(Key().Matches(second));
    }

    [Theory]
    [InlineData(2, "Unknown argument: --bogus", "--bogus")]
    [InlineData(2, "Unknown argument: serve", "serve")]
    [InlineData(2, "Unknown argument: keys delete", "keys", "delete")]
    [InlineData(2, "Required argument missing for option: '--workspace'", "keys", "create", "--workspace")]
    [InlineData(2, "Required command was not provided", "keys")]
    [InlineData(2, "--name must have 1 to 256 characters", "keys", "create", "--name", "")]
    [InlineData(2, "--scopes must name at least one of read", "keys", "create", "--scopes", "read,admin")]
    [InlineData(2, "--scopes must name at least one of read", "keys", "create", "--scopes", "")]
    [InlineData(2, "do not limit a management key", "keys", "create", "--management", "--scopes", "read")]
    [InlineData(2, "Unknown argument: create --bogus", "keys", "create", "--bogus")]
    [InlineData(2, "Unknown argument: --Logging:X (without a value)", "--Logging:X")]
    [InlineData(1, "There is no workspace \"nope\"", "keys", "create", "--workspace", "nope")]
    [InlineData(1, "start the service once", "keys", "create")]
    [InlineData(2, "Presets:MaxBodyBytes", "--Presets:MaxBodyBytes", "x", "--Presets:Nope", "1")]
    [InlineData(
        1, "Postgres did not answer: Failed to connect to 127.0.0.1:1", "--ConnectionStrings:Presets",
        "Host=127.0.0.1;Port=1;Timeout=1")]
    public async Task What_is_wrong_is_said_and_the_status_is_not_0(int status, string what, params string[] words)
    {
        var run = await RunAsync(words);

        Assert.True(run.Status == status, $"{run.Status}: {run.Error}");
        Assert.Contains(what, run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    [PostgresFact]
    public async Task What_the_server_refuses_is_said_in_its_words()
    {
        var database = new NpgsqlConnectionStringBuilder(
            await EmptyDatabase.ConnectionStringAsync(Engine.Postgres))
        { Database = "nope" };

        var run = await RunAsync("--ConnectionStrings:Presets", database.ConnectionString);

        Assert.Equal((1, ""), (run.Status, run.Output));
        Assert.EndsWith("\nPostgres refused: database \"nope\" does not exist\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_is_given()
    {
        var run = await RunAsync("--help");

        Assert.Equal(0, run.Status);
        Assert.Contains("keys create", run.Output, StringComparison.Ordinal);
    }
}
