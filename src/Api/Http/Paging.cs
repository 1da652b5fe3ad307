using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Presets.Api;

/// <summary>The part of a list that a request asks for. An empty value is absent.</summary>
public static class Paging
{
    /// <summary>The length of a page that is not asked for by length.</summary>
    public const int DefaultLimit = 50;

    /// <summary>The longest page.</summary>
    public const int MaxLimit = 100;

    /// <summary>How many entries to skip; 0 when it is not said.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>.</exception>
    public static long Offset(HttpRequest request) => Number(request, "offset", 0, 0, long.MaxValue);

    /// <summary>How many entries to answer, 1 to <see cref="MaxLimit"/>.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>.</exception>
    public static int Limit(HttpRequest request) => (int)Number(request, "limit", DefaultLimit, 1, MaxLimit);

    /// <summary>A parameter's only value; null when it is absent or empty.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>: given more than once.</exception>
    public static string? Text(HttpRequest request, string name)
    {
        var values = request.Query[name];
        if (values.Count > 1)
            throw new Refusal(RefusalCode.InvalidParameter, $"{name} may be given once.", name);
        return StringValues.IsNullOrEmpty(values) ? null : values[0];
    }

    private static long Number(HttpRequest request, string name, long absent, long least, long most)
    {
        if (Text(request, name) is not { } text)
            return absent;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        var range = most == long.MaxValue ? $"{least} or more" : $"{least} to {most}";
        throw new Refusal(RefusalCode.InvalidParameter, $"{name} must be a whole number, {range}.", name);
    }
}
