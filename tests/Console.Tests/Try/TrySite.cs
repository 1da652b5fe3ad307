namespace Presets.Console.Tests;

/// <summary>A node and its upstream, which takes models that begin with <c>openai/</c>.</summary>
public sealed class TrySite : IAsyncDisposable
{
    /// <summary>The key by which the upstream knows the node.</summary>
    public const string UpstreamKey = "sk-upstream-71c0";

    private TrySite(ConsoleSite console, ScriptedUpstream upstream) => (Console, Upstream) = (console, upstream);

    public ConsoleSite Console { get; }

    public ScriptedUpstream Upstream { get; }

    /// <summary>Starts both.</summary>
    /// <param name="settings">Further settings of the upstream, as <c>Name=value</c>.</param>
    public static async Task<TrySite> StartAsync(Engine engine, params string[] settings)
    {
        var upstream = await ScriptedUpstream.StartAsync();
        string[] all =
        [
            $"BaseUrl={upstream.Url}/v1", $"Key={UpstreamKey}", "Bodies=chat_completions,messages,responses",
            "Prefixes=openai/", .. settings,
        ];
        var console = await ConsoleSite.StartAsync(
            engine, [.. all.Select(setting => "--Upstreams:main:" + setting)]);
        return new TrySite(console, upstream);
    }

    /// <summary>A preset that was made from a body of a kind, whose prompt has two variables.</summary>
    public async Task<string> NewPresetAsync(string body = "chat_completions", int versions = 1)
    {
        var slug = ConsoleSite.NewSlug();
        for (var version = 1; version <= versions; version++)
        {
            await Console.ApiAsync(
                HttpMethod.Post,
                $"/presets/{slug}/versions",
                $$$"""
                {"config": {"model": "openai/gpt-{{{version}}}", "temperature": 0.{{{version}}}}, "body": "{{{body}}}",
                 "system_prompt": "Version {{{version}}} speaks of {{topic}} in {{language}}."}
                """);
        }

        return slug;
    }

    /// <summary>Opens a window on the try page of a preset.</summary>
    public async Task<Browser> OpenAsync(string slug, bool scripts = true, string query = "")
    {
        var browser = await Browser.OpenAsync(Console, scripts);
        await browser.GoToAsync(slug, "try" + query);
        return browser;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Console.DisposeAsync();
        await Upstream.DisposeAsync();
    }
}

/// <summary>A site that the tests of a class share. They run one by one.</summary>
public sealed class SharedTrySite : IAsyncLifetime
{
    public TrySite Site { get; private set; } = null!;

    public async Task InitializeAsync() => Site = await TrySite.StartAsync(Engine.Sqlite);

    public async Task DisposeAsync() => await Site.DisposeAsync();
}
