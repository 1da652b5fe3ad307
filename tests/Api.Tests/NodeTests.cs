using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Presets.Api.Tests;

/// <summary>A node's start and stop, and several nodes on one database.</summary>
public sealed class NodeTests
{
    [PostgresFact]
    public async Task A_key_deleted_on_one_node_is_refused_by_another_within_5_seconds()
    {
        var database = await EmptyDatabase.ConnectionStringAsync(Engine.Postgres);
        await using var one = await OneNode.StartAsync(Engine.Postgres, database);
        await using var other = await OneNode.StartAsync(Engine.Postgres, database);
        var made = (await one.Management.PostAsync("/keys", """{"name":"k"}""")).Expect(201);
        var owner = other.With(made.Json.GetProperty("key").GetString());
        (await owner.GetAsync("/key")).Expect(200);

        (await one.Management.DeleteAsync($"/keys/{made.Data.GetProperty("hash").GetString()}")).Expect(200);
        var waited = Stopwatch.StartNew();
        while ((await owner.GetAsync("/key")).Status == 200)
            await Task.Delay(50);

        Assert.True(waited.Elapsed < TimeSpan.FromSeconds(5), $"it took {waited.Elapsed}");
    }

    [PostgresFact]
    public async Task Nodes_that_start_at_once_make_one_default_workspace()
    {
        var database = await EmptyDatabase.ConnectionStringAsync(Engine.Postgres);

        var nodes =
            await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OneNode.StartAsync(Engine.Postgres, database)));

        var workspaces = (await nodes[0].Management.GetAsync("/workspaces")).Expect(200);
        Assert.Equal(["default"], workspaces.Each("slug"));
        foreach (var node in nodes)
            (await nodes[0].With(node.Key).GetAsync("/presets")).Expect(200);
        foreach (var node in nodes)
            await node.DisposeAsync();
    }

    [Theory, Sqlite, Postgres]
    public async Task A_deleted_bootstrap_key_is_not_made_again(Engine engine)
    {
        var database = await EmptyDatabase.ConnectionStringAsync(engine);
        var key = ApiHost.NewKey();
        await using (var first = await OneNode.StartAsync(engine, database, settings: ["--Presets:BootstrapKey", key]))
        {
            var hash = KeySecret.Hash(key).ToString();
            (await first.With(key).GetAsync("/presets")).Expect(200);
            (await first.Management.DeleteAsync($"/keys/{hash}")).Expect(200);
        }

        await using var second = await OneNode.StartAsync(engine, database, settings: ["--Presets:BootstrapKey", key]);

        (await second.With(key).GetAsync("/presets")).IsError(401, "unauthorized");
        Assert.Contains(second.Logs.Lines, line => line.Text.Contains("was deleted", StringComparison.Ordinal));
    }

    [PostgresFact]
    public async Task Without_its_database_a_node_lives_but_is_not_ready_and_says_503_never_401()
    {
        await using var server = await PostgresServer.StartPrivateAsync();
        await using var node = await OneNode.StartAsync(Engine.Postgres, await server.CreateDatabaseAsync());
        (await node.Client.CreateAsync("a")).Expect(200);
        Assert.Equal(200, await HealthAsync(node, "ready"));

        await server.StopAsync(immediate: true);
        Assert.Equal(503, await HealthAsync(node, "ready"));
        Assert.Equal(200, await HealthAsync(node, "live"));
        var stranger = await node.With(ApiHost.NewKey()).GetAsync("/presets/a");
        var create = await node.Client.CreateAsync("a");

        stranger.IsError(503, "unavailable");
        Assert.Equal(503, create.Status);
        Assert.Equal("1", create.Headers["Retry-After"]);

        await server.StartAgainAsync();
        (await node.Client.CreateAsync("a")).Expect(200);
        Assert.Equal(200, await HealthAsync(node, "ready"));
    }

    [Theory, Sqlite]
    public async Task A_stopping_node_answers_what_is_in_flight(Engine engine)
    {
        await using var node = await OneNode.StartAsync(engine);
        var body = """{"messages":[{"role":"user","content":"x"}]}""";
        using var client = new System.Net.Sockets.TcpClient(node.Url.Host, node.Url.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(
            $"POST /api/v1/presets/a/chat/completions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {node.Key}\r\n"
            + "Content-Type: application/json\r\n"
            + $"Expect: 100-continue\r\nContent-Length: {body.Length}\r\n\r\n"));
        using var reader = new StreamReader(stream);
        // The handler is reading the body.
        Assert.Equal("HTTP/1.1 100 Continue", await reader.ReadLineAsync());

        var stopped = node.StopAsync();
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(body));
        var rest = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
        await stopped;

        Assert.Contains("HTTP/1.1 200 OK", rest, StringComparison.Ordinal);
    }

    [Theory, Sqlite]
    public async Task A_node_that_was_told_to_stop_is_not_ready_and_closes_each_connection_after_its_answer(
        Engine engine)
    {
        await using var node = await OneNode.StartAsync(engine);
        using var client = new HttpClient();
        using var before = await client.GetAsync(new Uri(node.Url, "/health/ready"));

        node.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        using var refused = await client.GetAsync(new Uri(node.Url, "/health/ready"));
        using var served = await client.GetAsync(new Uri(node.Url, "/health/live"));

        Assert.NotEqual(true, before.Headers.ConnectionClose);
        Assert.Equal((503, true), ((int)refused.StatusCode, refused.Headers.ConnectionClose));
        Assert.Equal((200, true), ((int)served.StatusCode, served.Headers.ConnectionClose));
    }

    private static async Task<int> HealthAsync(OneNode node, string what)
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(node.Url, $"/health/{what}"));
        return (int)response.StatusCode;
    }
}
