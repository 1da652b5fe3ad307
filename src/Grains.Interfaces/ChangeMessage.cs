namespace Presets.Grains;

/// <summary>
/// A <see cref="Change"/> on its way to the grain of its preset. Nodes of two releases talk to each other during a
/// rolling upgrade: members are only ever added, with the next number.
/// </summary>
/// <param name="Kind">
/// What kind of change it is. A node that does not know it leaves the change to the caller.
/// </param>
/// <param name="Body">The kind of body an append was made from, as <see cref="BodyKinds.NameOf"/>.</param>
/// <param name="Details">What a plain append does not have; null when there is none of it.</param>
[GenerateSerializer]
[Immutable]
[Alias("Presets.ChangeMessage")]
public sealed record ChangeMessage(
    [property: Id(0)] string Kind,
    [property: Id(1)] Guid ChangeId,
    [property: Id(2)] string UserId,
    [property: Id(3)] string? IdempotencyKey,
    [property: Id(4)] byte[]? Fingerprint,
    [property: Id(5)] string? Body,
    [property: Id(6)] byte[]? Config,
    [property: Id(7)] byte[]? SystemPrompt,
    [property: Id(8)] byte[]? KeyHash,
    [property: Id(9)] Guid? RequestId,
    [property: Id(10)] ChangeDetails? Details)
{
    // An append as every release knows it: without preconditions, labels and the like.
    private const string PlainAppend = "append";
    private const string DetailedAppend = "append.2";
    private const string EditKind = "edit";
    private const string SetLabelKind = "set_label";
    private const string RemoveLabelKind = "remove_label";
    private const string PurgeKind = "purge";

    /// <summary>Roughly the bytes of the texts in it.</summary>
    public int Size => (Config?.Length ?? 0) + (SystemPrompt?.Length ?? 0);

    /// <summary>The message of a change; the texts are shared with it, not copied.</summary>
    public static ChangeMessage Of(Change change)
    {
        var append = change as Append;
        var details = ChangeDetails.Of(change);
        return new(
            change switch
            {
                Append => details is null ? PlainAppend : DetailedAppend,
                Edit => EditKind,
                SetLabel => SetLabelKind,
                RemoveLabel => RemoveLabelKind,
                Purge => PurgeKind,
                _ => throw new ArgumentOutOfRangeException(nameof(change), change, "a change without a message"),
            },
            change.Id,
            change.UserId,
            change.Idempotency?.Key,
            change.Idempotency is { } idempotency ? MessageBytes.Of(idempotency.Fingerprint) : null,
            append?.Body is { } kind ? BodyKinds.NameOf(kind) : null,
            append is null ? null : MessageBytes.Of(append.Config),
            append?.SystemPrompt is { } prompt ? MessageBytes.Of(prompt) : null,
            change.Key?.ToArray(),
            change.RequestId,
            details);
    }

    /// <summary>The change of this message; null when this release does not know its kind.</summary>
    public Change? ToChange()
    {
        var idempotency = IdempotencyKey is null ? null : new Idempotency(IdempotencyKey, Fingerprint);
        Change? change = Kind switch
        {
            PlainAppend or DetailedAppend => new Append(
                ChangeId,
                UserId,
                Body is null ? null : BodyKinds.Parse(Body),
                Config,
                SystemPrompt is null ? null : (ReadOnlyMemory<byte>?)SystemPrompt,
                idempotency)
            {
                Designate = Details?.Designate ?? true,
                Labels = Details?.Labels ?? [],
                SkipUnchanged = Details?.SkipUnchanged ?? false,
            },
            EditKind => new Edit(ChangeId, UserId, idempotency)
            {
                Name = Details!.Name,
                Description = Details.Description,
                Status = Details.Status is null ? null : Enum.Parse<PresetStatus>(Details.Status),
                RefusesDisabled = Details.RefusesDisabled,
                DesignatedVersion = Details.Version,
                Locked = Details.Locked,
            },
            SetLabelKind => new SetLabel(
                ChangeId, UserId, Details!.Labels![0], Details.Version!.Value, Details.Protected, idempotency),
            RemoveLabelKind => new RemoveLabel(ChangeId, UserId, Details!.Labels![0], idempotency),
            PurgeKind => new Purge(ChangeId, UserId, idempotency),
            _ => null,
        };
        return change is null ? null : change with
        {
            Key = KeyHash is null ? null : new KeyHash(KeyHash),
            RequestId = RequestId,
            Precondition = Details?.ToPrecondition(),
            Message = Details?.Message,
            MayPromote = Details?.MayPromote ?? false,
            Guarded = Details?.Guarded ?? false,
            IsDryRun = Details?.IsDryRun ?? false,
        };
    }
}
