using System.Net.Http.Headers;
using System.Text;

namespace Presets.Api.Tests;

/// <summary>A node and its upstream.</summary>
public sealed class ForwardingSite : IAsyncDisposable
{
    /// <summary>The key by which the upstream knows the node.</summary>
    public const string UpstreamKey = "sk-upstream-5e2c";

    private readonly HttpClient http;

    private ForwardingSite(OneNode node, ScriptedUpstream upstream)
    {
        Node = node;
        Upstream = upstream;
        http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
            ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        })
        {
            BaseAddress = new Uri(node.Url, "/api/v1/"),
            Timeout = TimeSpan.FromSeconds(60),
        };
    }

    public OneNode Node { get; }

    public ScriptedUpstream Upstream { get; }

    /// <summary>Starts both. The upstream takes all bodies.</summary>
    /// <param name="settings">Further settings of the upstream, as <c>Name=value</c>.</param>
    public static async Task<ForwardingSite> StartAsync(
        Engine engine = Engine.Sqlite, params string[] settings)
    {
        var upstream = await ScriptedUpstream.StartAsync();
        string[] all =
        [
            $"BaseUrl={upstream.Url}/v1", $"Key={UpstreamKey}", "Bodies=chat_completions,messages,responses",
            .. settings,
        ];
        var node = await OneNode.StartAsync(
            engine, settings: [.. all.Select(setting => "--Upstreams:main:" + setting)]);
        return new ForwardingSite(node, upstream);
    }

    /// <summary>Sends a body with the ordinary key, and returns when the answer has begun.</summary>
    public Task<HttpResponseMessage> SendAsync(
        string route, string json, params (string Name, string Value)[] headers) =>
        SendAsync(route, ApiClient.JsonContent(json), default, headers);

    /// <summary>As the other, with any content.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        string route, HttpContent content, CancellationToken cancellationToken,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", Node.Key);
        foreach (var (name, value) in headers)
        {
            if (!request.Headers.TryAddWithoutValidation(name, value))
                content.Headers.TryAddWithoutValidation(name, value);
        }

        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
    }

    /// <summary>Sends a body, and reads the whole answer.</summary>
    public async Task<(HttpResponseMessage Response, string Text)> PostAsync(
        string route, string json, params (string Name, string Value)[] headers)
    {
        var response = await SendAsync(route, json, headers);
        return (response, Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync()));
    }

    /// <summary>Sends a request as it is written, with the ordinary key, and returns all of the answer.</summary>
    /// <param name="head">Its first lines.</param>
    public Task<string> SendRawAsync(string head, string body) => RawHttp.SendAsync(
        Node,
        head + $"Authorization: Bearer {Node.Key}\r\nContent-Type: application/json\r\n"
        + $"Content-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await Node.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}

/// <summary>
/// A site that the tests of a class share. They run one by one, and each gives the upstream a script of its own.
/// </summary>
public sealed class SharedForwardingSite : IAsyncLifetime
{
    public ForwardingSite Site { get; private set; } = null!;

    public async Task InitializeAsync() => Site = await ForwardingSite.StartAsync();

    public async Task DisposeAsync() => await Site.DisposeAsync();
}
