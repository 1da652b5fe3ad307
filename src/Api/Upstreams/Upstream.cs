using System.Collections.Frozen;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Yarp.ReverseProxy.Forwarder;

namespace Presets.Api;

/// <summary>A provider of models that requests are forwarded to.</summary>
internal sealed class Upstream : IDisposable
{
    private readonly string? key;
    private readonly string? keyHeader;
    private readonly IReadOnlyList<string> prefixes;
    private readonly bool stripPrefix;
    private readonly HashSet<BodyKind> bodies;
    private readonly UpstreamKind kind;
    private readonly FrozenDictionary<string, Uri> routes;
    private readonly FrozenDictionary<string, MergeTarget> targets;

    /// <summary>An upstream as its settings have it.</summary>
    /// <param name="name">What its section is called.</param>
    public Upstream(string name, UpstreamOptions options, TimeProvider clock)
    {
        kind = UpstreamKind.Of(options.Kind);
        Name = name;
        Root = (options.BaseUrl ?? kind.BaseUrl!).TrimEnd('/') + kind.Version + "/";
        key = options.KeyText is { } text && kind.KeyHeader is null ? "Bearer " + text : options.KeyText;
        keyHeader = kind.KeyHeader;
        prefixes = options.Prefixes is [] ? [""] : options.Prefixes;
        stripPrefix = options.StripPrefix;
        routes = InferenceRoute.All.ToFrozenDictionary(route => route.Path, route => new Uri(Root + route.Path));
        bodies = [.. options.Bodies?.Select(BodyKinds.Parse) ?? kind.Bodies];
        targets = InferenceRoute.All.ToFrozenDictionary(
            route => route.Path,
            route => MergeTarget.None with
            {
                Drop = [.. options.Drop ?? kind.RefusedIn(route.Body), .. route.Refused],
                MovesCacheFields = kind.TakesCacheHeaders,
            });
        Client = new HttpMessageInvoker(
            new DeadlineHandler(HandlerOf(options), options.FirstByteTimeout, options.IdleTimeout, clock));
    }

    /// <summary>What it is called in the settings.</summary>
    public string Name { get; }

    /// <summary>What the addresses of all its routes begin with.</summary>
    public string Root { get; }

    /// <summary>
    /// Sends requests to it, within its time limits: a request that was not answered in time throws an
    /// <see cref="OperationCanceledException"/>.
    /// </summary>
    public HttpMessageInvoker Client { get; }

    /// <summary>Whether it takes a body.</summary>
    public bool Takes(BodyKind body) => bodies.Contains(body);

    /// <summary>The longest prefix by which it serves a model; null when it does not.</summary>
    /// <param name="model">The model; null when a request names none.</param>
    public string? PrefixOf(string? model)
    {
        string? longest = null;
        foreach (var prefix in prefixes)
        {
            if (prefix.Length >= (longest?.Length ?? 0) && (model ?? "").StartsWith(prefix, StringComparison.Ordinal))
                longest = prefix;
        }

        return longest;
    }

    /// <summary>What it wants of a request that a preset is merged into.</summary>
    public MergeTarget TargetOf(InferenceRoute route, string model) => PrefixToStrip(model) is { Length: > 0 } prefix
        ? targets[route.Path] with { StripPrefix = prefix }
        : targets[route.Path];

    /// <summary>What is left out in front of a model's name; empty when nothing is.</summary>
    public string PrefixToStrip(string? model) => stripPrefix ? PrefixOf(model)! : "";

    /// <summary>What requests name one of its models here; null when they are not forwarded to it.</summary>
    /// <param name="model">What it names the model itself.</param>
    public string? NameHere(string model) => stripPrefix ? prefixes[0] + model : PrefixOf(model) is null ? null : model;

    /// <summary>A request for the list of its models.</summary>
    public HttpRequestMessage NewModelsRequest(QueryString query)
    {
        var uri = UriOf("models", new QueryString(kind.ModelsQuery).Add(query));
        var request = new HttpRequestMessage(HttpMethod.Get, uri);
        Authorize(request.Headers);
        if (kind.ApiVersion is { } version)
            request.Headers.Add(ModelEndpoints.AnthropicVersion, version);
        return request;
    }

    /// <summary>The address of a route, whose host no request has a say in.</summary>
    /// <param name="path">The route, below the base URL and its version.</param>
    public Uri UriOf(string path, QueryString query = default) =>
        !query.HasValue && routes.TryGetValue(path, out var uri) ? uri : new Uri(Root + path + query.ToUriComponent());

    /// <summary>Adds its key.</summary>
    public void Authorize(HttpRequestHeaders headers)
    {
        if (key is not null)
            headers.TryAddWithoutValidation(keyHeader ?? "Authorization", key);
    }

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();

    private static SocketsHttpHandler HandlerOf(UpstreamOptions options) => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        EnableMultipleHttp2Connections = true,
        ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
        ConnectTimeout = options.ConnectTimeout,
        // An address that has changed is found within this time.
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        // Before servers close theirs, mostly after a minute: a request that meets the close fails.
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
        // As the server reads them: any byte goes up as it came, and comes down as it was sent.
        RequestHeaderEncodingSelector = (_, _) => Encoding.Latin1,
        ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
    };
}
