using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Presets.Api;

/// <summary>Where the web console is.</summary>
public sealed record ConsoleOptions : IValidatableObject
{
    /// <summary>The section of the configuration.</summary>
    internal const string Section = "Console";

    /// <summary>Where the OpenAPI document can be read as pages, wherever the console is.</summary>
    internal const string DocsPath = "/docs";

    /// <summary>How the paths of all other routes begin.</summary>
    private static readonly string[] Taken = ["api", "docs", "health", "openapi"];

    /// <summary>Whether there is one.</summary>
    [Description("whether the node serves the web console")]
    public bool Enabled { get; init; } = true;

    /// <summary>The path that its pages are under.</summary>
    [Description("the path of the web console")]
    [RegularExpression("(/[A-Za-z0-9_-]+)+", ErrorMessage = "must be a path such as /console")]
    public string Path { get; init; } = "/console";

    /// <summary>Where it listens, when that is not where the API does.</summary>
    [Description("where the web console listens instead of where the API does, separated by semicolons")]
    [Urls]
    public string? Urls { get; init; }

    /// <summary>Where clients reach the API, for the calls that pages show.</summary>
    [Description("where clients reach the API, for the calls that the web console shows")]
    [BaseUrl]
    public string? ApiUrl { get; init; }

    /// <summary>The path; null when there is no console.</summary>
    internal string? MappedPath => Enabled ? Path : null;

    /// <summary>The addresses that it has to itself.</summary>
    internal IReadOnlyList<string> OwnUrls => Enabled ? UrlsAttribute.Split(Urls) : [];

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Taken.Contains(Path.Split('/')[1], StringComparer.OrdinalIgnoreCase))
        {
            yield return new(
                $"must not begin with /{string.Join(", /", Taken)}: other routes have these", [nameof(Path)]);
        }
    }
}
