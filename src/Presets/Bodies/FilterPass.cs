using System.Numerics;
using System.Text.Json;

namespace Presets;

/// <summary>One reading of one body: the top level, the rules of values, and the walk through what is stored.</summary>
internal ref partial struct FilterPass
{
    private readonly FieldTable _table;
    private readonly ReadOnlySpan<byte> _body;

    // Name and value of each persisted field, the value as it stands in the body.
    private readonly Span<Range> _values;
    private readonly Span<byte> _indexes;
    private int _persisted;

    private BodyReader _reader;
    private KeySet _keys;
    private IgnoredNames _ignored;
    private SystemPrompt _system;

    /// <param name="values">Room for a range for each field.</param>
    internal FilterPass(FieldTable table, ReadOnlySpan<byte> body, KeySet keys, IgnoredNames ignored, Span<Range> values, Span<byte> indexes)
    {
        _table = table;
        _body = body;
        _keys = keys;
        _ignored = ignored;
        _system = new SystemPrompt(body);
        _values = values;
        _indexes = indexes;
        _reader = new BodyReader(body);
    }

    /// <summary>How many objects and lists are open where the reading stands.</summary>
    internal readonly int Depth => _reader.Depth;

    internal readonly void Dispose()
    {
        _keys.Dispose();
        _ignored.Dispose();
        _system.Dispose();
    }

    /// <exception cref="Refusal">As <see cref="BodyFilter.Filter"/>.</exception>
    /// <exception cref="JsonException">It is not JSON.</exception>
    internal FilteredBody Run()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
            throw new Refusal(RefusalCode.InvalidJson, "The body must be a JSON object.");
        var seen = 0UL;
        _keys.Open();
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
            ReadField(ref seen);
        CloseKeys();
        // Whatever follows the object is refused by the reader.
        _reader.Read();
        RefuseMissing(seen);
        return new FilteredBody(BuildConfig(), _system.ToArray(), _ignored.ToString());
    }

    private void ReadField(ref ulong seen)
    {
        var name = _reader.ValueSpan;
        var offset = _reader.TokenStartIndex + 1;
        var escaped = _reader.ValueIsEscaped;
        if (escaped)
            name = _keys.Unescape(name, out _);
        var signature = escaped ? KeySet.Signature(name, 0, name.Length) : KeySet.Signature(_body, offset, name.Length);
        var index = _table.Find(name, signature);
        var isNew = index < 0
            ? escaped ? _keys.AddEscaped(_reader.ValueSpan) : _keys.Add(offset, name.Length, signature)
            : (seen & 1UL << index) == 0;
        if (!isNew)
            throw Duplicate();
        if (index < 0 && escaped)
            name = _keys.Unescape(_reader.ValueSpan, out _);
        _reader.Read();
        if (index < 0)
        {
            if (_reader.TokenType != JsonTokenType.Null)
                _ignored.Add(name);
            _reader.Skip();
            return;
        }
        seen |= 1UL << index;
        ReadValue(_table[index], index);
    }

    private void ReadValue(Field field, int index)
    {
        if (_reader.TokenType == JsonTokenType.Null)
        {
            if (!field.NullAllowed)
                throw Missing(field.Name);
            return;
        }
        switch (field.Use)
        {
            case FieldUse.Persisted:
                var start = _reader.TokenStartIndex;
                Check(field.Rule, stored: true);
                _values[_persisted] = start.._reader.BytesConsumed;
                _indexes[_persisted++] = (byte)index;
                break;
            case FieldUse.SystemText:
                CheckType(field.Rule);
                ReadSystemText(field);
                break;
            case FieldUse.Ignored:
                _ignored.Add(_table.NameOf(index));
                Check(field.Rule, stored: false);
                break;
            default:
                Check(field.Rule, stored: false);
                break;
        }
    }

    private readonly void RefuseMissing(ulong seen)
    {
        var missing = _table.Required & ~seen;
        if (missing != 0)
            throw Missing(_table[BitOperations.TrailingZeroCount(missing)].Name);
    }

    private readonly byte[] BuildConfig()
    {
        var length = 2 + Math.Max(0, _persisted - 1);
        for (var i = 0; i < _persisted; i++)
            length += _table.NameOf(_indexes[i]).Length + 3 + _values[i].End.Value - _values[i].Start.Value;
        var config = GC.AllocateUninitializedArray<byte>(length);
        var rest = config.AsSpan();
        Append(ref rest, "{"u8);
        for (var i = 0; i < _persisted; i++)
        {
            Append(ref rest, i == 0 ? "\""u8 : ",\""u8);
            Append(ref rest, _table.NameOf(_indexes[i]));
            Append(ref rest, "\":"u8);
            Append(ref rest, _body[_values[i]]);
        }
        Append(ref rest, "}"u8);
        return config;
    }

    private static void Append(ref Span<byte> destination, ReadOnlySpan<byte> text)
    {
        text.CopyTo(destination);
        destination = destination[text.Length..];
    }

    private readonly Refusal Missing(string field) => new(RefusalCode.MissingField, $"{field} is required.", field);

    private readonly Refusal Duplicate() => Duplicate(Here());

    private static Refusal Duplicate(string path) => new(RefusalCode.DuplicateMember, $"{path} is there twice.", path);

    private readonly Refusal Invalid(ValueRule rule) => Invalid(rule, _reader.TokenStartIndex);

    private readonly Refusal Invalid(ValueRule rule, long offset)
    {
        var path = BodyPath.Of(_body, offset);
        return new Refusal(RefusalCode.InvalidField, $"{path} must be {rule}.", path);
    }

    private readonly Refusal Faulty(TextFault fault)
    {
        var path = Here();
        return new Refusal(RefusalCode.InvalidField, fault == TextFault.Nul
            ? $"{path} holds the character U+0000."
            : $"{path} holds half of a surrogate pair, which is no character.", path);
    }

    // The path of the token under the reader.
    private readonly string Here() => BodyPath.Of(_body, _reader.TokenStartIndex);

    private void CloseKeys()
    {
        if (_keys.Close(out var duplicate))
            throw Duplicate(BodyPath.Join(Here(), _keys.Bytes(duplicate)));
    }
}
