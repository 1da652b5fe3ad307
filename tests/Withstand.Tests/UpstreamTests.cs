using System.Net;

namespace Presets.Withstand.Tests;

/// <summary>Many requests, streams and bytes on their way through one node to an upstream.</summary>
public sealed class UpstreamTests
{
    private const int Parallel = 64;

    [Fact]
    public async Task A_thousand_streams_are_open_at_once_and_each_takes_little()
    {
        const int Streams = 1000;
        await using var site = await UpstreamSite.StartAsync();
        var mayEnd = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        site.Upstream.Script = async call =>
        {
            await call.SendAsync("data: 1\n\n");
            await mayEnd.Task;
            await call.SendAsync("data: [DONE]\n\n");
        };
        await site.WarmUpAsync();
        var before = site.Node.ResidentBytes;

        var open = await Task.WhenAll(Enumerable.Range(0, Streams).Select(async _ =>
        {
            var response = await site.SendAsync(UpstreamSite.Stream);
            var stream = await response.Content.ReadAsStreamAsync();
            await stream.ReadExactlyAsync(new byte[9]);
            return stream;
        }));
        var each = (site.Node.ResidentBytes - before) / Streams;
        mayEnd.SetResult();
        var ends = await Task.WhenAll(open.Select(stream => new StreamReader(stream).ReadToEndAsync()));

        Assert.All(ends, end => Assert.Equal("data: [DONE]\n\n", end));
        Assert.True(each <= 64 * 1024, $"{each} bytes a stream");
    }

    [Fact]
    public async Task Neither_memory_nor_connections_leak()
    {
        var requests = Site.IsSoak ? 100_000 : 4_000;
        await using var site = await UpstreamSite.StartAsync();
        await LoadAsync(site, 2_000);
        var before = site.Node.ResidentBytes;

        var whole = await LoadAsync(site, requests);

        // One in fifty leaves, and one in forty is broken by the upstream.
        Assert.InRange(whole, requests * 9 / 10, requests * 99 / 100);
        var growth = (site.Node.ResidentBytes - before) >> 20;
        Assert.True(growth < 48, $"{growth} MiB more after {requests} requests");
        Assert.InRange(site.Upstream.OpenConnections, 0, 2 * Parallel);
    }

    [Fact]
    public async Task A_body_of_16_MB_takes_no_more_than_twice_its_size()
    {
        await using var site = await UpstreamSite.StartAsync();
        await site.WarmUpAsync();
        var body = $$"""{"model":"m","x":"{{new string('x', 16_000_000)}}"}""";
        var before = site.Node.ResidentBytes;
        site.Node.ForgetPeak();

        using var response = await site.SendAsync(body);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var growth = site.Node.PeakBytes - before;
        Assert.True(growth <= 32_000_000, $"{growth} bytes");
    }

    // Answers whole and broken, and clients that leave. Returns how many were answered whole.
    private static async Task<int> LoadAsync(UpstreamSite site, int requests)
    {
        var (left, whole) = (requests, 0);
        await Task.WhenAll(Enumerable.Range(0, Parallel).Select(async _ =>
        {
            while (Interlocked.Decrement(ref left) is >= 0 and var number)
            {
                using var cancel = new CancellationTokenSource();
                try
                {
                    var isStream = number % 2 == 0;
                    using var response = await site.SendAsync(isStream ? UpstreamSite.Stream : UpstreamSite.Plain);
                    if (number % 50 == 0)
                        await cancel.CancelAsync();
                    var answer = await response.Content.ReadAsStringAsync(cancel.Token);
                    if (isStream ? answer.EndsWith("50\n\n", StringComparison.Ordinal) : response.IsSuccessStatusCode)
                        Interlocked.Increment(ref whole);
                }
                catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
                {
                    // Meant.
                }
            }
        }));
        return whole;
    }
}
