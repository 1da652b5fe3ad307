namespace Presets.Grains;

/// <summary>
/// A <see cref="Draft"/> on its way to the grain of its preset. Nodes of two releases talk to each other during a
/// rolling upgrade: members are only ever added, with the next number.
/// </summary>
[GenerateSerializer]
[Immutable]
[Alias("Presets.DraftMessage")]
public sealed record DraftMessage(
    [property: Id(0)] Guid VersionId,
    [property: Id(1)] byte[] Config,
    [property: Id(2)] byte[]? SystemPrompt,
    [property: Id(3)] string CreatorId,
    [property: Id(4)] string? IdempotencyKey,
    [property: Id(5)] byte[]? Fingerprint)
{
    /// <summary>The message of a draft; the texts are shared with it, not copied.</summary>
    public static DraftMessage Of(Draft draft) =>
        new(
            draft.VersionId,
            MessageBytes.Of(draft.Config),
            draft.SystemPrompt is { } prompt ? MessageBytes.Of(prompt) : null,
            draft.CreatorId,
            draft.Idempotency?.Key,
            draft.Idempotency is { } idempotency ? MessageBytes.Of(idempotency.Fingerprint) : null);

    /// <summary>The draft of this message.</summary>
    public Draft ToDraft() =>
        new(
            VersionId,
            Config,
            SystemPrompt is null ? null : (ReadOnlyMemory<byte>?)SystemPrompt,
            CreatorId,
            IdempotencyKey is null ? null : new Idempotency(IdempotencyKey, Fingerprint));
}
