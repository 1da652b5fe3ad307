namespace Presets;

/// <summary>Makes the locked paths of one body those of another.</summary>
internal static class LockConversion
{
    /// <summary>
    /// The paths of a <paramref name="to"/> body that say what <paramref name="locked"/> locks. A path inside a value
    /// that changes its shape locks all of the value.
    /// </summary>
    public static IReadOnlyList<LockedPath> Convert(IReadOnlyList<LockedPath> locked, BodyKind from, BodyKind to)
    {
        var paths = locked.SelectMany(path => Convert(path, from, to)).DistinctBy(path => path.ToString()).ToList();
        return paths.FindAll(path => !paths.Exists(other => other != path && path.IsIn(other)));
    }

    private static IEnumerable<LockedPath> Convert(LockedPath locked, BodyKind from, BodyKind to)
    {
        var isField = false;
        foreach (var field in ConvertedFields.All)
        {
            if (field.In(from) is not { } name)
                continue;
            var place = LockedPath.Parse(name);
            if (!place.IsIn(locked) && !locked.IsIn(place))
                continue;
            isField = true;
            if (field.In(to) is { } there)
            {
                var rest = field.Conversion is null ? locked.Path.Skip(place.Path.Length) : [];
                yield return new LockedPath([.. there.Split('.'), .. rest]);
            }
        }

        // An object of both bodies is locked as a whole, and so is a field that presets do not hold.
        var top = locked.Path[0];
        if (isField ? locked.Path.Length == 1 && Stores(to, top) : Knows(to, top) || !Knows(from, top))
            yield return locked;
    }

    private static bool Stores(BodyKind kind, string name) =>
        FieldTable.ForConfig(kind).Fields.Any(field => field.Name == name);

    private static bool Knows(BodyKind kind, string name) =>
        FieldTable.For(kind).Fields.Any(field => field.Name == name);
}
