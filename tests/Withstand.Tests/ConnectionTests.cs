using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit.Abstractions;

namespace Presets.Withstand.Tests;

public sealed class ConnectionTests(ITestOutputHelper output)
{
    [Theory, Sqlite]
    public async Task Slow_clients_disturb_no_other(Engine engine)
    {
        await using var site = await Site.StartAsync(engine);
        (await site.Client.CreateAsync(Create.New("fast"))).Stored();
        var slow = Enumerable.Range(0, 100).Select(i => Create.New($"slow-{i}")).ToArray();
        var connections = await Task.WhenAll(slow.Select(async create =>
        {
            var connection = await RawConnection.OpenAsync(site);
            await connection.SendHeadersAsync(create);
            return connection;
        }));

        // A byte of each slow one for every request of the others: none is done before the others are.
        var answers = new List<Answer>();
        for (var sent = 0; sent < 40; sent++)
        {
            for (var i = 0; i < slow.Length; i++)
                await connections[i].SendAsync(slow[i].Body.Substring(sent, 1));
            answers.AddRange(await Task.WhenAll(
                Enumerable.Range(0, 25).Select(i => site.Client.CreateAsync(Create.New($"fast-{i}")))));
        }

        for (var i = 0; i < slow.Length; i++)
            await connections[i].SendAsync(slow[i].Body[40..]);
        var statuses = await Task.WhenAll(connections.Select(connection => connection.ReadStatusAsync()));

        output.WriteLine($"slowest of the others {answers.Max(answer => answer.Took.TotalMilliseconds):0} ms");
        Assert.All(answers, answer => answer.Stored());
        Assert.InRange(answers.Max(answer => answer.Took), TimeSpan.Zero, TimeSpan.FromSeconds(3));
        // The server may end a request whose body comes too slowly; on a machine this busy it has that right.
        Assert.All(statuses, status => Assert.Contains(status, new[] { 200, 408 }));
        (await site.ReadTableAsync()).AssertSound();
        foreach (var connection in connections)
            connection.Dispose();
    }

    [Theory, Sqlite, Postgres]
    public async Task Pipelined_requests_are_answered_in_their_order(Engine engine)
    {
        await using var site = await Site.StartAsync(engine);
        var creates = Enumerable.Range(0, 200).Select(i => Create.New($"pipe-{i % 2}", keyed: i % 5 == 0)).ToArray();
        using var connection = await RawConnection.OpenAsync(site);

        var sending = Task.Run(async () =>
        {
            foreach (var create in creates)
            {
                await connection.SendHeadersAsync(create);
                await connection.SendAsync(create.Body);
            }
        });
        var numbers = new List<int>();
        foreach (var create in creates)
        {
            var (status, text) = await connection.ReadAnswerAsync();
            Assert.True(status == 200, text);
            Assert.Contains($"[\"{create.Mark}\"]", text, StringComparison.Ordinal);
            numbers.Add(new Answer(status, text, false, null, default, default).Number);
        }

        await sending;
        Assert.Equal(Enumerable.Range(0, 200).Select(i => 1 + i / 2), numbers);
        (await site.ReadTableAsync()).AssertSound();
    }

    [Theory, Sqlite]
    public async Task Idle_connections_cost_little_and_disturb_no_other(Engine engine)
    {
        await using var site = await Site.StartAsync(engine);
        for (var i = 0; i < 200; i++)
            (await site.Client.CreateAsync(Create.New($"slug-{i}"))).Stored();
        var before = site.Node.ResidentBytes;
        // This process and the node each need a descriptor for every connection, and some for themselves.
        var count = (int)Math.Min(10_000, DescriptorLimit() - 500);
        var idle = new List<Socket>(count);
        while (idle.Count < count)
        {
            idle.AddRange(await Task.WhenAll(Enumerable.Range(0, Math.Min(200, count - idle.Count)).Select(async _ =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(IPAddress.Loopback, site.Node.Port);
                return socket;
            })));
        }

        using var newcomer = site.NewClient();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(i => newcomer.CreateAsync(Create.New($"slug-{i}"))));
        var after = site.Node.ResidentBytes;

        output.WriteLine($"{count} idle connections: {before >> 20} MB before, {after >> 20} MB with them");
        Assert.All(answers, answer => answer.Stored());
        Assert.InRange(after - before, long.MinValue, 250L << 20);
        foreach (var socket in idle)
            socket.Dispose();
        (await site.Client.CreateAsync(Create.New("slug-0"))).Stored();
    }

    [Theory, Sqlite]
    public async Task Large_bodies_do_not_pile_up_in_memory(Engine engine)
    {
        await using var site = await Site.StartAsync(
            engine, settings: [("Presets__HeadCacheBytes", "4194304"), ("Presets__QueueBytes", "16777216")]);
        var stop = new string('x', 900_000);
        var body = $$"""{"model":"test/one","stop":["{{stop}}"],"messages":[{"role":"user","content":"x"}]}""";
        var statuses = new int[600];

        await Parallel.ForAsync(0, statuses.Length, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
            statuses[i] = (await site.Client.PostAsync($"large-{i}", body)).Status);

        var stored = statuses.Count(status => status == 200);
        output.WriteLine($"{stored} stored, {site.Node.ResidentBytes >> 20} MB resident");
        Assert.All(statuses, status => Assert.Contains(status, new[] { 200, 503 }));
        Assert.InRange(site.Node.ResidentBytes, 1, 700L << 20);
        (await site.Client.CreateAsync(Create.New("afterwards"))).Stored();
    }

    [Theory, Sqlite]
    public async Task Pipelines_that_are_never_read_do_not_pile_up_in_memory(Engine engine)
    {
        const int Connections = 300;
        await using var site = await Site.StartAsync(engine);
        (await site.Client.CreateAsync(Create.New("other"))).Stored();
        var request = Encoding.ASCII.GetBytes(
            $"GET /api/v1/presets/other HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {site.Key}\r\n\r\n");
        var pipeline = Enumerable.Repeat(request, 20_000).SelectMany(bytes => bytes).ToArray();
        var before = site.Node.ResidentBytes;
        using var stop = new CancellationTokenSource();
        var sockets = new List<Socket>();

        // Each sends until the node takes no more of it.
        var sending = Enumerable.Range(0, Connections).Select(async _ =>
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            lock (sockets)
                sockets.Add(socket);
            await socket.ConnectAsync(IPAddress.Loopback, site.Node.Port);
            await socket.SendAsync(pipeline, stop.Token);
        }).ToArray();
        var answers = new List<Answer>();
        for (var i = 0; i < 200; i++)
            answers.Add(await site.Client.CreateAsync(Create.New("other")));
        var after = site.Node.ResidentBytes;

        output.WriteLine($"{before >> 20} MB before, {after >> 20} MB with {Connections} pipelines");
        Assert.All(answers, answer => answer.Stored());
        Assert.InRange(after - before, long.MinValue, 150L << 20);
        await stop.CancelAsync();
        foreach (var socket in sockets)
            socket.Dispose();
        await Task.WhenAll(sending.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default)));
    }

    private static long DescriptorLimit()
    {
        const string Name = "Max open files";
        var line = File.Exists("/proc/self/limits")
            ? File.ReadLines("/proc/self/limits").First(line => line.StartsWith(Name, StringComparison.Ordinal))
            : Name + " 1024";
        var soft = line[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return long.TryParse(soft, CultureInfo.InvariantCulture, out var limit) ? limit : 1_000_000;
    }
}

/// <summary>A connection on which a test decides when each byte leaves.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Site site;
    private readonly TcpClient client = new() { NoDelay = true };
    private StreamReader? reader;

    private RawConnection(Site site) => this.site = site;

    public static async Task<RawConnection> OpenAsync(Site site)
    {
        var connection = new RawConnection(site);
        await connection.client.ConnectAsync(IPAddress.Loopback, site.Node.Port);
        connection.reader = new StreamReader(connection.client.GetStream(), Encoding.ASCII);
        return connection;
    }

    public Task SendHeadersAsync(Create create, bool expect = false) =>
        SendAsync(
            $"POST /api/v1/presets/{create.Slug}/chat/completions HTTP/1.1\r\n"
            + $"Host: localhost\r\nAuthorization: Bearer {site.Key}\r\n"
            + "Content-Type: application/json\r\n"
            + (create.Key is null ? "" : $"Idempotency-Key: {create.Key}\r\n")
            + (expect ? "Expect: 100-continue\r\n" : "")
            + string.Create(CultureInfo.InvariantCulture, $"Content-Length: {create.Body.Length}\r\n\r\n"));

    public async Task SendAsync(string text) => await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(text));

    public async Task<int> ReadStatusAsync() => (await ReadAnswerAsync()).Status;

    /// <summary>Reads an answer; its body has a length.</summary>
    public async Task<(int Status, string Text)> ReadAnswerAsync()
    {
        var status = int.Parse((await ReadLineAsync()).Split(' ')[1], CultureInfo.InvariantCulture);
        var length = 0;
        for (var line = await ReadLineAsync(); line.Length > 0; line = await ReadLineAsync())
            if (line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))
                length = int.Parse(line["Content-Length:".Length..], CultureInfo.InvariantCulture);
        var text = new char[length];
        // Reading nothing would wait for something.
        if (length > 0)
            await reader!.ReadBlockAsync(text).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        return (status, new string(text));
    }

    /// <summary>Whether the node closes the connection without another byte.</summary>
    public async Task<bool> IsClosedAsync() =>
        await reader!.ReadAsync(new char[1]).AsTask().WaitAsync(TimeSpan.FromSeconds(20)) == 0;

    public void Dispose()
    {
        reader?.Dispose();
        client.Dispose();
    }

    private async Task<string> ReadLineAsync() =>
        await reader!.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(30))
        ?? throw new IOException("the connection ended");
}
