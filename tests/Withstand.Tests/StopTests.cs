using System.Net;
using System.Net.Sockets;

namespace Presets.Withstand.Tests;

public sealed class StopTests
{
    [Theory, Sqlite, Postgres]
    public async Task A_node_told_to_stop_under_load_ends_with_status_0_and_keeps_what_it_answered(Engine engine)
    {
        await using var site = await Site.StartAsync(engine);
        var load = new Load(site.Client, clients: 32, slugs: 25);
        await load.StoredAsync(300);

        site.Node.AskToEnd();
        var status = await site.Node.EndAsync();
        await load.EndAsync();

        Assert.Equal(0, status);
        // Answered with a version, or not at all: the connection was refused, or closed between two requests.
        Assert.All(
            load.Done,
            each => Assert.True(each.Answer.Status is 200 or 0, $"{each.Answer.Status} {each.Answer.Text}"));
        var table = await site.ReadTableAsync();
        table.AssertSound();
        table.AssertHolds(load.Stored);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_stopping_node_answers_what_is_in_flight_and_accepts_nothing_new(Engine engine)
    {
        await using var site = await Site.StartAsync(engine);
        var creates = Enumerable.Range(0, 50).Select(i => Create.New($"slug-{i % 10}", keyed: i % 2 == 0)).ToArray();
        var connections = await Task.WhenAll(creates.Select(async create =>
        {
            var connection = await RawConnection.OpenAsync(site);
            // The node asks for the body: the request is in flight.
            await connection.SendHeadersAsync(create, expect: true);
            Assert.Equal(100, await connection.ReadStatusAsync());
            return connection;
        }));

        // Answered once, so that the node has accepted it.
        using var idle = await RawConnection.OpenAsync(site);
        await idle.SendAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.Equal(200, await idle.ReadStatusAsync());

        site.Node.AskToEnd();
        // The node closes what is idle once it listens no more.
        Assert.True(await idle.IsClosedAsync());
        using var late = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => late.ConnectAsync(IPAddress.Loopback, site.Node.Port));
        var answers = await Task.WhenAll(connections.Zip(creates, async (connection, create) =>
        {
            await connection.SendAsync(create.Body);
            return await connection.ReadAnswerAsync();
        }));

        Assert.All(answers, answer => Assert.True(answer.Status == 200, answer.Text));
        Assert.Equal(0, await site.Node.EndAsync());
        var table = await site.ReadTableAsync();
        table.AssertSound();
        table.AssertHolds(creates.Zip(
            answers,
            (create, answer) => (create, new Answer(answer.Status, answer.Text, false, null, default, default))));
        foreach (var connection in connections)
            connection.Dispose();
    }

    [Theory, Sqlite]
    public async Task A_second_node_on_the_same_file_says_why_it_does_not_start(Engine engine)
    {
        await using var site = await Site.StartAsync(engine);

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => site.AddNodeAsync());

        Assert.Contains("belongs to another running process", refused.Message);
        (await site.Client.CreateAsync(Create.New("slug"))).Stored();
    }
}
