using System.ComponentModel.DataAnnotations;

namespace Presets.Api;

/// <summary>A key to be made.</summary>
internal sealed record CreateKeyRequest
{
    /// <summary>Name for the new API key</summary>
    /// <example>My New API Key</example>
    [Required, Characters(1, KeyEndpoints.MaxTextLength)]
    public string? Name { get; init; }

    /// <summary>The user in whose name the key acts. Defaults to the user of the key that makes it.</summary>
    /// <example>user_operator</example>
    [Characters(1, KeyEndpoints.MaxTextLength)]
    public string? CreatorUserId { get; init; }

    /// <summary>When the key expires, in ISO 8601 with any offset from UTC. It must lie in the future.</summary>
    /// <example>2027-12-31T23:59:59Z</example>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The workspace to create the API key in. Defaults to the default workspace if not provided.</summary>
    /// <example>0df9e665-d932-5740-b2c7-b52af166bc11</example>
    public Guid? WorkspaceId { get; init; }

    /// <summary>What the key may do: any of read, write, promote and inference. Defaults to all of them.</summary>
    /// <example>["read","inference"]</example>
    [Scopes]
    public IReadOnlyList<string?>? Scopes { get; init; }

    /// <summary>Accepted and ignored: this service does not meter.</summary>
    /// <example>50</example>
    [Ignored]
    public double? Limit { get; init; }

    /// <summary>Accepted and ignored: this service does not meter.</summary>
    /// <example>monthly</example>
    [Ignored, AllowedValues("daily", "weekly", "monthly", ErrorMessage = KeyEndpoints.LimitResets)]
    public string? LimitReset { get; init; }

    /// <summary>Accepted and ignored: this service does not meter.</summary>
    /// <example>true</example>
    [Ignored]
    public bool? IncludeByokInLimit { get; init; }
}

/// <summary>A change of a key. What is left out stays as it is.</summary>
internal sealed record UpdateKeyRequest
{
    /// <summary>New name for the API key</summary>
    /// <example>Updated API Key Name</example>
    [Characters(1, KeyEndpoints.MaxTextLength)]
    public string? Name { get; init; }

    /// <summary>Whether to disable the API key</summary>
    /// <example>false</example>
    public bool? Disabled { get; init; }

    /// <summary>What the key may do from now on: any of read, write, promote and inference</summary>
    /// <example>["read","inference"]</example>
    [Scopes]
    public IReadOnlyList<string?>? Scopes { get; init; }

    /// <summary>Accepted and ignored: this service does not meter.</summary>
    /// <example>75</example>
    [Ignored]
    public double? Limit { get; init; }

    /// <summary>Accepted and ignored: this service does not meter.</summary>
    /// <example>daily</example>
    [Ignored, AllowedValues("daily", "weekly", "monthly", ErrorMessage = KeyEndpoints.LimitResets)]
    public string? LimitReset { get; init; }

    /// <summary>Accepted and ignored: this service does not meter.</summary>
    /// <example>true</example>
    [Ignored]
    public bool? IncludeByokInLimit { get; init; }
}

/// <summary>Names of scopes, at least one.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class ScopesAttribute : ValidationAttribute
{
    /// <summary>What a list of scopes must be.</summary>
    public const string Rule = "must name at least one of read, write, promote and inference, and nothing else";

    public ScopesAttribute() => ErrorMessage = Rule;

    /// <inheritdoc/>
    public override bool IsValid(object? value) => KeyScopeNames.TryParse((IEnumerable<string?>)value!, out _);
}
