using System.CommandLine;

namespace Presets.Api;

/// <summary>What the program of a node can be started with.</summary>
internal static class CommandLine
{
    /// <summary>Runs a command; without one, serves the API.</summary>
    /// <param name="serve">Serves the API with the settings that are given as arguments.</param>
    /// <returns>The exit status: 2 when the arguments are wrong.</returns>
    public static async Task<int> RunAsync(string[] arguments, SettingsArguments settings, Func<string[], Task> serve)
    {
        var root = new RootCommand(
            "Serves the API until it is told to stop. Each setting is also an environment variable, with __ in place "
            + "of the colon (Presets__MaxBodyBytes).")
        {
            KeysCommand.Create(settings), CopyCommand.Create(), HealthCommand.Create(),
        };
        settings.AddTo(root);
        root.SetAction(async (result, _) =>
        {
            await serve(settings.Of(result));
            return 0;
        });

        var result = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (FaultOf(result, settings) is { } fault)
        {
            await Console.Error.WriteLineAsync(fault + "\nTry --help.");
            return 2;
        }

        // The host handles signals itself, and the caller exceptions.
        return await result.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    private static string? FaultOf(ParseResult result, SettingsArguments settings)
    {
        if (result.Action is System.CommandLine.Help.HelpAction)
            return null;
        var command = result.CommandResult.Command;
        if (settings.FindUnknown(result) is { } unknown)
            return $"Unknown argument: {(command is RootCommand ? "" : command.Name + " ")}{unknown}";
        return result.Errors.Count > 0 ? string.Join('\n', result.Errors.Select(error => error.Message)) : null;
    }
}
