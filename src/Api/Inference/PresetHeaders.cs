using System.Globalization;
using System.Text;

namespace Presets.Api;

/// <summary>What the answer to a request with a reference says of its preset in headers.</summary>
internal static class PresetHeaders
{
    /// <summary>The preset and its version, <c>support:12</c>.</summary>
    public const string Preset = "X-Preset";

    /// <summary>The fields of the preset that the request's body, or the upstream, does not have.</summary>
    public const string Dropped = "X-Preset-Dropped";

    /// <summary>The variables of the system prompt that the request does not fill.</summary>
    public const string Unfilled = "X-Preset-Unfilled";

    /// <summary>Sets them. The two lists are left out when they are empty.</summary>
    public static void Set(IHeaderDictionary headers, ServedVersion version, MergedBody merged)
    {
        headers[Preset] = string.Create(CultureInfo.InvariantCulture, $"{version.Slug}:{version.Version}");
        if (merged.Dropped.Count > 0)
            headers[Dropped] = TextOf(merged.Dropped);
        if (merged.Unfilled.Count > 0)
            headers[Unfilled] = TextOf(merged.Unfilled);
    }

    private static string? TextOf(IReadOnlyList<string> names)
    {
        var text = new IgnoredNames(stackalloc byte[256]);
        foreach (var name in names)
            text.Add(Encoding.UTF8.GetBytes(name));
        var value = text.ToString();
        text.Dispose();
        return value;
    }
}
