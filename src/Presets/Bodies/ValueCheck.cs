using System.Buffers.Text;
using System.Text;
using System.Text.Json;

namespace Presets;

/// <summary>Reads values by their rules.</summary>
internal static class ValueCheck
{
    /// <summary>Reads the value under the cursor to its end.</summary>
    /// <param name="stored">Whether it is stored: then strings must be text, and an object's names differ.</param>
    /// <exception cref="Refusal">It breaks the rule.</exception>
    internal static void Read(ref BodyCursor cursor, ValueRule rule, bool stored)
    {
        CheckType(ref cursor, rule);
        switch (cursor.Reader.TokenType)
        {
            case JsonTokenType.String:
                CheckString(ref cursor, rule, stored);
                break;
            case JsonTokenType.StartArray when rule.LooksIntoArray:
                ReadList(ref cursor, rule, stored);
                break;
            case JsonTokenType.StartObject when rule.LooksIntoObject:
                ReadObject(ref cursor, rule, stored);
                break;
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
                ReadFree(ref cursor, stored);
                break;
        }
    }

    /// <summary>Checks the type of the value under the cursor, and the bounds of a number.</summary>
    /// <exception cref="Refusal">It breaks the rule.</exception>
    internal static void CheckType(ref BodyCursor cursor, ValueRule rule)
    {
        if (rule.Types == JsonTypes.Any)
            return;
        var token = cursor.Reader.TokenType;
        var type = token switch
        {
            JsonTokenType.String => JsonTypes.String,
            JsonTokenType.Number => JsonTypes.Number | JsonTypes.Integer,
            JsonTokenType.True or JsonTokenType.False => JsonTypes.Boolean,
            JsonTokenType.StartArray => JsonTypes.Array,
            JsonTokenType.StartObject => JsonTypes.Object,
            _ => JsonTypes.Any,
        };
        if ((rule.Types & type) == 0 || (token == JsonTokenType.Number && !IsNumber(cursor.Reader.ValueSpan, rule)))
            throw cursor.Invalid(rule);
    }

    /// <summary>The UUID that a text is, in its usual form; null when it is none.</summary>
    internal static Guid? ParseUuid(ReadOnlySpan<byte> text) =>
        Utf8Parser.TryParse(text, out Guid id, out var length) && length == text.Length ? id : null;

    private static bool IsNumber(ReadOnlySpan<byte> text, ValueRule rule)
    {
        var mustBeInteger = rule.Types.HasFlag(JsonTypes.Integer);
        // Most integers are written as such.
        if (rule.Minimum is null && (!mustBeInteger || text.IndexOfAny(".eE"u8) < 0))
            return true;
        var number = new JsonNumber(text);
        return (!mustBeInteger || number.IsInteger)
            && (rule.Minimum is null || number.IsBetween(rule.Minimum.Value, rule.Maximum!.Value));
    }

    private static void CheckString(ref BodyCursor cursor, ValueRule rule, bool stored)
    {
        if (stored)
            cursor.CheckText();
        if (rule.MaxLength is null && rule.OneOf is null && !rule.NamesModel && !rule.IsUuid)
            return;
        var text = cursor.Text();
        if (IsLonger(text, rule.MaxLength)
            || (rule.OneOf is { } allowed && !IsOneOf(text, allowed))
            || (rule.IsUuid && ParseUuid(text) is null))
        {
            throw cursor.Invalid(rule);
        }
        if (rule.NamesModel && text.IndexOf("@preset/"u8) >= 0)
            throw cursor.Nested();
    }

    private static bool IsLonger(ReadOnlySpan<byte> text, int? most) =>
        text.Length > most && JsonText.CountCodePoints(text) > most;

    private static bool IsOneOf(ReadOnlySpan<byte> text, IReadOnlyList<string> allowed)
    {
        for (var i = 0; i < allowed.Count; i++)
        {
            if (Ascii.Equals(text, allowed[i]))
                return true;
        }
        return false;
    }

    private static void ReadList(ref BodyCursor cursor, ValueRule rule, bool stored)
    {
        var start = cursor.Reader.TokenStartIndex;
        var count = 0;
        while (cursor.Reader.Read() && cursor.Reader.TokenType != JsonTokenType.EndArray)
        {
            count++;
            Read(ref cursor, rule.Items!, stored);
        }
        if (count > rule.MaxItems)
            throw cursor.Invalid(rule, start);
    }

    private static void ReadObject(ref BodyCursor cursor, ValueRule rule, bool stored)
    {
        var start = cursor.Reader.TokenStartIndex;
        var count = 0;
        var hasRequired = false;
        if (stored)
            cursor.OpenObject();
        while (cursor.Reader.Read() && cursor.Reader.TokenType == JsonTokenType.PropertyName)
        {
            count++;
            if (stored)
                cursor.AddStoredName();
            var name = cursor.Text();
            if (IsLonger(name, rule.MaxNameLength))
                throw cursor.Invalid(rule);
            var isRequired = rule.RequiredMember is { } member && Ascii.Equals(name, member.Name);
            hasRequired |= isRequired;
            cursor.Reader.Read();
            if ((isRequired ? rule.RequiredMember!.Value.Rule : rule.Members) is { } inner)
                Read(ref cursor, inner, stored);
            else
                ReadFree(ref cursor, stored);
        }
        if (stored)
            cursor.CloseObject();
        if (count > rule.MaxMembers)
            throw cursor.Invalid(rule, start);
        if (rule.RequiredMember is var (missing, _) && !hasRequired)
            throw cursor.Missing(start, missing);
    }

    // Reads a value that has no rules inside.
    private static void ReadFree(ref BodyCursor cursor, bool stored)
    {
        if (stored)
            cursor.ReadStored();
        else
            cursor.Reader.Skip();
    }
}
