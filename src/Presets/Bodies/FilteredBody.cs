namespace Presets;

/// <summary>What is kept of a request.</summary>
/// <param name="Config">
/// A JSON object as UTF-8: the persisted fields in body order, each value spelled as it was sent.
/// </param>
/// <param name="SystemPrompt">The system text as UTF-8, unescaped; null when there was none.</param>
/// <param name="IgnoredFields">The value of <c>X-Ignored-Fields</c>; null when nothing was ignored.</param>
public readonly record struct FilteredBody(byte[] Config, byte[]? SystemPrompt, string? IgnoredFields);
