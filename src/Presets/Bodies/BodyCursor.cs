using System.Text;
using System.Text.Json;

namespace Presets;

/// <summary>
/// Where a pass stands in a body: the reader, and the member names of the objects that are open there. It reads values
/// that have no rules inside, and makes the refusals that name a place.
/// </summary>
internal ref struct BodyCursor(ReadOnlySpan<byte> body, MemberNames names, int maxDepth)
{
    internal BodyReader Reader = new(body, maxDepth);

    private readonly ReadOnlySpan<byte> body = body;
    private MemberNames names = names;

    /// <summary>The string or name under the reader without its escapes, valid until the next call.</summary>
    internal ReadOnlySpan<byte> Text() =>
        Reader.ValueIsEscaped ? names.Unescape(Reader.ValueSpan) : Reader.ValueSpan;

    /// <summary>An object opens whose names must differ.</summary>
    internal void OpenObject() => names.Open();

    /// <exception cref="Refusal">The object has a name twice.</exception>
    internal void CloseObject()
    {
        // Half of a surrogate pair, three bytes here, becomes replacement characters.
        if (names.Close(out var duplicate))
            throw Duplicate(BodyPath.Join(Here(), Encoding.UTF8.GetString(names.Bytes(duplicate))));
    }

    /// <summary>Adds the name under the reader to the innermost object. The name itself is not stored.</summary>
    /// <exception cref="Refusal">The object has it already.</exception>
    internal void AddName()
    {
        var signature = Reader.ValueIsEscaped
            ? 0
            : NameHash.Signature(body, Reader.TokenStartIndex + 1, Reader.ValueSpan.Length);
        AddName(signature);
    }

    /// <inheritdoc cref="AddName()"/>
    /// <param name="signature">Its <see cref="NameHash.Signature"/>, which is not used when it has escapes.</param>
    internal void AddName(ulong signature)
    {
        var name = Reader.ValueSpan;
        var isNew = Reader.ValueIsEscaped
            ? names.AddEscaped(name)
            : names.Add(Reader.TokenStartIndex + 1, name.Length, signature);
        if (!isNew)
            throw Duplicate();
    }

    /// <summary>Adds the name under the reader, which is stored, to the innermost object.</summary>
    /// <exception cref="Refusal">It is not text, or the object has it already.</exception>
    internal void AddStoredName()
    {
        CheckText();
        AddName();
    }

    /// <summary>Checks that the string under the reader, which is stored, is text.</summary>
    /// <exception cref="Refusal">It names U+0000 or half of a surrogate pair.</exception>
    internal readonly void CheckText()
    {
        if (Reader.ValueIsEscaped && JsonText.FindFault(Reader.ValueSpan) is not TextFault.None and var fault)
            throw Faulty(fault);
    }

    /// <summary>Reads a value that is stored, whatever is inside.</summary>
    /// <exception cref="Refusal">A string is not text, or an object has a name twice.</exception>
    internal void ReadStored()
    {
        var open = 0;
        do
        {
            // The most frequent first: most of a body's tokens pass here.
            var type = Reader.TokenType;
            if (type == JsonTokenType.PropertyName)
                AddStoredName();
            else if (type == JsonTokenType.String)
                CheckText();
            else if (type is JsonTokenType.StartObject)
            {
                names.Open();
                open++;
            }
            else if (type is JsonTokenType.EndObject)
            {
                CloseObject();
                open--;
            }
            else if (type is JsonTokenType.StartArray)
                open++;
            else if (type is JsonTokenType.EndArray)
                open--;
        }
        while (open > 0 && Reader.Read());
    }

    internal readonly void Dispose() => names.Dispose();

    /// <summary>The value under the reader may not be null.</summary>
    internal readonly Refusal Missing() => Missing(Here());

    /// <param name="start">Where the object starts that lacks the member.</param>
    internal readonly Refusal Missing(int start, string member) =>
        Missing(BodyPath.Join(BodyPath.Of(body, start), member));

    /// <summary>The value under the reader is that of a member which <paramref name="owner"/> has not.</summary>
    internal readonly Refusal Unknown(string owner)
    {
        var path = Here();
        return new Refusal(RefusalCode.UnknownField, $"{path} is no field of {owner}.", path);
    }

    /// <summary>The name under the reader is there twice.</summary>
    internal readonly Refusal Duplicate() => Duplicate(Here());

    /// <summary>The value under the reader breaks the rule.</summary>
    internal readonly Refusal Invalid(ValueRule rule) => Invalid(rule, Reader.TokenStartIndex);

    /// <summary>The value that starts at <paramref name="start"/> breaks the rule.</summary>
    internal readonly Refusal Invalid(ValueRule rule, int start)
    {
        var path = BodyPath.Of(body, start);
        return new Refusal(RefusalCode.InvalidField, $"{path} must be {rule}.", path);
    }

    /// <summary>The model under the reader is a preset.</summary>
    internal readonly Refusal Nested()
    {
        var path = Here();
        return new Refusal(RefusalCode.NestedPreset, $"{path} refers to a preset; a preset does not nest.", path);
    }

    /// <summary>The string under the reader is not text.</summary>
    internal readonly Refusal Faulty(TextFault fault)
    {
        var path = Here();
        return new Refusal(RefusalCode.InvalidField, fault == TextFault.Nul
            ? $"{path} holds the character U+0000."
            : $"{path} holds half of a surrogate pair, which is no character.", path);
    }

    private static Refusal Missing(string path) => new(RefusalCode.MissingField, $"{path} is required.", path);

    private static Refusal Duplicate(string path) => new(RefusalCode.DuplicateMember, $"{path} is there twice.", path);

    private readonly string Here() => BodyPath.Of(body, Reader.TokenStartIndex);
}
