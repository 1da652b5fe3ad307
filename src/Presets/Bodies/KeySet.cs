using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Presets.Bodies;

/// <summary>
/// The names of the objects that are open at one place of a body, to find a duplicate. A stack: an object's names go when it closes. A small object is
/// searched name by name, comparing eight bytes at first; a large one is checked when it closes, in linear time whatever its names are.
/// </summary>
internal ref struct KeySet(ReadOnlySpan<byte> body, Span<ulong> signatures, Span<KeySet.Place> places, Span<int> starts)
{
    /// <summary>Where the bytes of a name are: in the body, or in <see cref="_unescaped"/> when <c>Offset</c> is negative (its complement).</summary>
    internal readonly record struct Place(int Offset, int Length);

    private const int Small = 32;

    // Drawn for each process: names that collide under one value do not under another.
    private static readonly ulong Secret = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) >> 4;

    private readonly ReadOnlySpan<byte> _body = body;
    private readonly Span<int> _starts = starts;
    private Span<ulong> _signatures = signatures;
    private Span<Place> _places = places;
    private ulong[]? _rentedSignatures;
    private Place[]? _rentedPlaces;
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
    internal bool Close(out Place duplicate)
    {
        duplicate = default;
        var found = _count - _start > Small && FindDuplicate(out duplicate);
        _count = _start;
        _start = _starts[--_depth];
        return found;
    }

    /// <summary>Adds a name that stands in the body without escapes; false when the innermost object, if small, has it already.</summary>
    internal bool Add(int offset, int length, ulong signature) => Add(new Place(offset, length), signature);

    /// <summary>Adds a name given as it is escaped in the body.</summary>
    internal bool AddEscaped(ReadOnlySpan<byte> escaped)
    {
        var name = Unescape(escaped, keep: true, out _);
        var offset = _unescapedLength - name.Length;
        return Add(new Place(~offset, name.Length), Signature(name, 0, name.Length));
    }

    /// <summary>The text of an escaped string, valid until the next call.</summary>
    internal ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> escaped, out TextFault fault) => Unescape(escaped, keep: false, out fault);

    /// <summary>The bytes of a name.</summary>
    internal readonly ReadOnlySpan<byte> Bytes(Place place) =>
        place.Offset >= 0 ? _body.Slice(place.Offset, place.Length) : _unescaped.AsSpan(~place.Offset, place.Length);

    /// <summary>Gives the scratch memory back.</summary>
    internal readonly void Dispose()
    {
        Return(_rentedSignatures, _rentedPlaces);
        if (_unescaped is not null)
            ArrayPool<byte>.Shared.Return(_unescaped);
    }

    private bool Add(Place place, ulong signature)
    {
        var open = _signatures[_start.._count];
        if (open.Length <= Small)
        {
            for (var i = 0; i < open.Length; i++)
            {
                if (open[i] == signature && Bytes(_places[_start + i]).SequenceEqual(Bytes(place)))
                    return false;
            }
        }
        if (_count == _signatures.Length)
            Grow();
        _signatures[_count] = signature;
        _places[_count++] = place;
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
        var signatures = ArrayPool<ulong>.Shared.Rent(_count * 2);
        var places = ArrayPool<Place>.Shared.Rent(signatures.Length);
        _signatures.CopyTo(signatures);
        _places[.._count].CopyTo(places);
        Return(_rentedSignatures, _rentedPlaces);
        _signatures = _rentedSignatures = signatures;
        _places = _rentedPlaces = places;
    }

    private static void Return(ulong[]? signatures, Place[]? places)
    {
        if (signatures is not null)
            ArrayPool<ulong>.Shared.Return(signatures);
        if (places is not null)
            ArrayPool<Place>.Shared.Return(places);
    }

    private readonly bool FindDuplicate(out Place duplicate)
    {
        var hashes = _signatures[_start.._count];
        var places = _places[_start.._count];
        var slotCount = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)places.Length * 2);
        var slots = ArrayPool<int>.Shared.Rent(slotCount);
        try
        {
            slots.AsSpan(0, slotCount).Clear();
            for (var i = 0; i < places.Length; i++)
            {
                var name = Bytes(places[i]);
                hashes[i] = Hash(name);
                var slot = (int)hashes[i] & (slotCount - 1);
                for (; slots[slot] != 0; slot = (slot + 1) & (slotCount - 1))
                {
                    var other = slots[slot] - 1;
                    if (hashes[other] == hashes[i] && Bytes(places[other]).SequenceEqual(name))
                    {
                        duplicate = places[i];
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
            var high = Math.BigMul(hash, Secret, out var low);
            // high * 2^64 + low, with 2^61 = 1.
            hash = (low & Prime) + (low >> 61 | high << 3) + piece;
            hash = (hash & Prime) + (hash >> 61);
            hash = hash >= Prime ? hash - Prime : hash;
        }
        return hash;
    }
}
