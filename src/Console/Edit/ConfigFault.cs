using System.Text;
using System.Text.Json;

namespace Presets.Console;

/// <summary>What is wrong with a configuration that is typed, and where.</summary>
/// <param name="Message">What the API says.</param>
/// <param name="Field">Where it is, as <c>config.provider.only</c>; null when the text is no JSON.</param>
/// <param name="From">The index in the text, in UTF-16 code units, at which it starts.</param>
/// <param name="To">The index at which it ends.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column in the line, from 1, in UTF-16 code units.</param>
public sealed record ConfigFault(string Message, string? Field, int From, int To, int Line, int Column)
{
    /// <summary>It as text.</summary>
    public override string ToString() => $"Line {Line}, column {Column}: {Message}";

    /// <summary>The fault of a text that is no JSON.</summary>
    internal static ConfigFault Of(string text, JsonException exception)
    {
        var line = (int)(exception.LineNumber ?? 0);
        var start = 0;
        for (var i = 0; i < line; i++)
            start = text.IndexOf('\n', start) + 1;
        var bytes = Encoding.UTF8.GetBytes(text[start..]);
        var column = Encoding.UTF8.GetCharCount(
            bytes, 0, (int)Math.Min(exception.BytePositionInLine ?? 0, bytes.Length));
        // The reader says the place a second time, and counts from 0.
        var why = exception.Message.Split(" LineNumber: ")[0];
        return At(text, $"The configuration is not valid JSON. {why}", null, start + column, start + column + 1);
    }

    /// <summary>A fault at a place of the text.</summary>
    internal static ConfigFault At(string text, string message, string? field, int from, int to)
    {
        from = Math.Min(from, text.Length);
        var before = text.AsSpan(0, from);
        return new ConfigFault(
            message,
            field,
            from,
            Math.Clamp(to, from, text.Length),
            before.Count('\n') + 1,
            from - before.LastIndexOf('\n'));
    }
}
