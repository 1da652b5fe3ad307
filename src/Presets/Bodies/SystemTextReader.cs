using System.Text.Json;

namespace Presets;

/// <summary>Finds the system text of a body; names what is dropped of the messages and parts that hold it.</summary>
internal ref struct SystemTextReader(ReadOnlySpan<byte> body)
{
    private static readonly ValueRule TextOrParts =
        new(JsonTypes.String | JsonTypes.Array) { Items = new(JsonTypes.Object) };

    private static readonly ValueRule Part = new(JsonTypes.Object);
    private static readonly ValueRule PartText = new(JsonTypes.String);
    private static readonly ValueRule PartType = new(JsonTypes.String) { OneOf = ["text"] };

    private SystemPrompt prompt = new(body);

    // The field that holds the text, and a dot: what precedes the name of a member that is dropped.
    private ReadOnlySpan<byte> prefix;

    /// <inheritdoc cref="SystemPrompt.ToArray"/>
    internal readonly byte[]? ToArray() => prompt.ToArray();

    internal readonly void Dispose() => prompt.Dispose();

    /// <summary>Reads the value of the field, whose type has been checked, to its end.</summary>
    internal void Read(ref BodyCursor cursor, ref IgnoredNames ignored, Field field)
    {
        // Chat has it in its messages, which are required; the other bodies have a field of its own for it.
        if (field.Required)
        {
            prefix = "messages."u8;
            ReadMessages(ref cursor, ref ignored, field.Rule);
        }
        else
        {
            prefix = "system."u8;
            ReadContent(ref cursor, ref ignored);
        }
    }

    private void ReadMessages(ref BodyCursor cursor, ref IgnoredNames ignored, ValueRule rule)
    {
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
        if (!any)
            throw cursor.Invalid(rule, start);
    }

    /// <summary>
    /// Reads the message under the cursor if its role is <c>system</c> or <c>developer</c>. The role may stand behind
    /// the content, so the message is read up to the role first, and then again from its start. If it has no such
    /// role, the cursor is left at its end.
    /// </summary>
    private bool TryReadSystemMessage(ref BodyCursor cursor, ref IgnoredNames ignored)
    {
        if (cursor.Reader.TokenType != JsonTokenType.StartObject)
            return false;
        var start = cursor.Reader;
        while (cursor.Reader.Read() && cursor.Reader.TokenType == JsonTokenType.PropertyName)
        {
            var isRole = cursor.Text().SequenceEqual("role"u8);
            cursor.Reader.Read();
            if (isRole && cursor.Reader.TokenType == JsonTokenType.String && IsSystemRole(cursor.Text()))
            {
                cursor.Reader = start;
                ReadSystemMessage(ref cursor, ref ignored);
                return true;
            }
            cursor.Reader.Skip();
        }
        return false;
    }

    private static bool IsSystemRole(ReadOnlySpan<byte> role) =>
        role.SequenceEqual("system"u8) || role.SequenceEqual("developer"u8);

    private void ReadSystemMessage(ref BodyCursor cursor, ref IgnoredNames ignored)
    {
        var start = cursor.Reader.TokenStartIndex;
        var hasContent = false;
        prompt.NextMessage();
        cursor.OpenObject();
        while (cursor.Reader.Read() && cursor.Reader.TokenType == JsonTokenType.PropertyName)
        {
            cursor.AddName();
            var name = cursor.Text();
            if (name.SequenceEqual("role"u8))
            {
                cursor.Reader.Read();
                cursor.Reader.Skip();
            }
            else if (name.SequenceEqual("content"u8))
            {
                hasContent = true;
                cursor.Reader.Read();
                ReadContent(ref cursor, ref ignored);
            }
            else
                Drop(ref cursor, ref ignored, name);
        }
        cursor.CloseObject();
        if (!hasContent)
            throw cursor.Missing(start, "content");
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
        if (!hasType || !hasText)
            throw cursor.Missing(start, hasType ? "text" : "type");
    }

    private readonly void Drop(ref BodyCursor cursor, ref IgnoredNames ignored, ReadOnlySpan<byte> name)
    {
        cursor.Reader.Read();
        if (cursor.Reader.TokenType != JsonTokenType.Null)
            ignored.AddOnce(prefix, name);
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
