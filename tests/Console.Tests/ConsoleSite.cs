using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Presets.Api;
using Presets.Grains;
using Presets.Silo;
using Presets.Storage;

namespace Presets.Console.Tests;

/// <summary>
/// A node in this process, with its console, on a free port of a real Kestrel; or three of them behind a
/// <see cref="Balancer"/>.
/// </summary>
public sealed class ConsoleSite : IAsyncDisposable
{
    private static readonly HttpClient Http = new(new SocketsHttpHandler { AllowAutoRedirect = false });
    private static readonly ConcurrentDictionary<Engine, Lazy<Task<ConsoleSite>>> Shared = new();

    private readonly ConcurrentQueue<string> logs = new();
    private readonly string connectionString;
    private readonly List<IAsyncDisposable> parts = [];
    private WebApplication app = null!;

    private ConsoleSite(string connectionString) => this.connectionString = connectionString;

    /// <summary>The address of its API.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>The address of its console: the same unless the settings say otherwise.</summary>
    public Uri ConsoleUrl { get; private set; } = null!;

    /// <summary>An ordinary key of the default workspace.</summary>
    public string Key { get; } = KeySecret.Generate();

    /// <summary>A management key.</summary>
    public string ManagementKey { get; } = KeySecret.Generate();

    /// <summary>What it logged.</summary>
    public IReadOnlyCollection<string> Logs => logs;

    /// <summary>A slug that no other test uses.</summary>
    public static string NewSlug() => "t-" + Guid.NewGuid().ToString("N")[..12];

    /// <summary>A node that the tests of this process share. It ends with the process.</summary>
    public static Task<ConsoleSite> OnAsync(Engine engine) =>
        Shared.GetOrAdd(engine, static each => new(() => StartAsync(each))).Value;

    /// <summary>A node of a test's own.</summary>
    /// <param name="settings">Words of the command line.</param>
    public static async Task<ConsoleSite> StartAsync(Engine engine, params string[] settings)
    {
        var site = await StartOnAsync(
            await EmptyDatabase.ConnectionStringAsync(engine), null, settings);
        if (engine != Engine.Cluster)
            return site;
        ConsoleSite[] others = [await site.StartAnotherAsync(), await site.StartAnotherAsync()];
        var balancer = await Balancer.StartAsync([site.Url, .. others.Select(node => node.Url)]);
        site.parts.AddRange([balancer, .. others]);
        site.Url = site.ConsoleUrl = balancer.Url;
        return site;
    }

    /// <summary>A node of a test's own.</summary>
    /// <param name="replace">Registers services in place of the node's own.</param>
    public static async Task<ConsoleSite> StartAsync(Engine engine, Action<IServiceCollection> replace) =>
        await StartOnAsync(await EmptyDatabase.ConnectionStringAsync(engine), replace);

    /// <summary>Another node on the same database.</summary>
    /// <inheritdoc cref="StartAsync(Engine, Action{IServiceCollection})"/>
    public Task<ConsoleSite> StartAnotherAsync(Action<IServiceCollection>? replace = null) =>
        StartOnAsync(connectionString, replace);

    private static async Task<ConsoleSite> StartOnAsync(
        string connectionString, Action<IServiceCollection>? replace, params string[] settings)
    {
        var site = new ConsoleSite(connectionString);
        string[] words =
        [
            "--urls", "http://127.0.0.1:0",
            "--ConnectionStrings:Presets", connectionString,
            "--Presets:BootstrapKey", site.Key,
            "--Presets:BootstrapManagementKey", site.ManagementKey,
            "--Cluster:SiloPort", "0",
            "--Cluster:AdvertisedAddress", "127.0.0.1",
            .. settings,
        ];
        site.app = PresetsHost.Build<ClusterNodeOptions>(
            words,
            ClusterNodeOptions.Section,
            (builder, cluster) =>
            {
                builder.AddClusterPresets(cluster);
                replace?.Invoke(builder.Services);
                builder.Logging.ClearProviders();
                builder.Logging.AddProvider(new Capture(site.logs));
            },
            ConsoleRoutes.MapConsole);
        await site.app.StartAsync();
        await site.app.Services.GetRequiredService<WarmUp>().Done;
        var listeners = site.Service<Listeners>();
        (site.Url, site.ConsoleUrl) = (new Uri(listeners.OfApi[0]), new Uri(listeners.OfConsole[0]));
        return site;
    }

    /// <summary>A service of the node.</summary>
    public T Service<T>()
        where T : notnull => app.Services.GetRequiredService<T>();

    /// <summary>Sends a request to the API; fails when it is refused.</summary>
    public async Task<JsonElement> ApiAsync(HttpMethod method, string path, string? json = null, string? key = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Url, "/api/v1" + path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key ?? Key);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await Http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
    }

    /// <summary>A new key of the default workspace with these scopes.</summary>
    public async Task<string> NewKeyAsync(params string[] scopes)
    {
        var body = JsonSerializer.Serialize(new { name = "Test", scopes });
        return (await ApiAsync(HttpMethod.Post, "/keys", body, ManagementKey)).GetProperty("key").GetString()!;
    }

    /// <summary>A preset with some versions.</summary>
    public async Task<string> NewPresetAsync(int versions = 3, string? slug = null)
    {
        slug ??= NewSlug();
        for (var version = 1; version <= versions; version++)
        {
            var config = $$$"""
                "model": "openai/gpt-{{{version}}}", "temperature": 0.{{{version}}}, "provider": {"sort": "price"},
                "tools": [{"type": "function", "function": {"name": "look_up", "description": "Looks up v{{{version}}}",
                "parameters": {"type": "object", "properties": {"word": {"type": "string"} } } } }]
                """;
            var prompt = $$"""{"role": "system", "content": "You are terse, version {{version}}."}""";
            await ApiAsync(
                HttpMethod.Post,
                $"/presets/{slug}/chat/completions",
                $"{{{config}, \"messages\": [{prompt}]}}");
        }

        return slug;
    }

    /// <summary>A preset as the API answers it.</summary>
    public async Task<JsonElement> PresetAsync(string slug, string? key = null) =>
        (await ApiAsync(HttpMethod.Get, $"/presets/{slug}?status=all", key: key)).GetProperty("data");

    /// <summary>The number of the designated version.</summary>
    public async Task<int> DesignatedAsync(string slug, string? key = null) =>
        (await PresetAsync(slug, key)).GetProperty("designated_version").GetProperty("version").GetInt32();

    /// <summary>Ends a key as another node would: this one is not told.</summary>
    public Task DeleteKeyElsewhereAsync(string key) =>
        Service<KeyStore>().DeleteAsync(KeySecret.Hash(key), CancellationToken.None);

    /// <summary>Ends all sessions of a key, as time would.</summary>
    public Task EndSessionsAsync() => Service<Database>().WriteAsync(
        connection => connection.ExecuteAsync("delete from console_sessions"), CancellationToken.None);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var part in parts)
            await part.DisposeAsync();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private sealed class Capture(ConcurrentQueue<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
