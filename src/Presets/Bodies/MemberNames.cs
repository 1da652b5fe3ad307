using System.Buffers;
using System.Numerics;

namespace Presets;

/// <summary>
/// The member names of the objects that are open at one place of a body, to find a duplicate. A stack: an object's
/// names go when it closes. A small object is searched name by name, eight bytes first; a large one is checked when it
/// closes, in linear time whatever its names are.
/// </summary>
/// <param name="entries">Room for names; more is rented.</param>
/// <param name="starts">Room for a number for each object that may be open, and one more.</param>
internal ref struct MemberNames(ReadOnlySpan<byte> body, Span<MemberNames.Entry> entries, Span<int> starts)
{
    /// <summary>
    /// A name. Its bytes are in the body, or in <see cref="unescaped"/> when <c>Offset</c> is negative (a complement).
    /// </summary>
    internal record struct Entry(ulong Signature, int Offset, int Length);

    /// <summary>Names of the objects that are open at one place, before more memory is rented.</summary>
    internal const int Room = 40;

    private const int Small = 32;

    private readonly ReadOnlySpan<byte> body = body;
    private readonly Span<int> starts = starts;
    private Span<Entry> entries = entries;
    private Entry[]? rented;
    private byte[]? unescaped;
    private int unescapedLength;
    private int depth;
    private int start;
    private int count;

    internal void Open()
    {
        starts[depth++] = start;
        start = count;
    }

    /// <summary>The innermost object closes. Gives a name that it has twice, or false when there is none.</summary>
    internal bool Close(out Entry duplicate)
    {
        duplicate = default;
        var found = count - start > Small && FindDuplicate(out duplicate);
        count = start;
        start = starts[--depth];
        return found;
    }

    /// <summary>
    /// Adds a name that stands in the body without escapes; false when the innermost object, if small, has it already.
    /// </summary>
    internal bool Add(int offset, int length, ulong signature) => Add(new Entry(signature, offset, length));

    /// <summary>Adds a name given as it is escaped in the body; false as above.</summary>
    internal bool AddEscaped(ReadOnlySpan<byte> escaped)
    {
        var name = Unescape(escaped, keep: true);
        var offset = unescapedLength - name.Length;
        return Add(new Entry(NameHash.Signature(name, 0, name.Length), ~offset, name.Length));
    }

    /// <summary>The text of an escaped string, valid until the next call.</summary>
    internal ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> escaped) => Unescape(escaped, keep: false);

    /// <summary>The bytes of a name.</summary>
    internal readonly ReadOnlySpan<byte> Bytes(Entry entry) =>
        entry.Offset >= 0 ? body.Slice(entry.Offset, entry.Length) : unescaped.AsSpan(~entry.Offset, entry.Length);

    /// <summary>Gives the scratch memory back.</summary>
    internal readonly void Dispose()
    {
        if (rented is not null)
            ArrayPool<Entry>.Shared.Return(rented);
        if (unescaped is not null)
            ArrayPool<byte>.Shared.Return(unescaped);
    }

    private bool Add(Entry added)
    {
        var open = entries[start..count];
        if (open.Length <= Small)
        {
            foreach (ref readonly var entry in open)
            {
                if (entry.Signature == added.Signature && Bytes(entry).SequenceEqual(Bytes(added)))
                    return false;
            }
        }
        if (count == entries.Length)
            Grow();
        entries[count++] = added;
        return true;
    }

    private ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> escaped, bool keep)
    {
        var needed = unescapedLength + escaped.Length;
        if (unescaped is null || unescaped.Length < needed)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, 2 * unescapedLength));
            if (unescaped is not null)
            {
                unescaped.AsSpan(0, unescapedLength).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(unescaped);
            }
            unescaped = larger;
        }
        var length = JsonText.Unescape(escaped, unescaped.AsSpan(unescapedLength), out _);
        var text = unescaped.AsSpan(unescapedLength, length);
        if (keep)
            unescapedLength += length;
        return text;
    }

    private void Grow()
    {
        var larger = ArrayPool<Entry>.Shared.Rent(count * 2);
        entries.CopyTo(larger);
        if (rented is not null)
            ArrayPool<Entry>.Shared.Return(rented);
        entries = rented = larger;
    }

    private readonly bool FindDuplicate(out Entry duplicate)
    {
        var open = entries[start..count];
        var slotCount = (int)BitOperations.RoundUpToPowerOf2((uint)open.Length * 2);
        var slots = ArrayPool<int>.Shared.Rent(slotCount);
        try
        {
            slots.AsSpan(0, slotCount).Clear();
            for (var i = 0; i < open.Length; i++)
            {
                var name = Bytes(open[i]);
                var hash = open[i].Signature = NameHash.Keyed(name);
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
}
