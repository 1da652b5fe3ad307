using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Presets.Tests;

/// <summary>Changes as a client of the API gets them, and how it applies them.</summary>
internal static class WrittenChanges
{
    internal static string Between(string from, string to)
    {
        var json = new ArrayBufferWriter<byte>();
        ConfigDiff.Write(json, ConfigDiff.Compare(Encoding.UTF8.GetBytes(from), Encoding.UTF8.GetBytes(to)));
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }

    internal static JsonTree Apply(string from, string changes)
    {
        // The config is the member with the empty name, so that the whole is replaced like any other member.
        var root = JsonTree.Parse($"{{\"\":{from}}}");
        using var document = JsonDocument.Parse(changes);
        var list = document.RootElement.EnumerateArray().ToList();
        var taken = list.Where(change => Op(change) is "remove" or "move")
            .ToDictionary(OldPath, change => Find(root, OldPath(change)));
        foreach (var place in taken.Values)
            place.Parent.Children.RemoveAll(child => ReferenceEquals(child.Value, place.Value));
        foreach (var change in list)
        {
            var path = change.GetProperty("path").GetString()!;
            if (Op(change) == "add")
                Insert(root, path, JsonTree.Of(change.GetProperty("to")));
            else if (Op(change) == "move")
                Insert(root, path, taken[OldPath(change)].Value);
            else if (Op(change) == "replace")
                Replace(Find(root, path), change);
            else if (Op(change) == "reorder")
                Reorder(Find(root, path).Value, change);
        }
        return root.Children.Single().Value;
    }

    private static string Op(JsonElement change) => change.GetProperty("op").GetString()!;

    private static string OldPath(JsonElement change) =>
        change.GetProperty(Op(change) == "move" ? "from" : "path").GetString()!;

    private static void Replace((JsonTree Parent, JsonTree Value) place, JsonElement change)
    {
        Assert.Equal(JsonTree.Of(change.GetProperty("from")).ToString(), place.Value.ToString());
        var index = place.Parent.Children.FindIndex(child => ReferenceEquals(child.Value, place.Value));
        var name = place.Parent.Children[index].Name;
        place.Parent.Children[index] = (name, JsonTree.Of(change.GetProperty("to")));
    }

    private static void Reorder(JsonTree value, JsonElement change)
    {
        var names = change.GetProperty("to").EnumerateArray().Select(name => name.GetString()!).ToList();
        Assert.Equal(names.Order(), value.Children.Select(child => child.Name).Order());
        value.Children.Sort((left, right) => names.IndexOf(left.Name) - names.IndexOf(right.Name));
    }

    private static void Insert(JsonTree root, string path, JsonTree value)
    {
        var end = path.LastIndexOf('/');
        var parent = Find(root, path[..end]).Value;
        var name = Unescape(path[(end + 1)..]);
        if (parent.IsObject)
            parent.Children.Add((name, value));
        else
            parent.Children.Insert(int.Parse(name, CultureInfo.InvariantCulture), ("", value));
    }

    private static (JsonTree Parent, JsonTree Value) Find(JsonTree root, string path)
    {
        var (parent, value) = (root, root);
        foreach (var segment in ("/" + path).Split('/').Skip(1).Select(Unescape))
        {
            parent = value;
            value = parent.IsObject
                ? parent.Children.Single(child => child.Name == segment).Value
                : parent.Children[int.Parse(segment, CultureInfo.InvariantCulture)].Value;
        }
        return (parent, value);
    }

    private static string Unescape(string segment) =>
        segment.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
}
