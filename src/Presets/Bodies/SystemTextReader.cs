using System.Text.Json;

namespace Presets;

/// <summary>Finds the system text of a field; names what is dropped of the messages and parts that hold it.</summary>
internal ref struct SystemTextReader(ReadOnlySpan<byte> body)
{
    private static readonly ValueRule TextOrParts =
        new(JsonTypes.String | JsonTypes.Array) { Items = new(JsonTypes.Object) };

    private static readonly ValueRule Part = new(JsonTypes.Object);
    private static readonly ValueRule PartText = new(JsonTypes.String);
    private static readonly ValueRule PartType = new(JsonTypes.String) { OneOf = ["text"] };

    private SystemPrompt prompt = new(body);

    // The field that holds the text, to precede the name of a member that is dropped.
    private ReadOnlySpan<byte> field;

    // A list of a responses body also holds what is no message, and its messages may have parts of any type.
    private bool isItems;

    /// <summary>The text of this field, then that of <paramref name="next"/>; null when there is none.</summary>
    internal readonly byte[]? ToArray(in SystemTextReader next) => prompt.ToArray(in next.prompt);

    internal readonly void Dispose() => prompt.Dispose();

    /// <summary>Reads a value that is the text, whose type has been checked, to its end.</summary>
    /// <param name="name">The field's name.</param>
    internal void Read(ref BodyCursor cursor, ref IgnoredNames ignored, ReadOnlySpan<byte> name)
    {
        field = name;
        ReadContent(ref cursor, ref ignored);
    }

    /// <summary>
    /// Reads a list of messages, whose type has been checked, to its end: the leading <c>system</c> and
    /// <c>developer</c> messages are the text. A string is none of them.
    /// </summary>
    /// <param name="name">The field's name.</param>
    internal void ReadMessages(
        ref BodyCursor cursor, ref IgnoredNames ignored, ReadOnlySpan<byte> name, ValueRule rule)
    {
        if (cursor.Reader.TokenType == JsonTokenType.String)
            return;
        field = name;
        isItems = (rule.Types & JsonTypes.String) != 0;
        var start = cursor.Reader.TokenStartIndex;
        var leading = true;
        var any = false;
        while (cursor.Reader.Read() && cursor.Reader.TokenType != JsonTokenType.EndArray)
        {
            any = true;
            leading = leading && TryReadSystemMessage(ref cursor, ref ignored);
            if (!leading)
                cursor.Reader.Skip();
        }
        if (!any && rule.MinItems is not null)
            throw cursor.Invalid(rule, start);
    }

    /// <summary>
    /// Reads the message under the cursor if its role is <c>system</c> or <c>developer</c>. The role may stand behind
    /// the content, so the message is read up to the role first (an item to its end, since its type may say that it is
    /// no message), and then again from its start. If it has no such role, the cursor is left at its end.
    /// </summary>
    private bool TryReadSystemMessage(ref BodyCursor cursor, ref IgnoredNames ignored)
    {
        if (cursor.Reader.TokenType != JsonTokenType.StartObject)
            return false;
        var start = cursor.Reader;
        var (isSystem, isMessage) = (false, true);
        while (cursor.Reader.Read() && cursor.Reader.TokenType == JsonTokenType.PropertyName)
        {
            var isRole = cursor.Text().SequenceEqual("role"u8);
            var isType = isItems && cursor.Text().SequenceEqual("type"u8);
            cursor.Reader.Read();
            if (isRole && cursor.Reader.TokenType == JsonTokenType.String && IsSystemRole(cursor.Text()))
            {
                isSystem = true;
                if (!isItems)
                    break;
            }
            else if (isType && cursor.Reader.TokenType != JsonTokenType.Null)
                isMessage = cursor.Reader.TokenType == JsonTokenType.String
                    && cursor.Text().SequenceEqual("message"u8);
            cursor.Reader.Skip();
        }
        if (!isSystem || !isMessage)
            return false;
        cursor.Reader = start;
        ReadSystemMessage(ref cursor, ref ignored);
        return true;
    }

    private static bool IsSystemRole(ReadOnlySpan<byte> role) =>
        role.SequenceEqual("system"u8) || role.SequenceEqual("developer"u8);

    private void ReadSystemMessage(ref BodyCursor cursor, ref IgnoredNames ignored)
    {
        prompt.NextMessage();
        cursor.OpenObject();
        while (cursor.Reader.Read() && cursor.Reader.TokenType == JsonTokenType.PropertyName)
        {
            cursor.AddName();
            var name = cursor.Text();
            if (name.SequenceEqual("role"u8) || (isItems && name.SequenceEqual("type"u8)))
            {
                cursor.Reader.Read();
                cursor.Reader.Skip();
            }
            else if (name.SequenceEqual("content"u8))
            {
                cursor.Reader.Read();
                if (cursor.Reader.TokenType != JsonTokenType.Null)
                    ReadContent(ref cursor, ref ignored);
            }
            else
                Drop(ref cursor, ref ignored, name);
        }
        cursor.CloseObject();
    }

    // A string, or a list of text parts.
    private void ReadContent(ref BodyCursor cursor, ref IgnoredNames ignored)
    {
        ValueCheck.CheckType(ref cursor, TextOrParts);
        if (cursor.Reader.TokenType == JsonTokenType.String)
        {
            AddText(ref cursor);
            return;
        }
        while (cursor.Reader.Read() && cursor.Reader.TokenType != JsonTokenType.EndArray)
            ReadPart(ref cursor, ref ignored);
    }

    private void ReadPart(ref BodyCursor cursor, ref IgnoredNames ignored)
    {
        ValueCheck.CheckType(ref cursor, Part);
        var start = cursor.Reader.TokenStartIndex;
        var (hasType, hasText) = (false, false);
        cursor.OpenObject();
        while (cursor.Reader.Read() && cursor.Reader.TokenType == JsonTokenType.PropertyName)
        {
            cursor.AddName();
            var name = cursor.Text();
            if (name.SequenceEqual("type"u8))
            {
                hasType = true;
                cursor.Reader.Read();
                if (isItems)
                    cursor.Reader.Skip();
                else
                    ValueCheck.Read(ref cursor, PartType, stored: true);
            }
            else if (name.SequenceEqual("text"u8))
            {
                hasText = true;
                cursor.Reader.Read();
                ValueCheck.CheckType(ref cursor, PartText);
                AddText(ref cursor);
            }
            else
                Drop(ref cursor, ref ignored, name);
        }
        cursor.CloseObject();
        if (!isItems && (!hasType || !hasText))
            throw cursor.Missing(start, hasType ? "text" : "type");
    }

    private readonly void Drop(ref BodyCursor cursor, ref IgnoredNames ignored, ReadOnlySpan<byte> name)
    {
        cursor.Reader.Read();
        if (cursor.Reader.TokenType != JsonTokenType.Null)
            ignored.AddOnce(field, name);
        cursor.Reader.Skip();
    }

    private void AddText(ref BodyCursor cursor)
    {
        var start = cursor.Reader.TokenStartIndex + 1;
        var fault = prompt.Add(start..(start + cursor.Reader.ValueSpan.Length), cursor.Reader.ValueIsEscaped);
        if (fault != TextFault.None)
            throw cursor.Faulty(fault);
    }
}
