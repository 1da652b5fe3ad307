using System.Text;
using System.Text.Json;

namespace Presets;

// The rules of values, and the walk through values that are stored and have no rules inside.
internal ref partial struct FilterPass
{
    /// <summary>Reads the value under the reader to its end.</summary>
    /// <param name="stored">Whether it becomes part of the version: then its strings must be text and its names unique.</param>
    private void Check(ValueRule rule, bool stored)
    {
        CheckType(rule);
        switch (_reader.TokenType)
        {
            case JsonTokenType.String:
                CheckString(rule, stored);
                break;
            case JsonTokenType.StartArray when rule.LooksIntoArray:
                CheckList(rule, stored);
                break;
            case JsonTokenType.StartObject when rule.LooksIntoObject:
                CheckObject(rule, stored);
                break;
            case JsonTokenType.StartArray or JsonTokenType.StartObject when stored:
                Walk();
                break;
            case JsonTokenType.StartArray or JsonTokenType.StartObject:
                _reader.Skip();
                break;
        }
    }

    private readonly void CheckType(ValueRule rule)
    {
        if (rule.Types == JsonTypes.Any)
            return;
        var type = _reader.TokenType switch
        {
            JsonTokenType.String => JsonTypes.String,
            JsonTokenType.Number => JsonTypes.Number | JsonTypes.Integer,
            JsonTokenType.True or JsonTokenType.False => JsonTypes.Boolean,
            JsonTokenType.StartArray => JsonTypes.Array,
            JsonTokenType.StartObject => JsonTypes.Object,
            _ => JsonTypes.Any,
        };
        if ((rule.Types & type) == 0 || (_reader.TokenType == JsonTokenType.Number && !IsNumber(rule)))
            throw Invalid(rule);
    }

    private readonly bool IsNumber(ValueRule rule)
    {
        // Most integers are written as such.
        if (rule.Minimum is null && (!rule.Types.HasFlag(JsonTypes.Integer) || _reader.ValueSpan.IndexOfAny(".eE"u8) < 0))
            return true;
        var number = new JsonNumber(_reader.ValueSpan);
        return (!rule.Types.HasFlag(JsonTypes.Integer) || number.IsInteger)
            && (rule.Minimum is null || number.IsBetween(rule.Minimum.Value, rule.Maximum!.Value));
    }

    private void CheckString(ValueRule rule, bool stored)
    {
        if (stored)
            CheckText();
        if (rule.MaxLength is null && rule.OneOf is null && !rule.NamesModel)
            return;
        var text = _reader.ValueIsEscaped ? _keys.Unescape(_reader.ValueSpan, out _) : _reader.ValueSpan;
        if (rule.MaxLength is { } most && text.Length > most && JsonText.CountCodePoints(text) > most)
            throw Invalid(rule);
        if (rule.OneOf is { } allowed && !IsOneOf(text, allowed))
            throw Invalid(rule);
        if (rule.NamesModel && text.IndexOf("@preset/"u8) >= 0)
        {
            var path = Here();
            throw new Refusal(RefusalCode.NestedPreset, $"{path} refers to a preset; a preset does not nest.", path);
        }
    }

    private static bool IsOneOf(ReadOnlySpan<byte> text, IReadOnlyList<string> allowed)
    {
        for (var i = 0; i < allowed.Count; i++)
        {
            if (Ascii.Equals(text, allowed[i]))
                return true;
        }
        return false;
    }

    private void CheckList(ValueRule rule, bool stored)
    {
        var start = _reader.TokenStartIndex;
        var count = 0;
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray)
        {
            count++;
            Check(rule.Items!, stored);
        }
        if (count > rule.MaxItems)
            throw Invalid(rule, start);
    }

    private void CheckObject(ValueRule rule, bool stored)
    {
        var start = _reader.TokenStartIndex;
        var count = 0;
        var hasRequired = false;
        if (stored)
            _keys.Open();
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            count++;
            if (stored)
                AddKey();
            var name = _reader.ValueIsEscaped ? _keys.Unescape(_reader.ValueSpan, out _) : _reader.ValueSpan;
            if (rule.MaxNameLength is { } most && name.Length > most && JsonText.CountCodePoints(name) > most)
                throw Invalid(rule);
            var required = rule.RequiredMember is { } member && Ascii.Equals(name, member.Name);
            hasRequired |= required;
            _reader.Read();
            if (required)
                Check(rule.RequiredMember!.Value.Rule, stored);
            else if (rule.Members is not null)
                Check(rule.Members, stored);
            else if (stored)
                Walk();
            else
                _reader.Skip();
        }
        if (stored)
            CloseKeys();
        if (count > rule.MaxMembers)
            throw Invalid(rule, start);
        if (rule.RequiredMember is var (missing, _) && !hasRequired)
            throw Missing($"{BodyPath.Of(_body, start)}.{missing}");
    }

    /// <summary>Reads a value that is stored, whatever is inside.</summary>
    private void Walk()
    {
        var open = 0;
        do
        {
            // In the order of how many there are: this is where most of a body's tokens pass.
            var type = _reader.TokenType;
            if (type == JsonTokenType.PropertyName)
                AddKey();
            else if (type == JsonTokenType.String)
                CheckText();
            else if (type is JsonTokenType.StartObject)
            {
                _keys.Open();
                open++;
            }
            else if (type is JsonTokenType.EndObject)
            {
                CloseKeys();
                open--;
            }
            else if (type is JsonTokenType.StartArray)
                open++;
            else if (type is JsonTokenType.EndArray)
                open--;
        }
        while (open > 0 && _reader.Read());
    }

    private void AddKey()
    {
        if (_reader.ValueIsEscaped)
        {
            CheckText();
            if (!_keys.AddEscaped(_reader.ValueSpan))
                throw Duplicate();
            return;
        }
        var offset = _reader.TokenStartIndex + 1;
        var length = _reader.ValueSpan.Length;
        if (!_keys.Add(offset, length, KeySet.Signature(_body, offset, length)))
            throw Duplicate();
    }

    private readonly void CheckText()
    {
        if (!_reader.ValueIsEscaped)
            return;
        if (JsonText.FindFault(_reader.ValueSpan) is not TextFault.None and var fault)
            throw Faulty(fault);
    }
}
