namespace Presets.Benchmarks.Yardsticks;

/// <summary>Kestrel with nothing but its routes.</summary>
internal static class BareServer
{
    /// <param name="url">Where to listen.</param>
    /// <param name="configure">Adds services.</param>
    public static WebApplication Build(string url, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(url);
        configure?.Invoke(builder.Services);
        return builder.Build();
    }
}
