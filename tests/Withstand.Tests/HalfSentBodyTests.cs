using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Xunit.Abstractions;

namespace Presets.Withstand.Tests;

public sealed class HalfSentBodyTests(ITestOutputHelper output)
{
    private const int Connections = 800;
    private const int Length = 1_048_576;
    private const long Budget = 64L << 20;

    [Theory, Sqlite]
    public async Task Half_sent_bodies_hold_no_more_than_the_budget_and_small_requests_go_on(Engine engine)
    {
        await using var site = await Site.StartAsync(
            engine,
            settings:
            [
                ("Presets__BodyBytes", Budget.ToString(CultureInfo.InvariantCulture)),
                ("Presets__BodyTimeout", "20"),
            ]);
        (await site.Client.CreateAsync(Create.New("small"))).Stored();
        var text = new string('x', 900_000);
        var large = $$"""{"model":"m","messages":[{"role":"user","content":"{{text}}"}]}""";
        (await site.Client.PostAsync("large", large)).Stored();
        var before = site.Node.ResidentBytes;

        var held = new Socket[Connections];
        var opening = Parallel.ForAsync(
            0, Connections, new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) => held[i] = await SendHalfAsync(site));
        var answers = new List<Answer>();
        while (!opening.IsCompleted)
            answers.Add(await site.Client.CreateAsync(Create.New("small")));
        await opening;
        var refused = await site.Client.PostAsync("large", large);
        for (var i = 0; i < 100; i++)
            answers.Add(await site.Client.CreateAsync(Create.New("small")));
        var after = site.Node.ResidentBytes;

        output.WriteLine(
            $"{before >> 20} MB before, {after >> 20} MB with {Connections} half-sent bodies, "
            + $"{answers.Count} small creates, "
            + $"the slowest {answers.Max(answer => answer.Took.TotalMilliseconds):0} ms");
        Assert.All(answers, answer => answer.Stored());
        Assert.Equal((503, "overloaded", "1"), (refused.Status, refused.Reason, refused.RetryAfter));
        Assert.InRange(after - before, long.MinValue, 3 * Budget);

        // Those that are held are ended by the time limit, and their memory serves others.
        var answer = await site.Client.PostAsync("large", large);
        while (answer.Status == 503)
            answer = await site.Client.PostAsync("large", large);
        answer.Stored();
        foreach (var socket in held)
            socket.Dispose();
    }

    // All but the last few bytes; a node that has no room answers and ends the connection meanwhile.
    private static async Task<Socket> SendHalfAsync(Site site)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, site.Node.Port);
        var head = "POST /api/v1/presets/half/chat/completions HTTP/1.1\r\nHost: a\r\n"
            + $"Authorization: Bearer {site.Key}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {Length}\r\n\r\n";
        var rest = Encoding.ASCII.GetBytes(head + new string(' ', Length - 576)).AsMemory();
        try
        {
            while (!rest.IsEmpty)
                rest = rest[await socket.SendAsync(rest)..];
        }
        catch (SocketException)
        {
        }

        return socket;
    }
}
