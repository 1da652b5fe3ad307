using Microsoft.Extensions.Primitives;

namespace Presets.Console;

/// <summary>What was typed into a form, or came with a link to one.</summary>
public sealed class Fields(IReadOnlyDictionary<string, string> values)
{
    internal Fields(IEnumerable<KeyValuePair<string, StringValues>> values)
        : this(values.ToDictionary(each => each.Key, each => each.Value.ToString()))
    {
    }

    /// <summary>A field as it was typed; null when it was not there.</summary>
    /// <remarks>A browser sends the ends of lines as CR LF, whatever was in the text.</remarks>
    public string? this[string name] =>
        values.GetValueOrDefault(name)?.Replace("\r\n", "\n", StringComparison.Ordinal);

    /// <summary>A field that is not empty.</summary>
    public string? Text(string name) => this[name] is { Length: > 0 } text ? text : null;

    /// <summary>A whole number; null when it was not there.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>.</exception>
    public int? Number(string name) => Text(name) is not { } text ? null
        : int.TryParse(text, out var number) ? number
        : throw new Refusal(RefusalCode.InvalidParameter, $"{name} must be a whole number.", name);

    /// <summary>These, and for what is not there <paramref name="others"/>.</summary>
    public Fields Or(IReadOnlyDictionary<string, string> others) =>
        new(others.Concat(values).GroupBy(each => each.Key).ToDictionary(each => each.Key, each => each.Last().Value));
}
