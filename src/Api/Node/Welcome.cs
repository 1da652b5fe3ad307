using System.Text;

namespace Presets.Api;

/// <summary>What a node says when it has started.</summary>
internal static class Welcome
{
    /// <summary>The text for standard output.</summary>
    /// <param name="database">What the database is known by.</param>
    /// <param name="listeners">Where the node listens.</param>
    /// <param name="firstKeys">The keys of the first start; null at every other.</param>
    /// <param name="consolePath">The path of the web console; null when there is none.</param>
    public static string Text(
        string database, Listeners listeners, FirstKeys? firstKeys, string? consolePath)
    {
        var text = new StringBuilder();
        var url = ReachableOf(listeners.OfApi);
        text.Append("Presets listens on ").AppendJoin(", ", listeners.OfApi).Append('\n');
        if (consolePath is not null)
            text.Append("Console: ").Append(ReachableOf(listeners.OfConsole)).Append(consolePath).Append('\n');
        text.Append("Database: ").Append(database).Append('\n');
        if (firstKeys is not null)
            AppendFirstKeys(text, url, firstKeys);
        return text.ToString();
    }

    private static void AppendFirstKeys(StringBuilder text, string url, FirstKeys keys)
    {
        text.Append("\nThis is the first start: the workspace \"default\" and two keys were made.");
        text.Append(keys is { Key: null, ManagementKey: null } ? "\n" : " They are shown this once only; keep them.\n");
        text.Append("\n  key:            ").Append(keys.Key ?? "the one of Presets:BootstrapKey");
        text.Append("\n  management key: ").Append(keys.ManagementKey ?? "the one of Presets:BootstrapManagementKey");
        // A given key is not repeated; this is its environment variable.
        var bearer = keys.Key ?? "$Presets__BootstrapKey";
        text.Append("\n\nCreate a preset:\n\n").Append($$"""
            curl {{url}}/api/v1/presets/hello/chat/completions \
              -H "Authorization: Bearer {{bearer}}" \
              -H "Content-Type: application/json" \
              -d '{"model": "openai/gpt-4o", "temperature": 0.2, "messages": [
                    {"role": "system", "content": "You are terse."}, {"role": "user", "content": "Hello!"}]}'
            """.ReplaceLineEndings("\n")).Append("\n\n");
    }

    /// <summary>
    /// Where a node that listens on <paramref name="address"/> is reached from this machine: an address that means
    /// "every interface" is none to connect to.
    /// </summary>
    public static string Reachable(string address) => address
        .Replace("://0.0.0.0", "://127.0.0.1", StringComparison.Ordinal)
        .Replace("://[::]", "://127.0.0.1", StringComparison.Ordinal)
        .Replace("://*", "://127.0.0.1", StringComparison.Ordinal)
        .Replace("://+", "://127.0.0.1", StringComparison.Ordinal)
        .TrimEnd('/');

    private static string ReachableOf(IReadOnlyList<string> addresses) =>
        addresses.Count > 0 ? Reachable(addresses[0]) : PresetsApi.DefaultUrl;
}
