namespace Presets.Api.Tests;

/// <summary>A running service that the suite drives over HTTP, whatever program it is.</summary>
public abstract class ApiHost : IAsyncDisposable
{
    /// <summary>Its address, without a path.</summary>
    public abstract Uri Url { get; }

    /// <summary>An ordinary key of the default workspace.</summary>
    public string Key { get; } = NewKey();

    /// <summary>A management key.</summary>
    public string ManagementKey { get; } = NewKey();

    /// <summary>Requests with the ordinary key.</summary>
    public ApiClient Client => new(Url, Key);

    /// <summary>Requests with the management key.</summary>
    public ApiClient Management => new(Url, ManagementKey);

    /// <summary>Requests with another key, or with none.</summary>
    public ApiClient With(string? key) => new(Url, key);

    /// <summary>A key that nobody has.</summary>
    public static string NewKey() => "sk-preset-v1-"
        + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(32));

    /// <summary>A slug that no other test uses.</summary>
    public static string NewSlug() => "t-" + Guid.NewGuid().ToString("N");

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

/// <summary>
/// A host on each engine, started when it is first asked for and shared by the tests of a collection.
/// </summary>
public abstract class ApiHosts : IAsyncLifetime
{
    private readonly Dictionary<Engine, Lazy<Task<ApiHost>>> hosts;

    protected ApiHosts() => hosts = Enum.GetValues<Engine>()
        .ToDictionary(engine => engine, engine => new Lazy<Task<ApiHost>>(() => StartAsync(engine)));

    /// <summary>The host on <paramref name="engine"/>.</summary>
    public Task<ApiHost> OnAsync(Engine engine) => hosts[engine].Value;

    /// <inheritdoc/>
    public Task InitializeAsync() => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        foreach (var host in hosts.Values.Where(host => host.IsValueCreated))
            await (await host.Value).DisposeAsync();
    }

    /// <summary>Starts a host on an empty database.</summary>
    protected abstract Task<ApiHost> StartAsync(Engine engine);
}
