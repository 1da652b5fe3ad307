using System.CommandLine;
using Presets.Storage;

namespace Presets.Api;

/// <summary>
/// <c>keys create</c>: makes a key where there is none to make it with, beside a running node or without one.
/// </summary>
internal static class KeysCommand
{
    /// <summary>The command.</summary>
    public static Command Create(SettingsArguments settings)
    {
        var management = new Option<bool>("--management") { Description = "make a management key" };
        var workspace = new Option<string?>("--workspace")
        {
            Description = "id or slug of the key's workspace (the default one)",
        };
        var name = new Option<string>("--name")
        {
            Description = "the key's name",
            DefaultValueFactory = _ => "Made with keys create",
        };
        name.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is not { Length: > 0 and <= KeyEndpoints.MaxTextLength })
                result.AddError($"--name must have 1 to {KeyEndpoints.MaxTextLength} characters");
        });

        var scopes = new Option<string?>("--scopes")
        {
            Description = "what the key may do, such as read,inference (read,write,promote,inference)",
        };
        scopes.Validators.Add(result =>
        {
            if (!KeyScopeNames.TryParse(result.GetValueOrDefault<string>()!.Split(','), out _))
                result.AddError($"--scopes {ScopesAttribute.Rule}");
        });

        var create = new Command("create", "Makes a key and prints it") { management, workspace, name, scopes };
        create.Validators.Add(result =>
        {
            if (result.GetResult(scopes) is not null && result.GetValue(management))
                result.AddError("--scopes do not limit a management key");
        });
        settings.AddTo(create);
        create.SetAction((result, cancellationToken) =>
        {
            var reader = new SettingsReader(WebApplication.CreateSlimBuilder(settings.Of(result)).Configuration);
            var options = reader.Read<PresetsOptions>(PresetsOptions.Section);
            reader.ThrowIfFaulty();
            return CreateAsync(
                options.ConnectionString,
                result.GetValue(workspace),
                result.GetValue(name)!,
                result.GetValue(management),
                result.GetValue(scopes),
                cancellationToken);
        });
        return new Command("keys", "keys create makes a key and prints it") { create };
    }

    private static async Task<int> CreateAsync(
        string connectionString, string? workspace, string name, bool isManagement, string? scopes,
        CancellationToken cancellationToken)
    {
        await using var database = StorageFactory.CreateDatabase(connectionString, TimeProvider.System);
        await database.StartAsync(alone: false, cancellationToken);
        var workspaces = new WorkspaceStore(database, TimeProvider.System);
        var found = workspace is null
            ? await workspaces.FindDefaultAsync(cancellationToken)
            : await workspaces.FindByIdOrSlugAsync(workspace, cancellationToken);
        if (found is null)
        {
            await Console.Error.WriteLineAsync(workspace is null
                ? $"There is no workspace yet in {database.Description}: start the service once."
                : $"There is no workspace \"{workspace}\" in {database.Description}.");
            return 1;
        }

        var secret = KeySecret.Generate();
        var key = ApiKey.FromSecret(secret, found.Id, name, Timestamp.Now(TimeProvider.System)) with
        {
            IsManagement = isManagement,
            Scopes = KeyScopeNames.TryParse(scopes?.Split(',') ?? [], out var given) ? given : KeyScopes.All,
        };
        await new KeyStore(database, TimeProvider.System).AddOnceAsync(key, cancellationToken);
        Console.WriteLine(secret);
        return 0;
    }
}
