namespace Presets;

/// <summary>The persisted fields of a body, in the order in which they stand there.</summary>
/// <param name="entries">Room for every field of a table.</param>
internal ref struct PersistedFields(Span<PersistedFields.Entry> entries)
{
    private readonly Span<Entry> entries = entries;
    private int count;

    /// <summary>The index of a field in its table, and where its value starts and ends in the body.</summary>
    internal record struct Entry(int Field, int Start, int End);

    internal void Add(int field, int start, int end) => entries[count++] = new Entry(field, start, end);

    /// <summary>A JSON object of the fields, each under its plain name, its value as it stands in the body.</summary>
    internal readonly byte[] ToConfig(FieldTable table, ReadOnlySpan<byte> body)
    {
        var found = entries[..count];
        var length = 2 + Math.Max(0, count - 1);
        foreach (var (field, start, end) in found)
            length += table.NameOf(field).Length + 3 + end - start;
        var config = GC.AllocateUninitializedArray<byte>(length);
        var rest = config.AsSpan();
        var opening = "{\""u8;
        foreach (var (field, start, end) in found)
        {
            Append(ref rest, opening);
            Append(ref rest, table.NameOf(field));
            Append(ref rest, "\":"u8);
            Append(ref rest, body[start..end]);
            opening = ",\""u8;
        }
        Append(ref rest, count == 0 ? "{}"u8 : "}"u8);
        return config;
    }

    private static void Append(ref Span<byte> destination, ReadOnlySpan<byte> text)
    {
        text.CopyTo(destination);
        destination = destination[text.Length..];
    }
}
