namespace Presets;

/// <summary>The objects and lists that are open at one place of a JSON text.</summary>
/// <param name="maxDepth">
/// How many may be open: up to 64, or 65 if the outermost is an object.
/// </param>
internal struct Nesting(int maxDepth)
{
    // The innermost is the lowest bit: 1 is an object, 0 a list.
    private ulong open;

    /// <summary>How many are open.</summary>
    internal int Depth { get; private set; }

    /// <summary>Whether the innermost is an object.</summary>
    internal readonly bool InObject => (open & 1) != 0;

    /// <summary>An object or list opens; false when it is too deep.</summary>
    internal bool TryOpen(bool isObject)
    {
        if (Depth == maxDepth)
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
        // Of 65 bits the outermost was lost; as an object it comes back.
        open = open >> 1 | 1UL << 63;
        return true;
    }
}
