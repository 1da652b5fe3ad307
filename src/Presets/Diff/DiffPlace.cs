using System.Globalization;

namespace Presets;

/// <summary>
/// A place in two configs at once. It is a link to the place around it: a path is as long as the names that lead to it,
/// so it is only spelled out for a change that is kept.
/// </summary>
internal sealed class DiffPlace
{
    private readonly DiffPlace? parent;
    private readonly string? name;
    private readonly int from;
    private readonly int to;

    private DiffPlace()
    {
    }

    /// <summary>A member of an object.</summary>
    internal DiffPlace(DiffPlace parent, string name)
    {
        this.parent = parent;
        this.name = name;
        Length = parent.Length + 1 + name.Length;
    }

    /// <summary>An element of an array, by its index in either config.</summary>
    internal DiffPlace(DiffPlace parent, int from, int to)
    {
        this.parent = parent;
        this.from = from;
        this.to = to;
        Length = parent.Length + 1 + "100000".Length;
    }

    /// <summary>The whole config.</summary>
    internal static DiffPlace Root { get; } = new();

    /// <summary>About how long a path is.</summary>
    internal long Length { get; }

    /// <summary>The JSON Pointer (RFC 6901) in the old config.</summary>
    internal string FromPath => Path(place => place.from);

    /// <summary>The JSON Pointer in the new config.</summary>
    internal string ToPath => Path(place => place.to);

    private string Path(Func<DiffPlace, int> index)
    {
        var segments = new Stack<string>();
        for (var place = this; place.parent is not null; place = place.parent)
        {
            segments.Push(place.name is null
                ? index(place).ToString(CultureInfo.InvariantCulture)
                : place.name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal));
            segments.Push("/");
        }
        return string.Concat(segments);
    }
}
