using System.Buffers;

namespace Presets;

/// <summary>
/// The name of a preset inside its workspace: 1 to 128 of <c>A-Z a-z 0-9 . _ ~ -</c>, case-sensitive. These are the
/// unreserved characters of RFC 3986, so a slug never needs escaping in a URL; <c>@ / :</c> stay free for references.
/// </summary>
public static class Slug
{
    /// <summary>The most characters a slug may have.</summary>
    public const int MaxLength = 128;

    private static readonly SearchValues<char> Allowed =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~-");

    /// <summary>Whether <paramref name="slug"/> may name a preset.</summary>
    public static bool IsValid(ReadOnlySpan<char> slug) =>
        slug.Length is > 0 and <= MaxLength && !slug.ContainsAnyExcept(Allowed);
}
