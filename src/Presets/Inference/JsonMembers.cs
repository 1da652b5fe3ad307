using System.Text;
using System.Text.Json;

namespace Presets;

/// <summary>Where a member of an object stands in a text: its name without the quotes, and its value.</summary>
internal readonly record struct JsonMember(int NameStart, int NameLength, bool NameIsEscaped, int Start, int End);

/// <summary>The members of one object of a text, which need not be copied to be known.</summary>
/// <param name="text">The text that the object is in.</param>
/// <param name="path">The place of the object in the text; empty for the text itself.</param>
/// <param name="capacity">Room for members, before more is allocated.</param>
internal sealed class JsonMembers(ReadOnlyMemory<byte> text, string path, int capacity = 0)
{
    /// <summary>
    /// The most members of an object that is merged. Far more than any API has, few enough that hostile ones cost
    /// little memory.
    /// </summary>
    internal const int Most = 1024;

    private bool areTooMany;

    /// <summary>Where the object's opening brace stands.</summary>
    internal int Start { get; set; }

    /// <summary>Where its closing brace stands.</summary>
    internal int End { get; set; }

    /// <summary>The members in their order; of too many only the first <see cref="Most"/>.</summary>
    internal List<JsonMember> All { get; } = new(capacity);

    /// <summary>Reads the object in a range of a text that is valid JSON.</summary>
    /// <exception cref="Refusal">As <see cref="Check"/>.</exception>
    internal static JsonMembers Read(ReadOnlyMemory<byte> text, Range range, string path)
    {
        var members = Scan(text, range, path);
        members.Check();
        return members;
    }

    /// <summary>Reads as <see cref="Read"/>, unchecked: for an object that may have to stay as it is.</summary>
    internal static JsonMembers Scan(ReadOnlyMemory<byte> text, Range range, string path)
    {
        var (start, length) = range.GetOffsetAndLength(text.Length);
        var members = new JsonMembers(text, path) { Start = start, End = start + length - 1 };
        var reader = new BodyReader(text.Span.Slice(start, length));
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = (Start: start + reader.TokenStartIndex + 1, reader.ValueSpan.Length, reader.ValueIsEscaped);
            reader.Read();
            var valueStart = start + reader.TokenStartIndex;
            reader.Skip();
            members.Add(new JsonMember(
                name.Start, name.Length, name.ValueIsEscaped, valueStart, start + reader.BytesConsumed));
        }
        return members;
    }

    internal void Add(JsonMember member)
    {
        areTooMany |= All.Count == Most;
        if (!areTooMany)
            All.Add(member);
    }

    /// <summary>Checks that each name is there once.</summary>
    /// <exception cref="Refusal">One is there twice, or there are more than <see cref="Most"/>.</exception>
    internal void Check()
    {
        if (areTooMany)
        {
            var place = path.Length == 0 ? "The body" : path;
            throw new Refusal(RefusalCode.InvalidField, $"{place} has more than {Most} members.", path);
        }
        var names = new MemberNames(
            text.Span, stackalloc MemberNames.Entry[MemberNames.Room], stackalloc int[1]);
        try
        {
            names.Open();
            foreach (var member in All)
            {
                if (!Add(ref names, member))
                    throw Duplicate(NameOf(member));
            }
            if (names.Close(out var duplicate))
                throw Duplicate(names.Bytes(duplicate));
        }
        finally
        {
            names.Dispose();
        }
    }

    /// <summary>The member of that name; null when there is none.</summary>
    internal JsonMember? Find(ReadOnlySpan<byte> name)
    {
        foreach (var member in All)
        {
            if (NameOf(member).SequenceEqual(name))
                return member;
        }
        return null;
    }

    /// <summary>Its name as UTF-8, not escaped.</summary>
    internal ReadOnlySpan<byte> NameOf(JsonMember member) =>
        JsonText.Plain(text.Span.Slice(member.NameStart, member.NameLength), member.NameIsEscaped);

    internal ReadOnlyMemory<byte> ValueOf(JsonMember member) => text[member.Start..member.End];

    /// <summary>The first byte of its value, which tells the type.</summary>
    internal byte TypeOf(JsonMember member) => text.Span[member.Start];

    internal bool IsNull(JsonMember member) => TypeOf(member) == 'n';

    /// <summary>The text of a string; null when the value is another.</summary>
    internal string? StringOf(JsonMember member)
    {
        if (TypeOf(member) != '"')
            return null;
        var inside = text.Span[(member.Start + 1)..(member.End - 1)];
        return Encoding.UTF8.GetString(JsonText.Plain(inside, inside.Contains((byte)'\\')));
    }

    /// <summary>The members of its value, an object.</summary>
    /// <exception cref="Refusal">As <see cref="Read"/>.</exception>
    internal JsonMembers ReadObject(JsonMember member) => Read(text, member.Start..member.End, PathOf(member));

    /// <summary>The place of a member in the text.</summary>
    internal string PathOf(JsonMember member) => PathOf(NameOf(member));

    /// <inheritdoc cref="PathOf(JsonMember)"/>
    internal string PathOf(ReadOnlySpan<byte> name) => BodyPath.Join(path, Encoding.UTF8.GetString(name));

    /// <summary>The value of a member is not what it must be.</summary>
    internal Refusal Invalid(JsonMember member, string must)
    {
        var place = PathOf(member);
        return new Refusal(RefusalCode.InvalidField, $"{place} must be {must}.", place);
    }

    private bool Add(ref MemberNames names, JsonMember member)
    {
        var (start, length) = (member.NameStart, member.NameLength);
        return member.NameIsEscaped
            ? names.AddEscaped(text.Span.Slice(start, length))
            : names.Add(start, length, NameHash.Signature(text.Span, start, length));
    }

    private Refusal Duplicate(ReadOnlySpan<byte> name)
    {
        var place = PathOf(name);
        return new Refusal(RefusalCode.DuplicateMember, $"{place} is there twice.", place);
    }
}
