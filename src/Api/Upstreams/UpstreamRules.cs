using System.ComponentModel.DataAnnotations;

namespace Presets.Api;

/// <summary>The address of an API: a scheme, a host, a port and a path, nothing else.</summary>
internal sealed class BaseUrlAttribute : ValidationAttribute
{
    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        Uri.TryCreate((string?)value, UriKind.Absolute, out var url)
            && url.Scheme is "http" or "https"
            && url.UserInfo.Length == 0
            && url.Query.Length == 0
            && url.Fragment.Length == 0
                ? null
                : new("must be an address such as https://example.com/v1, without a user, a query or a fragment");
}

/// <summary>A key that can be sent in a header. What is wrong is said without repeating it.</summary>
internal sealed class UpstreamKeyAttribute : ValidationAttribute
{
    /// <summary>What a key must be.</summary>
    public const string Rule = "must be printable ASCII characters without spaces";

    /// <summary>Whether a text can be sent as a key.</summary>
    public static bool IsSendable(string key) => !key.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        IsSendable((string)value!) ? null : new(Rule);
}

/// <summary>Kinds of bodies, by the words for them.</summary>
internal sealed class BodiesAttribute : ValidationAttribute
{
    /// <inheritdoc/>
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext)
    {
        var names = Enum.GetValues<BodyKind>().Select(BodyKinds.NameOf).ToList();
        return ((IReadOnlyList<string>)value!).Except(names).Any()
            ? new($"must be some of {string.Join(", ", names)}")
            : null;
    }
}
