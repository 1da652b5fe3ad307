namespace Presets;

/// <summary>What becomes of a top-level field of a request.</summary>
public enum FieldUse
{
    /// <summary>Stored in <c>config</c> with the JSON text it came with.</summary>
    Persisted,

    /// <summary>The system text, as a string or as parts; not named as ignored.</summary>
    SystemText,

    /// <summary>A conversation, whose leading system messages are the system text; not named as ignored.</summary>
    SystemMessages,

    /// <summary>A conversation without system text: not stored, and not named as ignored.</summary>
    Conversation,

    /// <summary>The config of a version, whose members are fields of their own.</summary>
    Config,

    /// <summary>The kind of request that the config is of; not named as ignored.</summary>
    Kind,

    /// <summary>What the history says about the version; not named as ignored.</summary>
    Message,

    /// <summary>The workspace that the request is about: not stored, and not named as ignored.</summary>
    WorkspaceId,

    /// <summary>Checked, not stored, and named in <c>X-Ignored-Fields</c>.</summary>
    Ignored,
}

/// <summary>A top-level field of a request body.</summary>
/// <param name="Name">Its name, not escaped.</param>
/// <param name="Use">What becomes of it.</param>
/// <param name="Rule">What its value must be when it is not null.</param>
public sealed record Field(string Name, FieldUse Use, ValueRule Rule)
{
    /// <summary>Whether a body without it is refused.</summary>
    public bool Required { get; init; }

    /// <summary>
    /// Whether null is accepted. A null is absent: it is neither stored nor named. False only for what is required.
    /// </summary>
    public bool NullAllowed { get; init; } = true;
}
