using Microsoft.AspNetCore.Connections;

namespace Presets.Api;

/// <summary>Runs the program of a node: a command, or the API until it is told to stop.</summary>
public static class PresetsHost
{
    /// <summary>Runs what the arguments ask for.</summary>
    /// <param name="section">The section of the program's own settings beside the API's.</param>
    /// <param name="addPresets">Registers <see cref="IPresets"/>, and whatever the program has of its own.</param>
    /// <param name="map">Maps what the program serves beside the API.</param>
    /// <typeparam name="TOptions">The record of the program's own settings.</typeparam>
    /// <returns>
    /// The exit status: 0 after a graceful stop, 1 when the start failed, 2 when the arguments or the settings are
    /// wrong.
    /// </returns>
    public static async Task<int> RunAsync<TOptions>(
        string[] arguments, string section, Action<WebApplicationBuilder, TOptions> addPresets,
        Action<WebApplication>? map = null)
        where TOptions : new()
    {
        try
        {
            var settings = new SettingsArguments(
                [
                    .. Setting.Of<PresetsOptions>(PresetsOptions.Section),
                    .. Setting.Of<TOptions>(section),
                    .. UpstreamSettings.All,
                    .. Setting.Of<ConsoleOptions>(ConsoleOptions.Section),
                ],
                section);
            return await CommandLine.RunAsync(arguments, settings, async words =>
            {
                await using var app = Build(words, section, addPresets, map);
                await app.RunAsync();
            });
        }
        catch (SettingsException e)
        {
            var faults = e.Faults.Select(fault => "  " + fault);
            await Console.Error.WriteLineAsync($"The settings cannot be used:\n{string.Join('\n', faults)}");
            return 2;
        }
        catch (Exception e) when (e is StoreException or IOException or AddressInUseException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    /// <summary>The API, not yet started. The parameters are those of <see cref="RunAsync"/>.</summary>
    /// <exception cref="SettingsException">Some settings cannot be used.</exception>
    public static WebApplication Build<TOptions>(
        string[] arguments, string section, Action<WebApplicationBuilder, TOptions> addPresets,
        Action<WebApplication>? map = null)
        where TOptions : new()
    {
        var builder = WebApplication.CreateSlimBuilder(arguments);
        var reader = new SettingsReader(builder.Configuration);
        var options = reader.Read<PresetsOptions>(PresetsOptions.Section);
        var own = reader.Read<TOptions>(section);
        var upstreams = UpstreamSettings.Read(reader, options);
        var console = reader.Read<ConsoleOptions>(ConsoleOptions.Section);
        Listeners.Check(reader, builder.Configuration, console);
        reader.ThrowIfFaulty();
        builder.AddPresetsApi(options, upstreams, console);
        addPresets(builder, own);
        var app = builder.Build();
        app.MapPresetsApi();
        map?.Invoke(app);
        return app;
    }
}
