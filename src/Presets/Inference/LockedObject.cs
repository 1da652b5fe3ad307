using System.Text;

namespace Presets;

/// <summary>
/// Writes an object of a request in which a preset locks paths: the request's members, and at those paths the
/// preset's values.
/// </summary>
internal sealed class LockedObject(Segments output, FieldLocks locks)
{
    /// <summary>Whether the preset gave anything so far.</summary>
    internal bool TookAny { get; private set; }

    /// <summary>Writes the value of a member.</summary>
    /// <param name="given">The preset's value of it; null for none.</param>
    /// <param name="paths">The locked paths, the first <paramref name="depth"/> names of which lead to it.</param>
    /// <exception cref="Refusal">The request sets what is locked, or has a name twice.</exception>
    internal void Write(
        JsonMembers holder, JsonMember member, ReadOnlyMemory<byte>? given, List<string[]> paths, int depth)
    {
        if (holder.TypeOf(member) != '{')
        {
            // Another value would displace what is locked inside the preset's.
            if (HasAny(given, paths, depth))
                throw locks.Locked(holder.PathOf(member));
            output.Copy(member.Start, member.End);
            return;
        }
        var members = holder.ReadObject(member);
        var theirs = ObjectOf(given);
        var inside = paths.GroupBy(path => path[depth]).ToDictionary(group => group.Key, group => group.ToList());
        string[] names = [.. inside.Keys];
        var at = member.Start;
        foreach (var inner in members.All)
        {
            var name = Encoding.UTF8.GetString(members.NameOf(inner));
            if (!inside.Remove(name, out var innerPaths))
            {
                if (!members.IsNull(inner) && Array.Exists(names, locked => FieldLocks.AreAlike(locked, name)))
                    throw locks.Locked(members.PathOf(inner));
                continue;
            }

            var value = ValueIn(theirs, name);
            if (members.IsNull(inner))
            {
                if (!HasAny(value, innerPaths, depth + 1))
                    continue;
                output.Copy(at, inner.Start);
                Take(value!.Value);
            }
            else if (innerPaths.Exists(path => path.Length == depth + 1))
            {
                if (value is not { } locked || !JsonEquality.AreSame(locked.Span, members.ValueOf(inner).Span))
                    throw locks.Locked(members.PathOf(inner));
                continue;
            }
            else
            {
                output.Copy(at, inner.Start);
                Write(members, inner, value, innerPaths, depth + 1);
            }
            at = inner.End;
        }
        output.Copy(at, members.End);
        Append(inside, theirs, depth + 1, isFirst: members.All.Count == 0);
        output.Copy(members.End, members.End + 1);
    }

    private void Append(Dictionary<string, List<string[]>> rest, JsonMembers? theirs, int depth, bool isFirst)
    {
        foreach (var (name, paths) in rest)
        {
            var value = ValueIn(theirs, name);
            if (!HasAny(value, paths, depth))
                continue;
            if (!isFirst)
                output.Add(JsonPieces.Comma);
            isFirst = false;
            output.Add(JsonPieces.Quote(name));
            output.Add(JsonPieces.Colon);
            Take(value!.Value);
        }
    }

    private void Take(ReadOnlyMemory<byte> value)
    {
        output.Add(value);
        TookAny = true;
    }

    // Whether a value of the preset has something at one of the paths.
    private static bool HasAny(ReadOnlyMemory<byte>? value, List<string[]> paths, int depth) =>
        paths.Exists(path => Has(value, path, depth));

    private static bool Has(ReadOnlyMemory<byte>? value, string[] path, int depth) =>
        value is not null && (depth == path.Length || Has(ValueIn(ObjectOf(value), path[depth]), path, depth + 1));

    private static JsonMembers? ObjectOf(ReadOnlyMemory<byte>? value) =>
        value is { } json && json.Span[0] == '{' ? JsonMembers.Scan(json, .., "") : null;

    private static ReadOnlyMemory<byte>? ValueIn(JsonMembers? members, string name) =>
        members?.Find(Encoding.UTF8.GetBytes(name)) is { } member && !members.IsNull(member)
            ? members.ValueOf(member)
            : default(ReadOnlyMemory<byte>?);
}
