namespace Presets.Console;

/// <summary>A preset in a list, and the last change of it.</summary>
public sealed record PresetRow(Preset Preset, HistoryRecord? LastChange);

/// <summary>A part of the presets.</summary>
/// <param name="IsSearch">Whether the filter leaves some out.</param>
public sealed record PresetList(
    IReadOnlyList<PresetRow> Rows, long TotalCount, long Offset, int PageSize, PresetFilter Filter, bool IsSearch);

/// <summary>What a list is narrowed by, as it stands in the address.</summary>
public sealed record PresetFilter(string? Text, string? Label, string? Model, string? Status, string? Sort)
{
    /// <summary>The statuses that can be asked for, and what they are called.</summary>
    public static readonly IReadOnlyList<(string Value, string Text)> Statuses =
    [
        ("", "not archived"), ("active", "active"), ("disabled", "disabled"), ("archived", "archived"), ("all", "all"),
    ];

    /// <summary>The orders that can be asked for, and what they are called.</summary>
    public static readonly IReadOnlyList<(string Value, string Text)> Orders =
        [("", "last changed first"), ("updated_at", "longest unchanged first"), ("slug", "by slug")];

    /// <summary>The parts of the address.</summary>
    /// <param name="offset">How many presets to skip.</param>
    public (string Name, object? Value)[] Query(long offset = 0) =>
    [
        ("q", Text), ("label", Label), ("model", Model), ("status", Status), ("sort", Sort),
        ("offset", offset > 0 ? offset : null),
    ];

    internal static PresetFilter Of(HttpRequest request) => new(
        Api.Query.Text(request, "q"),
        Api.Query.Text(request, "label"),
        Api.Query.Text(request, "model"),
        Api.Query.Text(request, StatusQuery.Parameter),
        Api.Query.Text(request, "sort"));
}
