
namespace Presets.Api;

/// <summary>Runs a program of this service: a command, or the API until it is told to stop.</summary>
public static class PresetsHost
{
    /// <summary>Runs what the words ask for.</summary>
    /// <param name="addPresets">Registers <see cref="IPresets"/>, and whatever the program has of its own.</param>
    /// <param name="further">Settings that the program has of its own; null when it has none.</param>
    /// <returns>The exit status: 0 after a graceful stop, 1 when the start failed, 2 when the words or the settings are wrong.</returns>
    public static async Task<int> RunAsync(string[] words, Action<WebApplicationBuilder> addPresets, FurtherSettings? further = null)
    {
        try
        {
            if (words.Any(word => word is "--help" or "-h" or "help"))
            {
                Console.WriteLine(CommandLine.Usage + further?.Usage);
                return 0;
            }

            switch (words)
            {
                case ["keys", .. var rest]:
                    return await KeysCommand.RunAsync(rest);
                case ["copy", .. var rest]:
                    return await CopyCommand.RunAsync(rest);
                case ["health", .. var rest]:
                    return await HealthCommand.RunAsync([.. rest]);
            }

            if (CommandLine.FindUnknown(words, further) is { } unknown)
            {
                await Console.Error.WriteLineAsync($"Unknown argument: {unknown}\n\n{CommandLine.Usage}{further?.Usage}");
                return 2;
            }

            await using var app = Build(words, addPresets);
            await app.RunAsync();
            return 0;
        }
        catch (SettingsException e)
        {
            await Console.Error.WriteLineAsync($"The settings cannot be used:\n{string.Join('\n', e.Faults.Select(fault => "  " + fault))}");
            return 2;
        }
        catch (Exception e) when (e is StoreException or IOException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    /// <summary>The API, not yet started.</summary>
    /// <exception cref="SettingsException">Some settings cannot be used.</exception>
    public static WebApplication Build(string[] words, Action<WebApplicationBuilder> addPresets)
    {
        var builder = WebApplication.CreateSlimBuilder(words);
        builder.AddPresetsApi();
        addPresets(builder);
        var app = builder.Build();
        app.MapPresetsApi();
        return app;
    }
}
