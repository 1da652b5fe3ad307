using System.Text.Json.Serialization;

namespace Presets.Api;

/// <summary>What became of one preset of an import; a line of the answer.</summary>
internal sealed record ImportResult
{
    /// <summary>The line of the request on which the preset starts, from 1; of other formats, its place.</summary>
    /// <example>1</example>
    public required long Line { get; init; }

    /// <summary>The preset's slug; left out when it was not read.</summary>
    /// <example>my-preset</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Slug { get; init; }

    /// <summary>imported, appended, skipped or refused; of the last line, done or stopped</summary>
    /// <example>imported</example>
    public required string Result { get; init; }

    /// <summary>How many versions the preset came with, or were appended.</summary>
    /// <example>3</example>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Versions { get; init; }

    /// <summary>What the other format says and a preset cannot hold.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Dropped { get; init; }

    /// <summary>How many presets there were of each result; on the last line.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ImportCounts? Counts { get; init; }

    /// <summary>Why it was refused, or why the import stopped.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ErrorDetail? Error { get; init; }
}

/// <summary>How many presets an import had of each result.</summary>
internal sealed record ImportCounts
{
    /// <example>1</example>
    public required int Imported { get; init; }

    public required int Appended { get; init; }

    public required int Skipped { get; init; }

    public required int Refused { get; init; }
}
