namespace Presets.Grains;

/// <summary>A <see cref="PresetSnapshot"/> on its way between silos. Members are only ever added.</summary>
/// <param name="Status">The name of the <see cref="PresetStatus"/>.</param>
/// <param name="ConfigStart">
/// Where the config starts in <paramref name="Body"/>, in bytes; it ends at ConfigEnd.
/// </param>
/// <param name="PromptStart">
/// Where the system prompt starts; it ends at PromptEnd. Both are 0 when there is none.
/// </param>
/// <param name="Labels">As <see cref="LabelSet.ToText"/>.</param>
/// <param name="Kind">As <see cref="BodyKinds.NameOf"/>; null when it is not known.</param>
[GenerateSerializer]
[Immutable]
[Alias("Presets.SnapshotMessage")]
public sealed record SnapshotMessage(
    [property: Id(0)] byte[] Body,
    [property: Id(1)] Guid PresetId,
    [property: Id(2)] long Revision,
    [property: Id(3)] int Version,
    [property: Id(4)] string Status,
    [property: Id(5)] int ConfigStart,
    [property: Id(6)] int ConfigEnd,
    [property: Id(7)] int PromptStart,
    [property: Id(8)] int PromptEnd,
    [property: Id(9)] string? Labels = null,
    [property: Id(10)] string? Locked = null,
    [property: Id(11)] int LatestVersion = 0,
    [property: Id(12)] string? Kind = null)
{
    /// <summary>The message of a snapshot; its bytes are shared with it, not copied.</summary>
    public static SnapshotMessage Of(PresetSnapshot snapshot) =>
        new(
            MessageBytes.Of(snapshot.Body),
            snapshot.PresetId,
            snapshot.Revision,
            snapshot.Version,
            snapshot.Status.ToString(),
            snapshot.ConfigRange.Start.Value,
            snapshot.ConfigRange.End.Value,
            snapshot.SystemPromptRange?.Start.Value ?? 0,
            snapshot.SystemPromptRange?.End.Value ?? 0,
            snapshot.Labels.ToText(),
            snapshot.Locked,
            snapshot.LatestVersion,
            snapshot.Kind is { } kind ? BodyKinds.NameOf(kind) : null);

    /// <summary>The snapshot of this message.</summary>
    public PresetSnapshot ToSnapshot() =>
        new(
            Body,
            PresetId,
            Revision,
            Version,
            Enum.Parse<PresetStatus>(Status),
            ConfigStart..ConfigEnd,
            PromptStart == 0 ? null : PromptStart..PromptEnd)
        {
            // A node of the previous release knows designated versions alone, which are the latest ones there.
            LatestVersion = LatestVersion == 0 ? Version : LatestVersion,
            Labels = LabelSet.Parse(Labels),
            Locked = Locked,
            Kind = Kind is null ? null : BodyKinds.Parse(Kind),
        };
}
