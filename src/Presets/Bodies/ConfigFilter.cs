namespace Presets;

/// <summary>
/// Turns the config of a version, as an answer shows it, into what another version keeps: the fields that any
/// inference request persists, each value spelled as it was sent. Null is absent.
/// </summary>
public static class ConfigFilter
{
    /// <summary>
    /// Checks a request that carries a <c>config</c>, and takes from it what is stored. It may be a whole version as it
    /// was answered: members that a request does not have are ignored.
    /// </summary>
    /// <exception cref="Refusal">
    /// As <see cref="BodyFilter.Filter"/>, with the place
    /// (<c>config.fallbacks[0].model</c>); <see cref="RefusalCode.UnknownField"/>: a member of <c>config</c> that no
    /// request persists, or not the one that <c>body</c> names.
    /// </exception>
    public static FilteredBody Filter(ReadOnlySpan<byte> request) =>
        BodyFilter.FilterBy(FieldTable.ConfigRequest, null, request);
}
