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

    /// <summary>The scope of this name; <see cref="KeyScopes.None"/> when there is none.</summary>
    public static KeyScopes Parse(string? name) => Array.Find(Names, each => each.Name == name).Scope;

    /// <summary>The names of scopes, separated by spaces, as they are stored.</summary>
    public static string TextOf(KeyScopes scopes) => string.Join(' ', Of(scopes));

    /// <summary>The scopes that <see cref="TextOf"/> wrote. Those of a later release count for nothing.</summary>
    public static KeyScopes OfText(string text) =>
        text.Split(' ').Aggregate(KeyScopes.None, (scopes, name) => scopes | Parse(name));
}
