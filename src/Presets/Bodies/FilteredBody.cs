namespace Presets;

/// <summary>What is kept of a request.</summary>
/// <param name="Config">
/// A JSON object as UTF-8: the persisted fields in body order, each value spelled as it was sent.
/// </param>
/// <param name="SystemPrompt">The system text as UTF-8, unescaped; null when there was none.</param>
/// <param name="IgnoredFields">The value of <c>X-Ignored-Fields</c>; null when nothing was ignored.</param>
/// <param name="WorkspaceId">The workspace that the body names, or null.</param>
public readonly record struct FilteredBody(
    byte[] Config, byte[]? SystemPrompt, string? IgnoredFields, Guid? WorkspaceId)
{
    /// <summary>The kind of request it is; null when a configuration does not say.</summary>
    public BodyKind? Kind { get; init; }

    /// <summary>What the body says about the version; null for nothing.</summary>
    public string? Message { get; init; }
}
