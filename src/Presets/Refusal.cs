namespace Presets;

/// <summary>
/// Why a request is refused. The names in snake case are the <c>reason</c> of the answer and never change.
/// </summary>
public enum RefusalCode
{
    InvalidRequest,
    InvalidJson,
    MissingField,
    InvalidField,
    DuplicateMember,
    NestedPreset,
    UnknownField,
    InvalidSlug,
    InvalidParameter,
    WorkspaceNotEmpty,
    SlugTaken,
    Unauthorized,
    Forbidden,
    NotFound,
    RouteNotFound,
    MethodNotAllowed,
    RequestTimeout,
    PresetArchived,

    /// <summary>
    /// A read does not find the preset, because it is archived. The reason is that of <see cref="PresetArchived"/>.
    /// </summary>
    ArchivedNotFound,
    PresetNotArchived,
    PresetDisabled,

    /// <summary>
    /// An inference request names a disabled preset. The reason is that of <see cref="PresetDisabled"/>.
    /// </summary>
    DisabledForbidden,
    PresetPurged,
    PreconditionFailed,
    MissingScope,

    /// <summary>An inference request sets what its preset locks.</summary>
    FieldLocked,

    /// <summary>The request was carried out before, and its answer, a key, cannot be given a second time.</summary>
    KeyAlreadyCreated,
    BodyTooLarge,
    UnsupportedMediaType,
    IdempotencyKeyReused,

    /// <summary>No upstream is configured that takes the request.</summary>
    NoUpstream,

    /// <summary>The upstream refused this service's own key.</summary>
    UpstreamUnauthorized,

    /// <summary>The upstream could not be reached, or broke off.</summary>
    UpstreamFailed,

    /// <summary>The upstream took too long.</summary>
    UpstreamTimeout,

    /// <summary>A defect.</summary>
    InternalError,

    /// <summary>The database or the cluster cannot be reached; nothing was stored.</summary>
    Unavailable,

    /// <summary>The connection was lost while a write was under way; whether it was stored is not known.</summary>
    OutcomeUnknown,

    /// <summary>This node's queues are full; nothing was stored.</summary>
    Overloaded,
}

/// <summary>An expected refusal of a request: said to the client, and no defect.</summary>
/// <param name="code">Why.</param>
/// <param name="message">A sentence for the client.</param>
/// <param name="field">
/// The field, header or parameter at fault, as the client spelled its place; null when there is none.
/// </param>
/// <param name="inner">What caused it; kept for the log.</param>
/// <param name="current">The state of the preset that a precondition did not hold for; null when there is none.</param>
public sealed class Refusal(
    RefusalCode code, string message, string? field = null, Exception? inner = null, EntityTag? current = null)
    : Exception(message, inner)
{
    /// <summary>Why.</summary>
    public RefusalCode Code { get; } = code;

    /// <summary>The field, header or parameter at fault, or null.</summary>
    public string? Field { get; } = field;

    /// <summary>The state of the preset that a precondition did not hold for, or null.</summary>
    public EntityTag? Current { get; } = current;
}
