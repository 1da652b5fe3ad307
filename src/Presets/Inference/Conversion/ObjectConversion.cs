using System.Text.Json;

namespace Presets;

/// <summary>
/// An object of one body that is taken apart, by a table of its fields, and put together for another body. What is not
/// carried over by the end has no counterpart there.
/// </summary>
internal sealed class ObjectConversion
{
    private readonly ConvertedField[] table;
    private readonly JsonElement source;

    // What the object says, in its order: its members, and where the table goes into one, the members of that.
    private readonly List<string> places;
    private readonly HashSet<string> carried = [];
    private readonly List<(string From, string To, byte[] Value)> target = [];
    private readonly List<string> lost = [];

    private ObjectConversion(ConvertedField[] table, JsonElement source, BodyKind from, BodyKind to)
    {
        this.table = table;
        this.source = source;
        (From, To) = (from, to);
        places = [.. JsonElements.NamesOf(source).SelectMany(name =>
            source.Member(name) is { ValueKind: JsonValueKind.Object } inner && IsTakenApart(name)
                ? JsonElements.NamesOf(inner).Select(member => $"{name}.{member}")
                : [name])];
    }

    public BodyKind From { get; }

    public BodyKind To { get; }

    /// <summary>The places of the source that are not carried over, in its order.</summary>
    public IEnumerable<string> Dropped => places.SelectMany(place =>
        carried.Contains(place)
            ? lost.Where(part => part.StartsWith(place, StringComparison.Ordinal) && part[place.Length] is '.' or '[')
            : [place]);

    /// <summary>Converts an object by a table.</summary>
    public static ObjectConversion Convert(ConvertedField[] table, JsonElement source, BodyKind from, BodyKind to)
    {
        var conversion = new ObjectConversion(table, source, from, to);
        // A field that the other body has under the same name keeps it.
        foreach (var field in table.Where(field => field.Conversion is null)
            .OrderByDescending(field => field.In(from) == field.In(to)))
        {
            if (field.In(from) is { } place && field.In(to) is { } there)
                conversion.Carry(place, there);
        }

        foreach (var convert in table.Select(field => field.Conversion).OfType<Action<ObjectConversion>>().Distinct())
            convert(conversion);
        return conversion;
    }

    /// <summary>What the source says at a place; null for nothing.</summary>
    public JsonElement? Find(string place) => place.Split('.')
        .Aggregate<string, JsonElement?>(source, (value, name) => value?.Member(name));

    /// <summary>Whether the target says something at a place already.</summary>
    public bool Has(string place) => target.Exists(field => field.To == place);

    /// <summary>Carries over what the source says at a place, if anything, as it is spelled.</summary>
    public void Carry(string from, string to)
    {
        if (Find(from) is { } value)
            Carry(from, to, value.Raw());
    }

    /// <summary>
    /// Says in the target what the source says at a place. What the target says there already stays: then the source's
    /// is carried over only if it is the same.
    /// </summary>
    public void Carry(string from, string to, byte[] value)
    {
        if (carried.Contains(from))
            return;
        var there = target.Find(field => field.To == to).Value;
        if (there is null)
            target.Add((from, to, value));
        if (there is null || JsonEquality.AreSame(there, value))
            carried.Add(from);
    }

    /// <summary>Says in the target what the source does not say, because the target asks for it.</summary>
    public void Add(string to, byte[] value) => target.Add(("", to, value));

    /// <summary>Leaves out what the target does without being told.</summary>
    public void Omit(string place) => carried.Add(place);

    /// <summary>Names a part that is lost of a value that is carried over.</summary>
    public void Lose(string part) => lost.Add(part);

    /// <summary>Names the parts that are lost of the object at a place.</summary>
    public void Lose(string place, IEnumerable<string> parts) => lost.AddRange(parts.Select(part => $"{place}.{part}"));

    /// <summary>The target as it is.</summary>
    public byte[] ToJson() => JsonElements.Object(ToValues());

    /// <summary>The members of the target, in the order of the source.</summary>
    public IEnumerable<(string Name, byte[] Value)> ToValues() => target
        .OrderBy(field => OrderOf(field.From))
        .GroupBy(field => field.To.Split('.')[0])
        .Select(field => (field.Key, Assemble(field.Key, [.. field])));

    /// <summary>Takes a member of the target back: what it says is not carried over.</summary>
    public void TakeBack(string name) =>
        carried.ExceptWith(target.Where(field => field.To.Split('.')[0] == name).Select(field => field.From));

    private byte[] Assemble(string name, (string From, string To, byte[] Value)[] parts)
    {
        var value = parts[0].To == name
            ? parts[0].Value
            : JsonElements.Object(parts.Select(part => (part.To[(name.Length + 1)..], part.Value)));
        // White space is kept as well where nothing has changed.
        return source.Member(name)?.Raw() is { } same && JsonEquality.AreSame(same, value) ? same : value;
    }

    // What was added comes last.
    private uint OrderOf(string from) =>
        (uint)places.FindIndex(place => from == place || from.StartsWith(place + ".", StringComparison.Ordinal));

    private bool IsTakenApart(string name) =>
        Array.TrueForAll(table, field => field.In(From) != name)
        && Array.Exists(table, field => field.In(From)?.StartsWith(name + ".", StringComparison.Ordinal) == true);
}
