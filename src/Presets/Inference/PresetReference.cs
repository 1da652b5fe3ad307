namespace Presets;

/// <summary>A reference to a preset, as a request gives it. Source: the contract, "References".</summary>
/// <param name="Slug">The slug of the preset.</param>
/// <param name="Pin">The number or label of a version; null for the designated one.</param>
/// <param name="Model">The model in the reference or beside it, which wins over the preset's; null for none.</param>
/// <param name="Suffix">What clients append to any model, such as <c>nitro</c>; null for nothing.</param>
public sealed record PresetReference(string Slug, string? Pin, string? Model, string? Suffix)
{
    /// <summary>What makes a model a reference.</summary>
    internal const string Mark = "@preset/";

    // Some clients show only models whose ids begin so.
    private const string Alias = "anthropic/";

    // More words than any reference has, so that a long text is not split into as many.
    private const int MostWords = 9;

    /// <summary>
    /// The reference in a model: <c>MODEL@preset/SLUG:PIN:SUFFIX</c>. Null when it is not one.
    /// </summary>
    /// <exception cref="Refusal">It is malformed.</exception>
    internal static PresetReference? InModel(string model, string field)
    {
        var start = model.IndexOf(Mark, StringComparison.Ordinal);
        if (start < 0)
            return null;
        var words = model[(start + Mark.Length)..].Split(':', MostWords);
        var pinned = words.Length > 1 && !Label.Suffixes.Contains(words[1]);
        var suffixes = words[(pinned ? 2 : 1)..];
        if (suffixes.Except(Label.Suffixes).Any())
            throw Malformed(field);
        var given = model[..start];
        return new PresetReference(
            CheckedSlug(words[0], field),
            pinned ? CheckedPin(words[1], field) : null,
            given is "" or Alias ? null : given,
            suffixes.Length == 0 ? null : string.Join(':', suffixes));
    }

    /// <summary>The reference <c>SLUG:PIN</c> in a field of its own.</summary>
    /// <exception cref="Refusal">It is malformed.</exception>
    internal static PresetReference OfSlug(string text, string field)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? new PresetReference(CheckedSlug(text, field), null, null, null)
            : new PresetReference(
                CheckedSlug(text[..colon], field), CheckedPin(text[(colon + 1)..], field), null, null);
    }

    /// <summary>The number or label of a version.</summary>
    /// <exception cref="Refusal">It is neither.</exception>
    internal static string CheckedPin(string pin, string field)
    {
        var isNumber = pin.Length is > 0 and <= Label.MaxLength && pin[0] != '0' && pin.All(char.IsAsciiDigit);
        return isNumber || Label.Reserved.Contains(pin) || Label.FaultOf(pin) is null ? pin : throw Malformed(field);
    }

    internal static Refusal Malformed(string field) => new(
        RefusalCode.InvalidField,
        $"{field} is no reference to a preset: {Mark}SLUG, with a version or label behind a colon or without.", field);

    private static string CheckedSlug(string slug, string field) =>
        Presets.Slug.IsValid(slug) ? slug : throw Malformed(field);
}
