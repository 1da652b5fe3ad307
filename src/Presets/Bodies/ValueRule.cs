using System.Globalization;

namespace Presets;

/// <summary>
/// The types a JSON value may have. An integer is a number without a fraction, however it is written (<c>1024.0</c>,
/// <c>1e3</c>).
/// </summary>
[Flags]
public enum JsonTypes
{
    /// <summary>Not checked.</summary>
    Any = 0,
    String = 1,
    Number = 2,
    Integer = 4,
    Boolean = 8,
    Object = 16,
    Array = 32,
}

/// <summary>
/// What a JSON value must be. Source: the contract's "What is refused with 400"; what is null here is not checked. Null
/// is no type: <see cref="Field.NullAllowed"/> says whether a value may be null; inside lists and objects it may not.
/// </summary>
/// <param name="Types">The types it may have.</param>
public sealed record ValueRule(JsonTypes Types)
{
    /// <summary>The least number, inclusive, compared exactly on the decimal text.</summary>
    public int? Minimum { get; init; }

    /// <summary>The greatest number, inclusive, compared exactly on the decimal text.</summary>
    public int? Maximum { get; init; }

    /// <summary>The most characters (Unicode code points, as JSON Schema counts) of a string.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Whether a string must be a UUID, as <c>550e8400-e29b-41d4-a716-446655440000</c>.</summary>
    public bool IsUuid { get; init; }

    /// <summary>The strings it may be.</summary>
    public IReadOnlyList<string>? OneOf { get; init; }

    /// <summary>Whether a string may not hold <c>@preset/</c>: a preset does not nest.</summary>
    public bool NamesModel { get; init; }

    /// <summary>The fewest entries of a list.</summary>
    public int? MinItems { get; init; }

    /// <summary>The most entries of a list.</summary>
    public int? MaxItems { get; init; }

    /// <summary>What each entry of a list must be.</summary>
    public ValueRule? Items { get; init; }

    /// <summary>The most members of an object.</summary>
    public int? MaxMembers { get; init; }

    /// <summary>The most characters (Unicode code points) of an object's names.</summary>
    public int? MaxNameLength { get; init; }

    /// <summary>What the value of each member of an object must be.</summary>
    public ValueRule? Members { get; init; }

    /// <summary>A member that an object must have, its other members being free.</summary>
    public (string Name, ValueRule Rule)? RequiredMember { get; init; }

    /// <summary>Whether the inside of a list is checked.</summary>
    internal bool LooksIntoArray => Items is not null || MaxItems is not null;

    /// <summary>Whether the inside of an object is checked.</summary>
    internal bool LooksIntoObject =>
        Members is not null || MaxMembers is not null || MaxNameLength is not null || RequiredMember is not null;

    /// <summary>The rule in words, to follow "must be".</summary>
    public override string ToString() => Describe(plural: false);

    private string Describe(bool plural)
    {
        var alternatives = new List<string>();
        if (Types.HasFlag(JsonTypes.String))
        {
            var bound = MaxLength is { } most ? Invariant($" of at most {most} characters") : "";
            alternatives.Add(Noun(plural, IsUuid ? "a UUID" : "a string", IsUuid ? "UUIDs" : "strings") + bound);
        }
        if (OneOf is not null)
            alternatives = [(plural ? "each one of " : "one of ") + string.Join(", ", OneOf)];
        if (Types.HasFlag(JsonTypes.Number))
            alternatives.Add(Noun(plural, "a number", "numbers") + Range());
        if (Types.HasFlag(JsonTypes.Integer))
            alternatives.Add(Noun(plural, "an integer", "integers") + Range());
        if (Types.HasFlag(JsonTypes.Boolean))
            alternatives.Add(Noun(plural, "true or false", "true or false"));
        if (Types.HasFlag(JsonTypes.Array))
            alternatives.Add(Noun(plural, "a list", "lists") + Entries());
        if (Types.HasFlag(JsonTypes.Object))
            alternatives.Add(Noun(plural, "an object", "objects") + Contents());
        return alternatives.Count == 0 ? "a JSON value" : string.Join(" or ", alternatives);
    }

    private string Range() =>
        (Minimum, Maximum) is ({ } least, { } most) ? Invariant($" from {least} to {most}") : "";

    private string Entries()
    {
        var count = (MinItems, MaxItems) switch
        {
            (null, null) => "",
            ({ } least, null) => Invariant($"at least {least} "),
            (_, { } most) => Invariant($"at most {most} "),
        };
        var entries = Items?.Describe(plural: true) ?? (count.Length > 0 ? "entries" : "");
        return entries.Length > 0 ? " of " + count + entries : "";
    }

    private string Contents()
    {
        if (RequiredMember is var (name, rule))
            return $" whose {name} is {rule}";
        if (Members is null)
            return "";
        var names = MaxNameLength is { } longest ? Invariant($"names of at most {longest} characters and ") : "";
        var count = MaxMembers is { } most ? Invariant($" of at most {most} members with ") : " of ";
        return count + names + "values that are " + Members.Describe(plural: true);
    }

    private static string Noun(bool plural, string one, string many) => plural ? many : one;

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
