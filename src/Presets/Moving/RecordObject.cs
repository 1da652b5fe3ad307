using System.Globalization;
using System.Text.Json;

namespace Presets;

/// <summary>
/// An object of a record, read member by member. What does not fit is a <see cref="Refusal"/> that names the place;
/// null is absent.
/// </summary>
/// <param name="element">An object whose texts are text and whose members differ.</param>
/// <param name="path">Its place in the record, with a dot at its end; empty for the record itself.</param>
internal readonly struct RecordObject(JsonElement element, string path)
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK";
    private static readonly DateTimeOffset FirstTime = DateTimeOffset.UnixEpoch;

    /// <summary>The place of a member.</summary>
    public string PathOf(string name) => path + name;

    /// <summary>Whether a member is there.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A text of at most so many characters, and at least one.</summary>
    public string Text(string name, int most) => OptionalText(name, most) ?? throw Missing(name);

    /// <inheritdoc cref="Text"/>
    public string? OptionalText(string name, int most)
    {
        if (Find(name) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.String && value.GetString() is { } text
            && text.Length > 0 && text.Length <= most
                ? text
                : throw Invalid(name, $"a text of 1 to {most} characters");
    }

    /// <summary>A text of any length.</summary>
    public string? AnyText(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : throw Invalid(name, "a text");

    /// <summary>A whole number.</summary>
    public long Number(string name, long least, long most) =>
        OptionalNumber(name, least, most) ?? throw Missing(name);

    /// <inheritdoc cref="Number"/>
    public long? OptionalNumber(string name, long least, long most)
    {
        if (Find(name) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number)
            && number >= least && number <= most
                ? number
                : throw Invalid(name, FormattableString.Invariant($"a whole number from {least} to {most}"));
    }

    /// <summary>A truth value.</summary>
    public bool? Flag(string name) => Find(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean()
        : throw Invalid(name, "true or false");

    /// <summary>A UUID.</summary>
    public Guid Id(string name) => OptionalId(name) ?? throw Missing(name);

    /// <inheritdoc cref="Id"/>
    public Guid? OptionalId(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String && value.TryGetGuid(out var id) ? id
        : throw Invalid(name, "a UUID");

    /// <summary>The hash of a key.</summary>
    public KeyHash? Hash(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.String && KeyHash.TryParse(value.GetString()!, out var hash) ? hash
        : throw Invalid(name, "64 hexadecimal digits");

    /// <summary>A time between 1970 and <paramref name="latest"/>, cut to the microsecond.</summary>
    public DateTimeOffset Time(string name, DateTimeOffset latest) =>
        OptionalTime(name, latest) ?? throw Missing(name);

    /// <inheritdoc cref="Time"/>
    public DateTimeOffset? OptionalTime(string name, DateTimeOffset latest)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind != JsonValueKind.String
            || !DateTimeOffset.TryParseExact(
                value.GetString(),
                TimeFormat,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                out var time)
            || time < FirstTime)
            throw Invalid(name, "a time such as 2026-04-20T10:00:00.123456Z");
        return time <= latest
            ? new DateTimeOffset(time.UtcTicks - time.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero)
            : throw Invalid(name, "a time that is not in the future");
    }

    /// <summary>The objects of a list; none when it is absent.</summary>
    public IEnumerable<RecordObject> Objects(string name)
    {
        if (Find(name) is not { } list)
            yield break;
        if (list.ValueKind != JsonValueKind.Array)
            throw Invalid(name, "a list");
        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var at = FormattableString.Invariant($"{path}{name}[{index++}]");
            yield return item.ValueKind == JsonValueKind.Object
                ? new RecordObject(item, at + ".")
                : throw new Refusal(RefusalCode.InvalidField, $"{at} must be an object.", at);
        }
    }

    /// <summary>The texts of a list; none when it is absent.</summary>
    public IEnumerable<string> Texts(string name, int most)
    {
        if (Find(name) is not { } list)
            yield break;
        if (list.ValueKind != JsonValueKind.Array)
            throw Invalid(name, "a list");
        foreach (var item in list.EnumerateArray())
            yield return item.ValueKind == JsonValueKind.String && item.GetString() is { Length: > 0 } text
                && text.Length <= most
                    ? text
                    : throw Invalid(name, $"a list of texts of 1 to {most} characters");
    }

    /// <summary>An object; null when it is absent, or something else.</summary>
    public RecordObject? Object(string name) =>
        Find(name) is { ValueKind: JsonValueKind.Object } value ? new RecordObject(value, PathOf(name) + ".") : null;

    /// <summary>Whether a member is a list.</summary>
    public bool IsList(string name) => Find(name) is { ValueKind: JsonValueKind.Array };

    /// <summary>A whole number, which may stand in a text; null when it is absent, or something else.</summary>
    public int? Whole(string name) => Find(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number
        : value.ValueKind == JsonValueKind.String
            && int.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out var text) ? text
        : null;

    /// <summary>The members as they are spelled, in their order.</summary>
    public IEnumerable<(string Name, RecordValue Value)> Members() =>
        element.EnumerateObject().Select(member => (member.Name, new RecordValue(member.Value)));

    /// <summary>The object as it is spelled.</summary>
    public string Spelling => element.GetRawText();

    /// <summary>A value as it is spelled.</summary>
    public string? Raw(string name) => Find(name)?.GetRawText();

    /// <summary>A member must be there.</summary>
    public Refusal Missing(string name) =>
        new(RefusalCode.MissingField, $"{PathOf(name)} is required.", PathOf(name));

    /// <summary>A member does not fit.</summary>
    public Refusal Invalid(string name, string rule) =>
        new(RefusalCode.InvalidField, $"{PathOf(name)} must be {rule}.", PathOf(name));

    private JsonElement? Find(string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}

/// <summary>A value of a record.</summary>
internal readonly struct RecordValue(JsonElement element)
{
    public bool IsNull => element.ValueKind == JsonValueKind.Null;

    public bool IsText => element.ValueKind == JsonValueKind.String;

    /// <summary>Whether it says nothing.</summary>
    public bool IsEmpty => IsNull || (element.ValueKind == JsonValueKind.Array && element.GetArrayLength() == 0);

    /// <summary>Its spelling.</summary>
    public string Raw => element.GetRawText();
}
