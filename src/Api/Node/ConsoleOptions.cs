using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Presets.Api;

/// <summary>Where the web console is.</summary>
public sealed record ConsoleOptions
{
    /// <summary>The section of the configuration.</summary>
    internal const string Section = "Console";

    /// <summary>Where the OpenAPI document can be read as pages, wherever the console is.</summary>
    internal const string DocsPath = "/docs";

    /// <summary>Whether there is one.</summary>
    [Description("whether the node serves the web console")]
    public bool Enabled { get; init; } = true;

    /// <summary>The path that its pages are under.</summary>
    [Description("the path of the web console")]
    [RegularExpression("(/[A-Za-z0-9_-]+)+", ErrorMessage = "must be a path such as /console")]
    public string Path { get; init; } = "/console";

    /// <summary>The path; null when there is no console.</summary>
    internal string? MappedPath => Enabled ? Path : null;
}
