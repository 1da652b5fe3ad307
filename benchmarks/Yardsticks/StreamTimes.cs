using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;

namespace Presets.Benchmarks.Yardsticks;

/// <summary>How long one client waits for the first event of a stream, and for each further one.</summary>
internal static class StreamTimes
{
    private static readonly byte[] EndOfEvent = "\n\n"u8.ToArray();

    /// <summary>
    /// Asks for streams, one after the other, for <paramref name="duration"/>. Tells the median and the 99th percentile
    /// of the time to the first event in milliseconds, and the median time of a further event in microseconds.
    /// </summary>
    public static async Task<string> MeasureAsync(string url, string key, string bodyFile, TimeSpan duration)
    {
        var body = await File.ReadAllBytesAsync(bodyFile);
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var (first, further) = (new List<double>(), new List<double>());
        // A tenth of the time is a warm-up.
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < duration * 1.1;)
        {
            var (firstAfter, each) = await MeasureOneAsync(client, url, body);
            if (watch.Elapsed < duration * 0.1)
                continue;
            first.Add(firstAfter.TotalMilliseconds);
            further.Add(each.TotalMicroseconds);
        }

        first.Sort();
        further.Sort();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{first[first.Count / 2]:0.000} {first[first.Count * 99 / 100]:0.000} {further[further.Count / 2]:0.00}");
    }

    private static async Task<(TimeSpan First, TimeSpan Each)> MeasureOneAsync(
        HttpClient client, string url, byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var started = Stopwatch.GetTimestamp();
        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        await using var stream = await response.Content.ReadAsStreamAsync();
        var buffer = new byte[64 * 1024];
        var (events, first, last) = (0, 0L, 0L);
        while (await stream.ReadAsync(buffer) is > 0 and var length)
        {
            last = Stopwatch.GetTimestamp();
            var found = buffer.AsSpan(0, length).Count(EndOfEvent);
            if (events == 0 && found > 0)
                first = last;
            events += found;
        }

        if (events < 2)
            throw new InvalidOperationException($"The answer has {events} events.");
        return (Stopwatch.GetElapsedTime(started, first), Stopwatch.GetElapsedTime(first, last) / (events - 1));
    }
}
