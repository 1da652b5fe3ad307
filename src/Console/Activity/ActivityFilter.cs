namespace Presets.Console;

/// <summary>What the history is narrowed by, as it stands in the address.</summary>
/// <param name="Actor">The hash of a key, or a user id.</param>
/// <param name="Since">A time.</param>
public sealed record ActivityFilter(string? Slug, string? Actor, string? Since)
{
    /// <summary>Whether it leaves nothing out.</summary>
    public bool IsEmpty => this is { Slug: null, Actor: null, Since: null };

    /// <summary>The parts of the address.</summary>
    /// <param name="offset">How many records to skip.</param>
    public (string Name, object? Value)[] Query(long offset = 0) =>
        [("slug", Slug), ("actor", Actor), ("since", Since), ("offset", offset > 0 ? offset : null)];

    internal static ActivityFilter Of(HttpRequest request) => new(
        Api.Query.Text(request, "slug"), Api.Query.Text(request, "actor"), Api.Query.Text(request, "since"));
}
