namespace Presets;

/// <summary>
/// Something that is to happen to a preset. What comes of it is decided by <see cref="ChangePlan"/> alone.
/// </summary>
/// <param name="Id">
/// UUID version 7, drawn where the request is read. Committing the same id twice is one change, so every hop may retry.
/// </param>
/// <param name="UserId">The user of the key that made the request.</param>
/// <param name="Idempotency">The client's own key for the request, or null.</param>
public abstract record Change(Guid Id, string UserId, Idempotency? Idempotency)
{
    /// <summary>
    /// An earlier attempt ended without an answer: the store looks for the change before it commits it.
    /// </summary>
    public bool MayBeStored { get; init; }

    /// <summary>Roughly the bytes this change holds in memory while it waits.</summary>
    public abstract int Size { get; }
}

/// <summary>A new version. Its id is the id of the change.</summary>
/// <param name="Body">The kind of request it was made from.</param>
/// <param name="Config">A JSON object as UTF-8.</param>
/// <param name="SystemPrompt">UTF-8, or null.</param>
public sealed record Append(
    Guid Id,
    string UserId,
    BodyKind Body,
    ReadOnlyMemory<byte> Config,
    ReadOnlyMemory<byte>? SystemPrompt,
    Idempotency? Idempotency = null) : Change(Id, UserId, Idempotency)
{
    /// <inheritdoc/>
    public override int Size => Config.Length + (SystemPrompt?.Length ?? 0) + 256;
}
