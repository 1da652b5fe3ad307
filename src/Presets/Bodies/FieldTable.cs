using System.Diagnostics;
using System.Text;

namespace Presets;

/// <summary>The top-level fields of one kind of body, for documents and for a reader; <see cref="BodyFilter"/> works by it.</summary>
public sealed class FieldTable
{
    // A multiplicative hash without collisions over the names' signatures, found when the table is made: one probe tells a field from an unknown name.
    private const int SlotBits = 9;
    private readonly ulong _multiplier;
    private readonly byte[] _slots = new byte[1 << SlotBits];
    private readonly byte[][] _names;
    private readonly Field[] _fields;

    private FieldTable(Field[] fields)
    {
        // One bit of a ulong for each field tells which were seen.
        Debug.Assert(fields.Length <= 64);
        _fields = fields;
        _names = [.. fields.Select(field => Encoding.UTF8.GetBytes(field.Name))];
        for (var index = 0; index < fields.Length; index++)
            Required |= fields[index].Required ? 1UL << index : 0;
        for (_multiplier = 0x9E3779B97F4A7C15; !TryFill(); _multiplier += 0xD1B54A32D192ED02)
        {
        }
    }

    /// <summary>The fields, those that are stored in the contract's order.</summary>
    public IReadOnlyList<Field> Fields => _fields;

    private static readonly FieldTable Chat = new(BodyFields.ChatCompletions);
    private static readonly FieldTable Messages = new(BodyFields.Messages);
    private static readonly FieldTable Responses = new(BodyFields.Responses);

    /// <summary>The fields of bodies of <paramref name="kind"/>.</summary>
    public static FieldTable For(BodyKind kind) => kind switch
    {
        BodyKind.ChatCompletions => Chat,
        BodyKind.Messages => Messages,
        BodyKind.Responses => Responses,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>A bit for each field that must be there.</summary>
    internal ulong Required { get; }

    internal Field this[int index] => _fields[index];

    internal ReadOnlySpan<byte> NameOf(int index) => _names[index];

    /// <summary>The index of the field of that name and signature (<see cref="KeySet.Signature"/>), or -1.</summary>
    internal int Find(ReadOnlySpan<byte> name, ulong signature)
    {
        var index = _slots[Slot(signature)] - 1;
        return index >= 0 && name.SequenceEqual(_names[index]) ? index : -1;
    }

    private int Slot(ulong signature) => (int)(signature * _multiplier >> (64 - SlotBits));

    private bool TryFill()
    {
        Array.Clear(_slots);
        for (var index = 0; index < _names.Length; index++)
        {
            ref var slot = ref _slots[Slot(KeySet.Signature(_names[index], 0, _names[index].Length))];
            if (slot != 0)
                return false;
            slot = (byte)(index + 1);
        }
        return true;
    }
}
