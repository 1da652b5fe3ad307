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
    /// <summary>The key that made the request; null when no key did.</summary>
    public KeyHash? Key { get; init; }

    /// <summary>What the preset must be like; null when it does not matter.</summary>
    public Precondition? Precondition { get; init; }

    /// <summary>
    /// Whether it is only tried: what would come of it is answered, and nothing changes. It uses up no idempotency key.
    /// </summary>
    public bool IsDryRun { get; init; }

    /// <summary>The most characters (Unicode code points) of a message.</summary>
    public const int MaxMessageLength = 500;

    /// <summary>What the history says about it; null for nothing.</summary>
    public string? Message { get; init; }

    /// <summary>The trace id of the request; null when it was not traced.</summary>
    public Guid? RequestId { get; init; }

    /// <summary>Whether the key may do what needs the scope <c>promote</c>.</summary>
    public bool MayPromote { get; init; }

    /// <summary>Whether the workspace is guarded: every label counts as protected.</summary>
    public bool Guarded { get; init; }

    /// <summary>
    /// An earlier attempt ended without an answer: the store looks for the change before it commits it.
    /// </summary>
    public bool MayBeStored { get; init; }

    /// <summary>Whether the rules need the content of the designated version.</summary>
    public virtual bool NeedsDesignated => true;

    /// <summary>The other version whose content the rules need; 0: the latest one; null: none.</summary>
    public virtual int? NeededVersion => null;

    /// <summary>Roughly the bytes this change holds in memory while it waits.</summary>
    public virtual int Size => 256;
}

/// <summary>A new version. Its id is the id of the change.</summary>
/// <param name="Body">The kind of request it was made from; null when a configuration did not say.</param>
/// <param name="Config">A JSON object as UTF-8.</param>
/// <param name="SystemPrompt">UTF-8, or null.</param>
public sealed record Append(
    Guid Id,
    string UserId,
    BodyKind? Body,
    ReadOnlyMemory<byte> Config,
    ReadOnlyMemory<byte>? SystemPrompt,
    Idempotency? Idempotency = null) : Change(Id, UserId, Idempotency)
{
    /// <summary>Whether it becomes the designated version. The first version of a preset does in any case.</summary>
    public bool Designate { get; init; } = true;

    /// <summary>The labels it gets, which are valid.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>
    /// Whether no version is made when it would equal the designated one, or the latest one if it is not to be
    /// designated.
    /// </summary>
    public bool SkipUnchanged { get; init; }

    /// <inheritdoc/>
    public override bool NeedsDesignated => !Designate || SkipUnchanged;

    /// <inheritdoc/>
    public override int? NeededVersion => SkipUnchanged && !Designate ? 0 : null;

    /// <inheritdoc/>
    public override int Size => Config.Length + (SystemPrompt?.Length ?? 0) + 256;
}

/// <summary>A change of the preset itself; null leaves a member as it is.</summary>
public sealed record Edit(Guid Id, string UserId, Idempotency? Idempotency = null) : Change(Id, UserId, Idempotency)
{
    /// <summary>1 to 256 characters.</summary>
    public string? Name { get; init; }

    /// <summary>At most 4,096 characters; empty: none.</summary>
    public string? Description { get; init; }

    /// <summary>The new status.</summary>
    public PresetStatus? Status { get; init; }

    /// <summary>
    /// Whether a disabled preset refuses, because the change archives or restores: these know active and archived
    /// alone.
    /// </summary>
    public bool RefusesDisabled { get; init; }

    /// <summary>The number of the version that becomes the designated one.</summary>
    public int? DesignatedVersion { get; init; }

    /// <summary>The paths that requests cannot override; empty: none.</summary>
    public IReadOnlyList<string>? Locked { get; init; }

    /// <summary>Whether it leaves everything but the status as it is.</summary>
    public bool ChangesStatusAlone =>
        Name is null && Description is null && DesignatedVersion is null && Locked is null;

    /// <inheritdoc/>
    public override int? NeededVersion => DesignatedVersion;
}

/// <summary>Makes a label name a version.</summary>
/// <param name="Protected">Whether it takes the scope <c>promote</c> to move it; null leaves that as it is.</param>
public sealed record SetLabel(
    Guid Id, string UserId, string Label, int Version, bool? Protected = null, Idempotency? Idempotency = null)
    : Change(Id, UserId, Idempotency);

/// <summary>Removes a label.</summary>
public sealed record RemoveLabel(Guid Id, string UserId, string Label, Idempotency? Idempotency = null)
    : Change(Id, UserId, Idempotency);

/// <summary>Removes an archived preset with all that belongs to it. It commits alone.</summary>
public sealed record Purge(Guid Id, string UserId, Idempotency? Idempotency = null) : Change(Id, UserId, Idempotency);
