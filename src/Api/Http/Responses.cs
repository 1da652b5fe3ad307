namespace Presets.Api;

/// <summary>One thing.</summary>
internal sealed record Single<T>(T Data)
    where T : notnull;

/// <summary>A part of a list.</summary>
internal sealed record Listing<T>(IReadOnlyList<T> Data, long TotalCount);

/// <summary>The thing was deleted.</summary>
internal sealed record DeletedResponse
{
    /// <summary>Always true.</summary>
    /// <example>true</example>
    public bool Deleted => true;
}
