using System.ComponentModel.DataAnnotations;

namespace Presets.Api;

/// <summary>A change of a preset. What is left out stays as it is.</summary>
internal sealed record UpdatePresetRequest
{
    /// <summary>What people call the preset. The slug stays.</summary>
    /// <example>Support assistant</example>
    [Characters(1, 256)]
    public string? Name { get; init; }

    /// <summary>What the preset is for. Null clears it.</summary>
    /// <example>Answers questions about trains</example>
    [Characters(0, 4096)]
    public string? Description { get; init; }

    /// <summary>active, disabled or archived</summary>
    /// <example>active</example>
    [AllowedValues("active", "disabled", "archived", ErrorMessage = "must be active, disabled or archived")]
    public string? Status { get; init; }

    /// <summary>The number of the version that becomes the designated one: an earlier one is a rollback.</summary>
    /// <example>1</example>
    public int? DesignatedVersion { get; init; }

    /// <summary>
    /// The paths that requests cannot override, at most 64: names of fields, joined by dots. An empty list unlocks all.
    /// </summary>
    /// <example>["model","provider.only"]</example>
    [Paths]
    public IReadOnlyList<string>? Locked { get; init; }

    /// <summary>The change that a key asks for.</summary>
    /// <param name="clearsDescription">Whether the description was sent as null.</param>
    /// <exception cref="Refusal"><see cref="RefusalCode.MissingScope"/>.</exception>
    public Edit ToEdit(ApiKey caller, bool clearsDescription, Idempotency? idempotency = null)
    {
        var writes = Name is not null || Description is not null || clearsDescription;
        var promotes = Status is not null || DesignatedVersion is not null || Locked is not null;
        var scopes = (writes ? KeyScopes.Write : KeyScopes.None) | (promotes ? KeyScopes.Promote : KeyScopes.None);
        if (caller.Lacks(scopes) is { } refusal)
            throw refusal;
        return new Edit(Guid.CreateVersion7(), caller.UserId, idempotency)
        {
            Name = Name,
            Description = clearsDescription ? "" : Description,
            Status = Status is { } status ? Enum.Parse<PresetStatus>(status, ignoreCase: true) : null,
            DesignatedVersion = DesignatedVersion,
            Locked = Locked,
        };
    }
}

/// <summary>A list of different paths of a config, each made of names that are joined by dots.</summary>
internal sealed class PathsAttribute : ValidationAttribute
{
    private const int Most = 64;

    private static readonly CharactersAttribute Length = new(1, 256);

    public PathsAttribute() => ErrorMessage =
        "must be a list of at most 64 different paths of 1 to 256 characters, such as \"provider.only\"";

    /// <inheritdoc/>
    public override bool IsValid(object? value)
    {
        // A null of the body is in the list.
        var paths = (IReadOnlyList<string?>)value!;
        return paths.Count <= Most && paths.Distinct().Count() == paths.Count && paths.All(IsPath);
    }

    private static bool IsPath(string? path) =>
        path is not null
        && Length.IsValid(path)
        && !path.Contains('\0', StringComparison.Ordinal)
        && path.Split('.').All(name => name.Length > 0);
}
