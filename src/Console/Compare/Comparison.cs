using System.Text;
using System.Text.Json;

namespace Presets.Console;

/// <summary>How two versions differ, as pages show it.</summary>
/// <param name="From">The one on the left.</param>
/// <param name="To">The one on the right.</param>
/// <param name="Fields">The fields that differ, other than the tools.</param>
/// <param name="Tools">The tools that differ.</param>
/// <param name="ToolsMoved">Whether tools stand in another order.</param>
public sealed record Comparison(
    PresetVersion From,
    PresetVersion To,
    IReadOnlyList<ValueChange> Fields,
    IReadOnlyList<ToolChange> Tools,
    bool ToolsMoved,
    PromptComparison Prompt)
{
    private const string ToolsPath = "/tools";

    /// <summary>Whether there is no difference.</summary>
    public bool IsEmpty => Fields.Count == 0 && Tools.Count == 0 && !ToolsMoved && !Prompt.Differs;

    /// <summary>Compares two versions.</summary>
    public static Comparison Of(PresetVersion from, PresetVersion to)
    {
        var changes = ConfigDiff.Compare(from.Config, to.Config);
        var ofTools = changes.ToLookup(change =>
            change.Path == ToolsPath || change.Path.StartsWith(ToolsPath + "/", StringComparison.Ordinal));
        return new Comparison(
            from,
            to,
            [.. ofTools[false].Select(ValueChange.Of)],
            ofTools[true].Any() ? ToolChange.Between(from.Config, to.Config) : [],
            ofTools[true].Any(change => change.Op == ConfigChangeOp.Move && change.Path.Count('/') == 2),
            PromptComparison.Of(TextOf(from), TextOf(to)));
    }

    private static string TextOf(PresetVersion version) =>
        Encoding.UTF8.GetString(version.SystemPrompt.GetValueOrDefault().Span);
}

/// <summary>A value that differs.</summary>
/// <param name="Place">Where it is, as <c>provider.only</c>.</param>
/// <param name="From">What was there; null for nothing.</param>
/// <param name="To">What is there; null for nothing.</param>
public sealed record ValueChange(string Place, ConfigChangeOp Op, ValueView? From, ValueView? To)
{
    /// <summary>The view of a change of the domain.</summary>
    public static ValueChange Of(ConfigChange change)
    {
        var place = change.Path.Length == 0 ? "order of the fields" : PlaceOf(change.Path);
        return change.Op == ConfigChangeOp.Reorder
            ? new(place, change.Op, NamesOf(place, change.From!.Value), NamesOf(place, change.To!.Value))
            : new(place, change.Op, ValueView.Of(place, change.From), ValueView.Of(place, change.To));
    }

    private static ValueView NamesOf(string place, ReadOnlyMemory<byte> names) =>
        new(place, string.Join(", ", JsonSerializer.Deserialize<string[]>(names.Span)!), IsShort: true);

    private static string PlaceOf(string pointer) =>
        pointer[1..].Replace('/', '.').Replace("~1", "/", StringComparison.Ordinal)
            .Replace("~0", "~", StringComparison.Ordinal);
}

/// <summary>A tool that differs. Tools are the same by their identity, wherever they stand.</summary>
/// <param name="From">The tool as it was; null when it is new.</param>
/// <param name="To">The tool as it is; null when it is gone.</param>
/// <param name="Changes">What differs in it.</param>
public sealed record ToolChange(ToolView? From, ToolView? To, IReadOnlyList<ValueChange> Changes)
{
    /// <summary>What it is called.</summary>
    public string Name => (To ?? From)!.Name;

    internal static IReadOnlyList<ToolChange> Between(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to)
    {
        using var old = JsonDocument.Parse(from);
        using var now = JsonDocument.Parse(to);
        var (olds, news) = (ToolsOf(old), ToolsOf(now));
        var changes = new List<ToolChange>();
        foreach (var (identity, tool) in olds)
            if (!news.ContainsKey(identity))
                changes.Add(new(ToolView.Of(tool), null, []));
        foreach (var (identity, tool) in news)
        {
            if (!olds.TryGetValue(identity, out var former))
                changes.Add(new(null, ToolView.Of(tool), []));
            else if (ConfigDiff.Compare(Utf8(former), Utf8(tool)) is { Count: > 0 } differences)
                changes.Add(new(ToolView.Of(former), ToolView.Of(tool), [.. differences.Select(ValueChange.Of)]));
        }

        return changes;
    }

    // Those without an identity, or with one that an earlier tool has, are told by their place.
    private static Dictionary<(ToolIdentity?, int), JsonElement> ToolsOf(JsonDocument config)
    {
        var tools = new Dictionary<(ToolIdentity?, int), JsonElement>();
        if (!config.RootElement.TryGetProperty("tools", out var list) || list.ValueKind != JsonValueKind.Array)
            return tools;
        foreach (var tool in list.EnumerateArray())
        {
            var identity = ToolIdentity.Of(Utf8(tool));
            var turn = 0;
            while (!tools.TryAdd((identity, turn), tool))
                turn++;
        }

        return tools;
    }

    private static byte[] Utf8(JsonElement json) => Encoding.UTF8.GetBytes(json.GetRawText());
}
