using System.Reflection;
using System.Xml.Linq;

namespace Presets.Architecture.Tests;

/// <summary>A project as its file describes it.</summary>
internal sealed class Project
{
    private readonly XDocument file;

    private Project(string path)
    {
        Folder = Path.GetDirectoryName(path)!;
        file = XDocument.Load(Path.Combine(Repository.Root, path));
    }

    /// <summary>Its folder, from the root of the repository.</summary>
    internal string Folder { get; }

    /// <summary>The name of its folder.</summary>
    internal string Name => Path.GetFileName(Folder);

    internal string RootNamespace => file.Descendants("RootNamespace").Single().Value;

    /// <summary>The names of the projects that it references.</summary>
    internal IEnumerable<string> Projects =>
        Included("ProjectReference").Select(path => Path.GetFileName(Path.GetDirectoryName(path)!));

    internal IEnumerable<string> Packages => Included("PackageReference").Concat(Included("FrameworkReference"));

    internal Assembly Load() => Assembly.Load(file.Descendants("AssemblyName").Single().Value);

    internal static IEnumerable<Project> In(string folder) => Repository.Files
        .Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal))
        .Where(path => path.EndsWith(".csproj", StringComparison.Ordinal))
        .Select(path => new Project(path));

    private IEnumerable<string> Included(string item) =>
        file.Descendants(item).Select(reference => reference.Attribute("Include")!.Value);
}
