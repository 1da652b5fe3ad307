using Presets.Storage;

namespace Presets.Api;

/// <summary><c>keys create</c>: makes a key where there is none to make it with, beside a running node or without one.</summary>
internal sealed class KeysCommand
{
    private bool isManagement;
    private string? workspace;
    private string name = "Made with keys create";
    private readonly List<string> settings = [];

    /// <summary>Runs the command.</summary>
    /// <param name="words">What follows <c>keys</c>.</param>
    /// <returns>The exit status.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> words)
    {
        var command = new KeysCommand();
        if (command.Parse(words) is { } fault)
        {
            await Console.Error.WriteLineAsync($"{fault}\n\n{CommandLine.Usage}");
            return 2;
        }

        var builder = WebApplication.CreateSlimBuilder([.. command.settings]);
        return await command.CreateAsync(SettingsReader.Read(builder.Configuration));
    }

    private string? Parse(IReadOnlyList<string> words)
    {
        if (words.Count == 0 || words[0] != "create")
            return words.Count == 0 ? "keys: what? There is: keys create" : $"Unknown argument: keys {words[0]}";
        for (var i = 1; i < words.Count; i++)
        {
            switch (words[i])
            {
                case "--management":
                    isManagement = true;
                    break;
                case "--workspace" or "--name" when i + 1 == words.Count:
                    return $"{words[i]} needs a value";
                case "--workspace":
                    workspace = words[++i];
                    break;
                case "--name":
                    name = words[++i];
                    break;
                default:
                    settings.Add(words[i]);
                    break;
            }
        }

        if (name.Length is 0 or > KeyEndpoints.MaxTextLength)
            return $"--name must have 1 to {KeyEndpoints.MaxTextLength} characters";
        return CommandLine.FindUnknown(settings) is { } unknown ? $"Unknown argument: {unknown}" : null;
    }

    private async Task<int> CreateAsync(PresetsOptions options)
    {
        await using var database = StorageFactory.CreateDatabase(options.ConnectionString, TimeProvider.System);
        await database.StartAsync(alone: false, CancellationToken.None);
        var workspaces = new WorkspaceStore(database, TimeProvider.System);
        var found = workspace is null
            ? await workspaces.FindDefaultAsync(CancellationToken.None)
            : await WorkspaceEndpoints.FindAsync(workspaces, workspace, CancellationToken.None);
        if (found is null)
        {
            await Console.Error.WriteLineAsync(workspace is null
                ? $"There is no workspace yet in {database.Description}: start the service once."
                : $"There is no workspace \"{workspace}\" in {database.Description}.");
            return 1;
        }

        var secret = KeySecret.Generate();
        var key = FirstStart.Describe(secret, found.Id, name, isManagement, Timestamp.Now(TimeProvider.System));
        await new KeyStore(database, TimeProvider.System).AddOnceAsync(key, CancellationToken.None);
        Console.WriteLine(secret);
        return 0;
    }
}
