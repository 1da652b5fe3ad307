namespace Presets.Grains;

/// <summary>
/// A <see cref="Change"/> on its way to the grain of its preset. Nodes of two releases talk to each other during a
/// rolling upgrade: members are only ever added, with the next number.
/// </summary>
/// <param name="Kind">What kind of change it is; only <see cref="AppendKind"/> so far.</param>
/// <param name="Body">The kind of body an append was made from, as <see cref="BodyKinds.NameOf"/>.</param>
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
    [property: Id(7)] byte[]? SystemPrompt)
{
    private const string AppendKind = "append";

    /// <summary>Roughly the bytes of the texts in it.</summary>
    public int Size => (Config?.Length ?? 0) + (SystemPrompt?.Length ?? 0);

    /// <summary>The message of a change; the texts are shared with it, not copied.</summary>
    public static ChangeMessage Of(Change change) => change switch
    {
        Append append => new(
            AppendKind,
            change.Id,
            change.UserId,
            change.Idempotency?.Key,
            change.Idempotency is { } idempotency ? MessageBytes.Of(idempotency.Fingerprint) : null,
            BodyKinds.NameOf(append.Body),
            MessageBytes.Of(append.Config),
            append.SystemPrompt is { } prompt ? MessageBytes.Of(prompt) : null),
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, "a change without a message"),
    };

    /// <summary>The change of this message; null when this release does not know its kind.</summary>
    public Change? ToChange() => Kind == AppendKind
        ? new Append(
            ChangeId,
            UserId,
            BodyKinds.Parse(Body!),
            Config,
            SystemPrompt is null ? null : (ReadOnlyMemory<byte>?)SystemPrompt,
            IdempotencyKey is null ? null : new Idempotency(IdempotencyKey, Fingerprint))
        : null;
}
