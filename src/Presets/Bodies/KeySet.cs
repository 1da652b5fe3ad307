using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Presets;

/// <summary>
/// The names of the objects that are open at one place of a body, to find a duplicate. A stack: an object's names go when it closes. A small object is
/// searched name by name, comparing eight bytes at first; a large one is checked when it closes, in linear time whatever its names are.
/// </summary>
internal ref struct KeySet(ReadOnlySpan<byte> body, Span<KeySet.Entry> entries, Span<int> starts)
{
    /// <summary>A name: its bytes are in the body, or in <see cref="_unescaped"/> when <c>Offset</c> is negative (its complement).</summary>
    internal record struct Entry(ulong Signature, int Offset, int Length);

    private const int Small = 32;

    // Drawn for each process: names that collide under one value do not under another.
    private static readonly ulong Secret = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) >> 4;

    private readonly ReadOnlySpan<byte> _body = body;
    private readonly Span<int> _starts = starts;
    private Span<Entry> _entries = entries;
    private Entry[]? _rented;
    private byte[]? _unescaped;
    private int _unescapedLength;
    private int _depth;
    private int _start;
    private int _count;

    /// <summary>Eight bytes that tell most names apart, and all names of fewer than eight bytes. The bytes after the name may be anything.</summary>
    internal static ulong Signature(ReadOnlySpan<byte> text, int offset, int length)
    {
        if (length >= 8)
            return (BinaryPrimitives.ReadUInt64LittleEndian(text[offset..]) + BinaryPrimitives.ReadUInt64LittleEndian(text[(offset + length - 8)..]) * 31)
                ^ (ulong)length << 56;
        if (offset + 8 <= text.Length)
            return BinaryPrimitives.ReadUInt64LittleEndian(text[offset..]) & ((1UL << (length * 8)) - 1);
        var signature = 0UL;
        for (var i = length - 1; i >= 0; i--)
            signature = signature << 8 | text[offset + i];
        return signature;
    }

    /// <summary>An object opens.</summary>
    internal void Open()
    {
        _starts[_depth++] = _start;
        _start = _count;
    }

    /// <summary>The innermost object closes. Gives a name that it has twice, or false when there is none.</summary>
    internal bool Close(out Entry duplicate)
    {
        duplicate = default;
        var found = _count - _start > Small && FindDuplicate(out duplicate);
        _count = _start;
        _start = _starts[--_depth];
        return found;
    }

    /// <summary>Adds a name that stands in the body without escapes; false when the innermost object, if small, has it already.</summary>
    internal bool Add(int offset, int length, ulong signature) => Add(new Entry(signature, offset, length));

    /// <summary>Adds a name given as it is escaped in the body.</summary>
    internal bool AddEscaped(ReadOnlySpan<byte> escaped)
    {
        var name = Unescape(escaped, keep: true, out _);
        var offset = _unescapedLength - name.Length;
        return Add(new Entry(Signature(name, 0, name.Length), ~offset, name.Length));
    }

    /// <summary>The text of an escaped string, valid until the next call.</summary>
    internal ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> escaped, out TextFault fault) => Unescape(escaped, keep: false, out fault);

    /// <summary>The bytes of a name.</summary>
    internal readonly ReadOnlySpan<byte> Bytes(Entry entry) =>
        entry.Offset >= 0 ? _body.Slice(entry.Offset, entry.Length) : _unescaped.AsSpan(~entry.Offset, entry.Length);

    /// <summary>Gives the scratch memory back.</summary>
    internal readonly void Dispose()
    {
        if (_rented is not null)
            ArrayPool<Entry>.Shared.Return(_rented);
        if (_unescaped is not null)
            ArrayPool<byte>.Shared.Return(_unescaped);
    }

    private bool Add(Entry added)
    {
        var open = _entries[_start.._count];
        if (open.Length <= Small)
        {
            foreach (ref readonly var entry in open)
            {
                if (entry.Signature == added.Signature && Bytes(entry).SequenceEqual(Bytes(added)))
                    return false;
            }
        }
        if (_count == _entries.Length)
            Grow();
        _entries[_count++] = added;
        return true;
    }

    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> escaped, bool keep, out TextFault fault)
    {
        var needed = _unescapedLength + escaped.Length;
        if (_unescaped is null || _unescaped.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 2 * _unescapedLength));
            if (_unescaped is not null)
            {
                _unescaped.AsSpan(0, _unescapedLength).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(_unescaped);
            }
            _unescaped = larger;
        }
        var length = JsonText.Unescape(escaped, _unescaped.AsSpan(_unescapedLength), out fault);
        var text = _unescaped.AsSpan(_unescapedLength, length);
        if (keep)
            _unescapedLength += length;
        return text;
    }

    private void Grow()
    {
        var larger = ArrayPool<Entry>.Shared.Rent(_count * 2);
        _entries.CopyTo(larger);
        if (_rented is not null)
            ArrayPool<Entry>.Shared.Return(_rented);
        _entries = _rented = larger;
    }

    private readonly bool FindDuplicate(out Entry duplicate)
    {
        var open = _entries[_start.._count];
        var slotCount = (int)BitOperations.RoundUpToPowerOf2((uint)open.Length * 2);
        var slots = ArrayPool<int>.Shared.Rent(slotCount);
        try
        {
            slots.AsSpan(0, slotCount).Clear();
            for (var i = 0; i < open.Length; i++)
            {
                var name = Bytes(open[i]);
                var hash = open[i].Signature = Hash(name);
                var slot = (int)hash & (slotCount - 1);
                for (; slots[slot] != 0; slot = (slot + 1) & (slotCount - 1))
                {
                    ref readonly var other = ref open[slots[slot] - 1];
                    if (other.Signature == hash && Bytes(other).SequenceEqual(name))
                    {
                        duplicate = open[i];
                        return true;
                    }
                }
                slots[slot] = i + 1;
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(slots);
        }
        duplicate = default;
        return false;
    }

    // A polynomial in a secret, modulo 2^61 - 1, over pieces of seven bytes: two names collide for at most length / 7 secrets of 2^60, whoever
    // chose them. (A hash that only mixes well has collisions that an attacker can compute.)
    private static ulong Hash(ReadOnlySpan<byte> name)
    {
        const ulong Prime = (1UL << 61) - 1;
        var hash = (ulong)name.Length + 1;
        while (name.Length > 0)
        {
            var length = Math.Min(7, name.Length);
            var piece = Signature(name, 0, length);
            name = name[length..];
            var high = Math.BigMul(hash + piece, Secret, out var low);
            // high * 2^64 + low, with 2^61 = 1.
            hash = (low & Prime) + (low >> 61 | high << 3);
            hash = (hash & Prime) + (hash >> 61);
            hash = hash >= Prime ? hash - Prime : hash;
        }
        return hash;
    }
}
