using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Presets.Api;

/// <summary>
/// The headers <c>If-Match</c> and <c>If-None-Match</c>. Source: RFC 9110, sections 13.1.1 and 13.1.2.
/// </summary>
internal static class PreconditionHeaders
{
    private static readonly EntityTagHeaderValue[] None = [];

    /// <summary>The precondition of a write; null when there is none.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>: a header is malformed.</exception>
    public static Precondition? Read(IHeaderDictionary headers)
    {
        var (match, noneMatch) = (headers.IfMatch, headers.IfNoneMatch);
        if (match.Count == 0 && noneMatch.Count == 0)
            return null;
        var (required, excluded) = (TagsOf(match, HeaderNames.IfMatch), TagsOf(noneMatch, HeaderNames.IfNoneMatch));
        var exists = required.Contains(EntityTagHeaderValue.Any);
        return new Precondition(
            // A weak tag never satisfies If-Match.
            match.Count == 0 || exists ? null : Parse(required.Where(tag => !tag.IsWeak)),
            exists,
            excluded.Contains(EntityTagHeaderValue.Any))
        {
            NoneOf = Parse(excluded),
        };
    }

    /// <summary>Whether the client of a read has this state already. Weak tags count: proxies weaken tags.</summary>
    /// <exception cref="Refusal"><see cref="RefusalCode.InvalidParameter"/>: the header is malformed.</exception>
    public static bool Knows(IHeaderDictionary headers, EntityTag tag)
    {
        var header = headers.IfNoneMatch;
        if (header.Count == 0)
            return false;
        var tags = TagsOf(header, HeaderNames.IfNoneMatch);
        return tags.Contains(EntityTagHeaderValue.Any) || Parse(tags).Contains(tag);
    }

    private static IList<EntityTagHeaderValue> TagsOf(StringValues header, string name)
    {
        if (header.Count == 0)
            return None;
        return EntityTagHeaderValue.TryParseStrictList([.. header!], out var tags)
            ? tags
            : throw new Refusal(
                RefusalCode.InvalidParameter, $"{name} must be * or a list of entity tags in quotation marks.", name);
    }

    // A tag that this service did not make names no state.
    private static EntityTag[] Parse(IEnumerable<EntityTagHeaderValue> tags) =>
    [
        .. tags.Select(tag => EntityTag.TryParse(tag.Tag, out var parsed) ? parsed : default)
            .Where(tag => tag != default),
    ];
}
