namespace Presets;

/// <summary>
/// What an ordinary key may do. In lower case these are the names of the API and of the table. Source: the contract,
/// "Scopes".
/// </summary>
[Flags]
public enum KeyScopes
{
    None = 0,

    /// <summary>Read presets.</summary>
    Read = 1,

    /// <summary>Create versions, edit presets, set labels.</summary>
    Write = 2,

    /// <summary>Decide what is live: move protected labels, designate, change the status, archive, restore.</summary>
    Promote = 4,

    /// <summary>Make inference requests.</summary>
    Inference = 8,

    All = Read | Write | Promote | Inference,
}

/// <summary>The names of <see cref="KeyScopes"/>.</summary>
public static class KeyScopeNames
{
    private static readonly (KeyScopes Scope, string Name)[] Names =
    [
        (KeyScopes.Read, "read"),
        (KeyScopes.Write, "write"),
        (KeyScopes.Promote, "promote"),
        (KeyScopes.Inference, "inference"),
    ];

    /// <summary>The names of scopes, always in the same order.</summary>
    public static IReadOnlyList<string> Of(KeyScopes scopes) =>
        [.. Names.Where(each => scopes.HasFlag(each.Scope)).Select(each => each.Name)];

    /// <summary>The scopes of these names; false when there is none, or when one is unknown.</summary>
    public static bool TryParse(IEnumerable<string?> names, out KeyScopes scopes)
    {
        scopes = KeyScopes.None;
        foreach (var name in names)
        {
            if (Find(name) is not KeyScopes.None and var scope)
                scopes |= scope;
            else
                return false;
        }

        return scopes != KeyScopes.None;
    }

    /// <summary>The names of scopes, separated by spaces, as they are stored.</summary>
    public static string TextOf(KeyScopes scopes) => string.Join(' ', Of(scopes));

    /// <summary>The scopes that <see cref="TextOf"/> wrote. Those of a later release count for nothing.</summary>
    public static KeyScopes OfText(string text) =>
        text.Split(' ').Aggregate(KeyScopes.None, (scopes, name) => scopes | Find(name));

    private static KeyScopes Find(string? name) => Array.Find(Names, each => each.Name == name).Scope;
}
