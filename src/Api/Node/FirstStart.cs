using Presets.Storage;

namespace Presets.Api;

/// <summary>What the first start made, for the operator to see once.</summary>
/// <param name="Key">A generated ordinary key; null when one was given by the settings.</param>
/// <param name="ManagementKey">A generated management key; null when one was given by the settings.</param>
public sealed record FirstKeys(string? Key, string? ManagementKey);

/// <summary>The default workspace and the first keys.</summary>
public sealed partial class FirstStart(
    WorkspaceStore workspaces, KeyStore keys, PresetsOptions options, TimeProvider clock, ILogger<FirstStart> log)
{
    /// <summary>The default workspace, which is never deleted; known once <see cref="PrepareAsync"/> is done.</summary>
    public Guid DefaultWorkspaceId { get; private set; }

    /// <summary>
    /// Makes what is missing. Of several nodes that start at once one makes the workspace, and only that one generates
    /// keys. A given key that was deleted is not made again.
    /// </summary>
    /// <returns>The first keys when this is the first start; else null.</returns>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public async Task<FirstKeys?> PrepareAsync(CancellationToken cancellationToken)
    {
        var now = Timestamp.Now(clock);
        var draft = new Workspace(
            Guid.CreateVersion7(), "default", "Default", null, null, null, IsDefault: true, null, now, null);
        var (workspace, isFirst) = await workspaces.EnsureDefaultAsync(draft, cancellationToken);
        DefaultWorkspaceId = workspace.Id;
        var key = await AddAsync(workspace.Id, options.BootstrapKey, isManagement: false, isFirst, cancellationToken);
        var managementKey = await AddAsync(
            workspace.Id, options.BootstrapManagementKey, isManagement: true, isFirst, cancellationToken);
        return isFirst ? new FirstKeys(key, managementKey) : null;
    }

    private async Task<string?> AddAsync(
        Guid workspaceId, string? given, bool isManagement, bool isFirst, CancellationToken cancellationToken)
    {
        if (given is null && !isFirst)
            return null;
        var secret = given ?? KeySecret.Generate();
        var name = isManagement ? "First management key" : "First key";
        var key = ApiKey.FromSecret(secret, workspaceId, name, Timestamp.Now(clock)) with
        {
            IsManagement = isManagement,
        };
        if (!await keys.AddOnceAsync(key, cancellationToken))
            await ExplainAsync(key, cancellationToken);
        return given is null ? secret : null;
    }

    private async Task ExplainAsync(ApiKey key, CancellationToken cancellationToken)
    {
        var setting = key.IsManagement ? "Presets:BootstrapManagementKey" : "Presets:BootstrapKey";
        if (await keys.FindAsync(key.Hash, cancellationToken) is not { } stored)
            LogDeleted(setting, key.Label);
        else if (stored.IsManagement != key.IsManagement)
            LogOtherKind(setting, key.Label);
    }

    [LoggerMessage(LogLevel.Warning, "{Setting} names the key {Label}, which was deleted; it is not made again")]
    private partial void LogDeleted(string setting, string label);

    [LoggerMessage(LogLevel.Warning, "{Setting} names the key {Label}, which exists as a key of the other kind")]
    private partial void LogOtherKind(string setting, string label);
}
