namespace Presets.Grains;

/// <summary>The parts of a <see cref="ChangeMessage"/> that few changes have. Members are only ever added.</summary>
/// <param name="IfMatch">The tags of the precondition; null when it names none.</param>
/// <param name="Labels">The labels of an append, or the one that is set or removed.</param>
/// <param name="Version">The version that is designated or labelled.</param>
/// <param name="Status">The name of the <see cref="PresetStatus"/>.</param>
[GenerateSerializer]
[Immutable]
[Alias("Presets.ChangeDetails")]
public sealed record ChangeDetails(
    [property: Id(0)] string[]? IfMatch,
    [property: Id(1)] bool Exists,
    [property: Id(2)] bool Absent,
    [property: Id(3)] string? Message,
    [property: Id(4)] bool MayPromote,
    [property: Id(5)] bool Designate,
    [property: Id(6)] bool SkipUnchanged,
    [property: Id(7)] string[]? Labels,
    [property: Id(8)] int? Version,
    [property: Id(9)] bool? Protected,
    [property: Id(10)] string? Name,
    [property: Id(11)] string? Description,
    [property: Id(12)] string? Status,
    [property: Id(13)] bool RefusesDisabled,
    [property: Id(14)] string[]? Locked,
    [property: Id(15)] bool Guarded,
    [property: Id(16)] bool IsDryRun,
    [property: Id(17)] string[]? IfNoneMatch)
{
    /// <summary>What there is to say of a change; null when it is a plain append.</summary>
    public static ChangeDetails? Of(Change change)
    {
        var append = change as Append;
        var edit = change as Edit;
        // What every release knows how to read.
        if (append is
            {
                Body: not null,
                Designate: true,
                SkipUnchanged: false,
                Labels: [],
                Precondition: null,
                Message: null,
                IsDryRun: false,
            })
            return null;
        return new(
            TextsOf(change.Precondition?.AnyOf),
            change.Precondition?.Exists ?? false,
            change.Precondition?.Absent ?? false,
            change.Message,
            change.MayPromote,
            append?.Designate ?? true,
            append?.SkipUnchanged ?? false,
            change switch
            {
                Append => [.. append!.Labels],
                SetLabel set => [set.Label],
                RemoveLabel remove => [remove.Label],
                _ => null,
            },
            change is SetLabel label ? label.Version : edit?.DesignatedVersion,
            (change as SetLabel)?.Protected,
            edit?.Name,
            edit?.Description,
            edit?.Status?.ToString(),
            edit?.RefusesDisabled ?? false,
            edit?.Locked is { } paths ? [.. paths] : null,
            change.Guarded,
            change.IsDryRun,
            TextsOf(change.Precondition?.NoneOf));
    }

    /// <summary>The precondition; null when there is none.</summary>
    public Precondition? ToPrecondition() => IfMatch is null && !Exists && !Absent && IfNoneMatch is not { Length: > 0 }
        ? null
        : new(IfMatch is null ? null : TagsOf(IfMatch), Exists, Absent) { NoneOf = TagsOf(IfNoneMatch ?? []) };

    private static string[]? TextsOf(IReadOnlyList<EntityTag>? tags) => tags?.Select(tag => tag.ToString()).ToArray();

    private static EntityTag[] TagsOf(string[] texts) =>
        [.. texts.Select(tag => EntityTag.TryParse(tag, out var parsed) ? parsed : default)];
}
