using System.Text.Unicode;

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

    /// <summary>
    /// Checks a config and a system prompt that did not come in such a request, and gives the config to store.
    /// </summary>
    /// <param name="kind">The kind of request it was made from; null takes the fields of each.</param>
    /// <param name="config">A JSON object as UTF-8.</param>
    /// <param name="systemPrompt">The text as it is stored, not escaped; empty: none.</param>
    /// <exception cref="Refusal">As <see cref="Filter"/>, with the place in the config (<c>models[0]</c>).</exception>
    public static byte[] Check(BodyKind? kind, ReadOnlySpan<byte> config, ReadOnlySpan<byte> systemPrompt)
    {
        if (systemPrompt.Contains((byte)0) || !Utf8.IsValid(systemPrompt))
            throw new Refusal(
                RefusalCode.InvalidField, "system_prompt must be UTF-8 without the character U+0000.", "system_prompt");
        return BodyFilter.FilterBy(FieldTable.ForConfig(kind), kind, config).Config;
    }
}
