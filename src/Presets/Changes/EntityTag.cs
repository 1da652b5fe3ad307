using System.Globalization;

namespace Presets;

/// <summary>
/// Names one state of a preset: changes with every change of the preset, and differs after a purge and a new create.
/// </summary>
public readonly record struct EntityTag(Guid PresetId, long Revision)
{
    /// <summary>The strong tag as the header <c>ETag</c> has it, quotation marks included.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"\"{PresetId}.{Revision}\"");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out EntityTag tag)
    {
        tag = default;
        const int IdLength = 36;
        if (text.Length < IdLength + 4
            || text[0] != '"'
            || text[^1] != '"'
            || text[IdLength + 1] != '.'
            || !Guid.TryParseExact(text.Slice(1, IdLength), "D", out var id)
            || !long.TryParse(
                text[(IdLength + 2)..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return false;
        tag = new EntityTag(id, number);
        // Another spelling of the same numbers is another tag.
        return text.SequenceEqual(tag.ToString());
    }
}
