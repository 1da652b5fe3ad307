namespace Presets.Architecture.Tests;

/// <summary>Which project may use which. A new project of <c>src</c> needs a line here.</summary>
public sealed class RoomTests
{
    private static readonly Dictionary<string, string[]> Rooms = new()
    {
        ["Presets"] = [],
        ["Storage"] = ["Presets"],
        ["Api"] = ["Presets", "Storage"],
        ["Grains.Interfaces"] = ["Presets"],
        ["Grains"] = ["Presets", "Grains.Interfaces"],
        ["Silo"] = ["Presets", "Storage", "Api", "Grains.Interfaces", "Grains", "Console"],
        ["Console"] = ["Presets", "Api"],
    };

    private static readonly string[] WithoutOrleans = ["Presets", "Storage", "Api", "Console"];

    public static TheoryData<string> Names => [.. Project.In("src").Select(project => project.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_project_references_the_rooms_it_may_use(string name) =>
        Assert.Subset(Rooms[name].ToHashSet(), Find(name).Projects.ToHashSet());

    // A reference may also come by way of another project.
    [Theory]
    [MemberData(nameof(Names))]
    public void An_assembly_uses_the_rooms_it_may_use(string name)
    {
        var rooms = Project.In("src").ToDictionary(project => project.Load().GetName().Name!, project => project.Name);

        var used = References(name).Where(rooms.ContainsKey).Select(assembly => rooms[assembly]);

        Assert.Subset(Rooms[name].ToHashSet(), used.ToHashSet());
    }

    [Fact]
    public void The_domain_uses_nothing_but_the_base_library()
    {
        var baseLibrary = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

        Assert.Empty(Find("Presets").Packages);
        Assert.All(
            References("Presets"), name => Assert.True(File.Exists(Path.Combine(baseLibrary, name + ".dll")), name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Orleans_stays_in_its_rooms(string name)
    {
        if (!WithoutOrleans.Contains(name))
            return;

        var used = References(name).Concat(Find(name).Packages);

        Assert.DoesNotContain(used, assembly => assembly.Contains("Orleans", StringComparison.Ordinal));
    }

    [Fact]
    public void The_api_does_not_name_Orleans()
    {
        var files = Repository.Files.Where(path => path.StartsWith("src/Api/", StringComparison.Ordinal));

        Violations.AssertNone("lines of src/Api name Orleans", Repository.LinesWith("Orleans", files));
    }

    [Fact]
    public void A_project_has_one_namespace()
    {
        var others =
            from project in new[] { "src", "tests", "benchmarks" }.SelectMany(Project.In)
            from path in Repository.CodeOf(project.Folder)
            from line in Repository.ReadLines(path)
            where line.StartsWith("namespace ", StringComparison.Ordinal)
            where line != $"namespace {project.RootNamespace};"
            select $"{path}: {line} (not {project.RootNamespace})";

        Violations.AssertNone("files are in another namespace than their project's", others);
    }

    private static Project Find(string name) => Project.In("src").Single(project => project.Name == name);

    private static IEnumerable<string> References(string name) =>
        Find(name).Load().GetReferencedAssemblies().Select(reference => reference.Name!);
}
