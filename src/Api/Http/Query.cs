using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Presets.Api;

/// <summary>
/// Reads the parameters of a query, leniently as clients spell them. Each refuses with
/// <see cref="RefusalCode.InvalidParameter"/>.
/// </summary>
internal static class Query
{
    /// <summary>A parameter's only value; null when it is absent or empty.</summary>
    public static string? Text(HttpRequest request, string name)
    {
        var values = request.Query[name];
        if (values.Count > 1)
            throw new Refusal(RefusalCode.InvalidParameter, $"{name} may be given once.", name);
        // Postgres has no text with it.
        if (values.ToString().Contains('\0', StringComparison.Ordinal))
            throw new Refusal(RefusalCode.InvalidParameter, $"{name} may not have a null character.", name);
        return StringValues.IsNullOrEmpty(values) ? null : values[0];
    }

    /// <summary>A truth value; <paramref name="absent"/> when it is absent.</summary>
    public static bool Flag(HttpRequest request, string name, bool absent = false) => Text(request, name)?.Trim() switch
    {
        null => absent,
        "0" => false,
        "1" => true,
        var text when bool.TryParse(text, out var value) => value,
        _ => throw new Refusal(RefusalCode.InvalidParameter, $"{name} must be true or false.", name),
    };

    /// <summary>A time; null when it is absent.</summary>
    public static DateTimeOffset? Time(HttpRequest request, string name) =>
        Text(request, name) is not { } text ? null
        : TimeConverter.TryParse(text, out var time) ? time
        : throw new Refusal(
            RefusalCode.InvalidParameter, $"{name} must be a time, such as 2026-04-20T10:00:00Z.", name);

    /// <summary>A whole number; <paramref name="absent"/> when it is absent.</summary>
    public static long Number(HttpRequest request, string name, long absent, long least, long most)
    {
        const NumberStyles Style = NumberStyles.Integer | NumberStyles.AllowDecimalPoint;
        if (Text(request, name) is not { } text)
            return absent;
        if (long.TryParse(text, Style, CultureInfo.InvariantCulture, out var number)
            && number >= least
            && number <= most)
        {
            return number;
        }

        var range = most == long.MaxValue ? $"{least} or more" : $"{least} to {most}";
        throw new Refusal(RefusalCode.InvalidParameter, $"{name} must be a whole number, {range}.", name);
    }
}
