namespace Presets;

/// <summary>The fields of a preset during one merge: which have found their place, and which are left out.</summary>
internal sealed class PresetFields(PresetPart part, MergeTarget target)
{
    // A bit for each that has found its place, or has none.
    private ulong used;

    /// <summary>The groups of <see cref="ExclusiveFields"/> of which the request sets one.</summary>
    internal int Displaced { get; set; }

    /// <summary>The names of what is left out; null for nothing.</summary>
    internal List<string>? Dropped { get; private set; }

    internal bool IsUsed(int index) => (used & 1UL << index) != 0;

    /// <summary>Something else stands in the place of a field, or -1 for none.</summary>
    internal void Use(int index) => used |= index < 0 ? 0 : 1UL << index;

    /// <summary>Whether the preset gives a field, or -1 for none, that the request leaves to it.</summary>
    internal bool TryTake(int index)
    {
        if (index < 0)
            return false;
        Use(index);
        var member = part.Members[index];
        if ((Displaced & member.Group) != 0)
            return false;
        if (!target.Drop.Contains(member.Name))
            return true;
        Drop(member.Name);
        return false;
    }

    internal void Drop(string field) => (Dropped ??= []).Add(field);
}
