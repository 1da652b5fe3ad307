namespace Presets;

/// <summary>The objects and lists that are open at one place of a JSON text.</summary>
internal struct Nesting
{
    // The innermost is the lowest bit: 1 is an object, 0 a list. BodyFilter.MaxDepth is the number of bits.
    private ulong open;

    /// <summary>How many are open.</summary>
    internal int Depth { get; private set; }

    /// <summary>Whether the innermost is an object.</summary>
    internal readonly bool InObject => (open & 1) != 0;

    /// <summary>An object or list opens; false when it is too deep.</summary>
    internal bool TryOpen(bool isObject)
    {
        if (Depth == BodyFilter.MaxDepth)
            return false;
        Depth++;
        open = open << 1 | (isObject ? 1UL : 0);
        return true;
    }

    /// <summary>The innermost closes; false when there is none, or it is of the other kind.</summary>
    internal bool TryClose(bool isObject)
    {
        if (Depth == 0 || InObject != isObject)
            return false;
        Depth--;
        open >>= 1;
        return true;
    }
}
