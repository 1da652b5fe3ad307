namespace Presets.Api;

/// <summary>Settings that a program has beside those of the API; it reads and checks them itself.</summary>
/// <param name="Section">The section they are in, <c>Cluster</c>.</param>
/// <param name="Usage">What <c>--help</c> says of them, after the API's own.</param>
public sealed record FurtherSettings(string Section, string Usage);
