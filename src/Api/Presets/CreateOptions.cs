using Microsoft.Extensions.Primitives;

namespace Presets.Api;

/// <summary>What a request for a new version says of its release. Source: the contract, "Steering versions".</summary>
/// <param name="Designate">Whether the version is to become the designated one.</param>
/// <param name="Labels">The labels that it is to get.</param>
/// <param name="SkipUnchanged">Whether no version is to be made that would equal the one before.</param>
internal readonly record struct CreateOptions(bool Designate, string[] Labels, bool SkipUnchanged)
{
    /// <summary>The name of the query parameter that keeps a version from being designated.</summary>
    public const string DesignateParameter = "designate";

    /// <summary>The name of the query parameter that sets a label; it may be repeated.</summary>
    public const string LabelParameter = "label";

    /// <summary>The preference that avoids versions without a difference.</summary>
    public const string SkipPreference = "handling=skip-unchanged";

    /// <summary>The options of a request.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>, naming the parameter.</exception>
    public static CreateOptions Read(HttpRequest request)
    {
        var skips = Skips(request.Headers["Prefer"]);
        // Most requests have no query, and reading it costs an allocation.
        if (!request.QueryString.HasValue)
            return new(Designate: true, [], skips);
        // As everywhere, a parameter without a value is absent.
        var labels = request.Query[LabelParameter].OfType<string>().Where(label => label.Length > 0)
            .Distinct(StringComparer.Ordinal).ToArray();
        foreach (var label in labels)
            if (Label.FaultOf(label) is { } fault)
                throw new Refusal(RefusalCode.InvalidParameter, fault, LabelParameter);
        return new(Query.Flag(request, DesignateParameter, absent: true), labels, skips);
    }

    // RFC 7240: preferences that the server does not know are ignored, and so are their parameters.
    private static bool Skips(StringValues header)
    {
        foreach (var line in header)
            foreach (var preference in line!.Split(',', StringSplitOptions.TrimEntries))
                if (string.Concat(preference.Split(';')[0].Where(character => character is not (' ' or '\t' or '"')))
                    .Equals(SkipPreference, StringComparison.OrdinalIgnoreCase))
                    return true;
        return false;
    }
}
