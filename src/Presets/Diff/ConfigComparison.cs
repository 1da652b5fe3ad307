using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Presets;

/// <summary>One pass over two configs that collects what differs.</summary>
internal sealed class ConfigComparison(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to)
{
    // What a change takes as JSON beside its path and values.
    private const int Overhead = 48;

    // Changes that take this many bytes, and several times what the values do, are no longer easier to read.
    private const int Readable = 1 << 16;
    private const int Times = 4;

    private readonly record struct Entry(
        DiffPlace Place, ConfigChangeOp Op, ReadOnlyMemory<byte>? From, ReadOnlyMemory<byte>? To)
    {
        // A move spells its two paths as values too.
        internal long Size =>
            Overhead + Place.Length * (Op == ConfigChangeOp.Move ? 3 : 1) + (From?.Length ?? 0) + (To?.Length ?? 0);

        internal ConfigChange ToChange() => Op switch
        {
            ConfigChangeOp.Move => Moved(Place.FromPath, Place.ToPath),
            ConfigChangeOp.Remove => new ConfigChange(Place.FromPath, Op, From, To),
            _ => new ConfigChange(Place.ToPath, Op, From, To),
        };

        private static ConfigChange Moved(string from, string to) =>
            new(to, ConfigChangeOp.Move, Quote(from), Quote(to));
    }

    private readonly List<Entry> entries = [];
    private long size;

    internal ConfigChange[] Run()
    {
        using var before = JsonDocument.Parse(from);
        using var after = JsonDocument.Parse(to);
        Compare(DiffPlace.Root, before.RootElement, after.RootElement);
        return [.. entries.Select(entry => entry.ToChange())];
    }

    private void Compare(DiffPlace place, JsonElement before, JsonElement after)
    {
        var (old, @new) = (Raw(from, before), Raw(to, after));
        // Most of a config is the same bytes.
        if (old.Span.SequenceEqual(@new.Span))
            return;
        var (count, sizeSoFar) = (entries.Count, size);
        var whole = new Entry(place, ConfigChangeOp.Replace, old, @new);
        if (before.ValueKind == JsonValueKind.Object && after.ValueKind == JsonValueKind.Object)
            CompareObjects(place, before, after);
        else if (HoldsOnlyObjects(before) && HoldsOnlyObjects(after))
            CompareArrays(place, [.. before.EnumerateArray()], [.. after.EnumerateArray()]);
        else if (!JsonEquality.AreSame(old.Span, @new.Span))
            Add(whole);
        // Thousands of changes that each spell a long path would make gigabytes of a config.
        if (size - sizeSoFar <= Math.Max(Readable, Times * whole.Size))
            return;
        entries.RemoveRange(count, entries.Count - count);
        size = sizeSoFar;
        Add(whole);
    }

    private void CompareObjects(DiffPlace place, JsonElement before, JsonElement after)
    {
        var olds = Members(before);
        var news = Members(after);
        foreach (var (name, value) in olds)
        {
            if (!news.ContainsKey(name))
                Add(new Entry(new DiffPlace(place, name), ConfigChangeOp.Remove, Raw(from, value), null));
        }
        var inOrder = true;
        var last = -1;
        foreach (var (name, value) in news)
        {
            var member = new DiffPlace(place, name);
            var index = olds.IndexOf(name);
            if (index >= 0)
                Compare(member, olds.GetAt(index).Value, value);
            else
                Add(new Entry(member, ConfigChangeOp.Add, null, Raw(to, value)));
            // What is added comes behind all that was there.
            var rank = index >= 0 ? index : olds.Count;
            inOrder &= rank >= last;
            last = rank;
        }
        if (!inOrder)
            Add(new Entry(place, ConfigChangeOp.Reorder, Names(before), Names(after)));
    }

    private void CompareArrays(DiffPlace place, JsonElement[] olds, JsonElement[] news)
    {
        var sources = FindSources(olds, news);
        var stays = LongestIncreasing.Mark(sources);
        var kept = new bool[olds.Length];
        foreach (var source in sources)
        {
            if (source >= 0)
                kept[source] = true;
        }
        for (var i = 0; i < olds.Length; i++)
        {
            if (!kept[i])
                Add(new Entry(new DiffPlace(place, i, -1), ConfigChangeOp.Remove, Raw(from, olds[i]), null));
        }
        for (var i = 0; i < news.Length; i++)
        {
            var element = new DiffPlace(place, sources[i], i);
            if (sources[i] < 0)
                Add(new Entry(element, ConfigChangeOp.Add, null, Raw(to, news[i])));
            else if (!stays[i])
                Add(new Entry(element, ConfigChangeOp.Move, null, null));
        }
        for (var i = 0; i < news.Length; i++)
        {
            if (sources[i] >= 0)
                Compare(new DiffPlace(place, sources[i], i), olds[sources[i]], news[i]);
        }
    }

    // For each new element the index of its old one, or -1. Where several have the same identity, or none, the first
    // belongs to the first, the second to the second.
    private static int[] FindSources(JsonElement[] olds, JsonElement[] news)
    {
        var seen = new Dictionary<ToolIdentity, int>();
        var places = new Dictionary<(ToolIdentity, int), int>();
        for (var i = 0; i < olds.Length; i++)
            places.Add(Next(seen, olds[i]), i);
        seen.Clear();
        return [.. news.Select(element => places.TryGetValue(Next(seen, element), out var source) ? source : -1)];
    }

    private static (ToolIdentity Identity, int Occurrence) Next(Dictionary<ToolIdentity, int> seen, JsonElement element)
    {
        var identity = ToolIdentity.Of(JsonMarshal.GetRawUtf8Value(element)).GetValueOrDefault();
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(seen, identity, out _);
        return (identity, count++);
    }

    private void Add(Entry entry)
    {
        entries.Add(entry);
        size += entry.Size;
    }

    private static bool HoldsOnlyObjects(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array
        && value.EnumerateArray().All(element => element.ValueKind == JsonValueKind.Object);

    private static OrderedDictionary<string, JsonElement> Members(JsonElement value)
    {
        var members = new OrderedDictionary<string, JsonElement>(value.GetPropertyCount());
        foreach (var member in value.EnumerateObject())
            members[member.Name] = member.Value;
        return members;
    }

    private static ReadOnlyMemory<byte> Names(JsonElement value)
    {
        var names = new ArrayBufferWriter<byte>();
        var opening = "[\""u8;
        foreach (var member in value.EnumerateObject())
        {
            names.Write(opening);
            names.Write(JsonMarshal.GetRawUtf8PropertyName(member));
            opening = "\",\""u8;
        }
        names.Write("\"]"u8);
        return names.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> Quote(string path)
    {
        var text = new ArrayBufferWriter<byte>(path.Length + 2);
        PresetJson.WriteText(text, path);
        return text.WrittenMemory;
    }

    private static ReadOnlyMemory<byte> Raw(ReadOnlyMemory<byte> text, JsonElement value)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value);
        text.Span.Overlaps(raw, out var start);
        return text.Slice(start, raw.Length);
    }
}
