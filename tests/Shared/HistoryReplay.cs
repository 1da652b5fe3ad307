using System.Text.Json;

namespace Presets.Testing;

/// <summary>What a preset must be when what its history tells is done again, from the first record on.</summary>
public sealed class HistoryReplay
{
    /// <summary>The labels, each with its version and whether it is protected.</summary>
    public SortedDictionary<string, (int Version, bool Protected)> Labels { get; } = new(StringComparer.Ordinal);

    /// <summary>The number of records.</summary>
    public long Revision { get; private set; }

    public int LatestVersion { get; private set; }

    public int DesignatedVersion { get; private set; }

    public string Status { get; private set; } = "active";

    /// <summary>The fields that were edited, by name; as JSON, null for none.</summary>
    public Dictionary<string, string?> Edited { get; } = [];

    /// <summary>Does what the next record tells.</summary>
    /// <param name="revision">The record's revision, which must be the next one.</param>
    /// <param name="changes">The JSON array of its changes.</param>
    public void Apply(long revision, JsonElement changes)
    {
        Assert.Equal(++Revision, revision);
        Assert.NotEqual(0, changes.GetArrayLength());
        foreach (var change in changes.EnumerateArray())
            Apply(change);
    }

    private void Apply(JsonElement change)
    {
        var (what, label) = (change.GetProperty("what").GetString(), Text("label"));
        switch (what)
        {
            case "version_created":
                Assert.Equal(++LatestVersion, Number("version"));
                break;
            case "designated":
                Assert.Equal(DesignatedVersion, Number("from") ?? 0);
                DesignatedVersion = Number("to")!.Value;
                break;
            case "label_set":
                var isKnown = Labels.TryGetValue(label!, out var known);
                Assert.Equal(isKnown ? known.Version : null, Number("from"));
                Labels[label!] = known with { Version = Number("to")!.Value };
                break;
            case "label_protected" or "label_unprotected":
                Assert.NotEqual(what == "label_protected", Labels[label!].Protected);
                Labels[label!] = Labels[label!] with { Protected = what == "label_protected" };
                break;
            case "label_removed":
                Assert.Equal(Labels[label!].Version, Number("from"));
                Labels.Remove(label!);
                break;
            case "edited" or "locked":
                Edited[Text("field")!] = Raw("to");
                break;
            case "archived" or "disabled":
                Status = what;
                break;
            case "restored":
                Assert.Equal("archived", Status);
                Status = "active";
                break;
            case "enabled":
                Assert.Equal("disabled", Status);
                Status = "active";
                break;
            default:
                Assert.Fail($"A record tells of \"{what}\".");
                break;
        }

        string? Text(string name) => change.GetProperty(name).GetString();

        int? Number(string name) => change.GetProperty(name) is { ValueKind: JsonValueKind.Number } number
            ? number.GetInt32()
            : null;

        string? Raw(string name) => change.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value
            ? value.GetRawText()
            : null;
    }
}
