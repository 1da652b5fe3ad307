using System.Net.Http.Headers;
using System.Text;

namespace Presets.Withstand.Tests;

/// <summary>A node in a process of its own, and its upstream in this one.</summary>
internal sealed class UpstreamSite : IAsyncDisposable
{
    public const string Plain = """{"model":"m","messages":[]}""";
    public const string Stream = """{"model":"m","stream":true,"messages":[]}""";

    private readonly Site site;
    private readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(120) };
    private int calls;

    private UpstreamSite(Site site, ScriptedUpstream upstream)
    {
        this.site = site;
        Upstream = upstream;
    }

    public ScriptedUpstream Upstream { get; }

    public ApiProcess Node => site.Node;

    public static async Task<UpstreamSite> StartAsync()
    {
        var upstream = await ScriptedUpstream.StartAsync();
        upstream.Records = false;
        var site = await Site.StartAsync(
            Engine.Sqlite,
            settings: [("Upstreams__main__BaseUrl", upstream.Url), ("Upstreams__main__Key", "sk-upstream")]);
        var all = new UpstreamSite(site, upstream);
        upstream.Script = all.AnswerAsync;
        return all;
    }

    /// <summary>Sends a request, and returns when its answer has begun.</summary>
    public async Task<HttpResponseMessage> SendAsync(string body)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, $"http://127.0.0.1:{Node.Port}/api/v1/chat/completions")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", site.Key);
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Lets the node compile what it runs.</summary>
    public async Task WarmUpAsync()
    {
        for (var i = 0; i < 200; i++)
            (await SendAsync(Plain)).Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await site.DisposeAsync();
        await Upstream.DisposeAsync();
    }

    // Fifty events; now and then a stream that breaks.
    private async Task AnswerAsync(UpstreamCall call)
    {
        if (call.Body.Length > 1000 || call.Text == Plain)
        {
            await call.AnswerAsync("""{"id":"1"}""");
            return;
        }

        var breaks = Interlocked.Increment(ref calls) % 20 == 0;
        for (var i = 0; i < 50; i++)
        {
            if (breaks && i == 25)
            {
                call.Reset();
                return;
            }

            await call.SendAsync($"data: {i + 1}\n\n");
        }
    }
}
