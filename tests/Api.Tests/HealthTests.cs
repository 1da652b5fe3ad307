using Microsoft.Extensions.Logging;
using Npgsql;

namespace Presets.Api.Tests;

/// <summary>A database that answers and cannot be written to: what clients, balancers and operators are told.</summary>
public sealed class HealthTests
{
    [TmpfsFact]
    public async Task On_a_full_disk_a_node_is_not_ready_says_unavailable_and_logs_errors()
    {
        using var disk = new Tmpfs(2048);
        var file = Path.Combine(disk.Path, "presets.db");
        await using var node = await OneNode.StartAsync(Engine.Sqlite, $"Data Source={file}");
        (await node.Client.CreateAsync("a")).Expect(200);
        Assert.Equal(200, (await ReadyAsync(node)).Status);

        disk.Fill();
        var create = await node.Client.CreateAsync("a", $"\"model\":\"{new string('x', 200_000)}\"");
        var ready = await ReadyAsync(node);
        (await node.Client.GetAsync("/presets/a")).Expect(200);
        disk.Empty();

        create.IsError(503, "unavailable");
        ready.IsError(503, "unavailable");
        Assert.Contains("The database cannot be written to.", ready.Text, StringComparison.Ordinal);
        AssertLogged(node, "database or disk is full");
        AssertLogged(node, $"The disk of {file} is full.");
        Assert.Equal(200, (await ReadyAsync(node)).Status);
        (await node.Client.CreateAsync("a")).Expect(200);
    }

    [PostgresFact]
    public async Task Without_a_right_a_node_is_not_ready_says_unavailable_and_logs_the_databases_words()
    {
        var settings = new NpgsqlConnectionStringBuilder(await EmptyDatabase.ConnectionStringAsync(Engine.Postgres));
        var administration = settings.ConnectionString;
        (settings.Username, settings.Password) = ($"user_{Guid.NewGuid():N}", "secret");
        await ExecuteAsync(
            $"create role {settings.Username} login password 'secret'; "
            + $"alter database {settings.Database} owner to {settings.Username}");
        await using var node = await OneNode.StartAsync(Engine.Postgres, settings.ConnectionString);
        (await node.Client.CreateAsync("a")).Expect(200);
        Assert.Equal(200, (await ReadyAsync(node)).Status);

        await ExecuteAsync($"revoke insert on preset_versions from {settings.Username}");
        var create = await node.Client.CreateAsync("a");
        var ready = await ReadyAsync(node);
        await ExecuteAsync($"grant insert on preset_versions to {settings.Username}");

        create.IsError(503, "unavailable");
        ready.IsError(503, "unavailable");
        AssertLogged(node, "permission denied for table preset_versions");
        AssertLogged(node, "there is no right to write to preset_versions");
        Assert.Equal(200, (await ReadyAsync(node)).Status);
        (await node.Client.CreateAsync("a")).Expect(200);

        async Task ExecuteAsync(string sql)
        {
            await using var connection = new NpgsqlConnection(administration + ";Pooling=false");
            await connection.OpenAsync();
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }

    private static void AssertLogged(OneNode node, string words) =>
        Assert.Contains(
            node.Logs.Lines,
            line => line.Level == LogLevel.Error && line.Text.Contains(words, StringComparison.Ordinal));

    private static async Task<Answer> ReadyAsync(OneNode node)
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(node.Url, "/health/ready"));
        return await Answer.ReadAsync(response);
    }
}
