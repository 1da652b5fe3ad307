using System.Text.RegularExpressions;

namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed partial class ApiPageTests(OneNodeHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task The_examples_that_read_what_changed_run_as_they_stand(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var page = await File.ReadAllTextAsync(Path.Combine(Repository(), "docs", "api.md"));
        var section = page[page.IndexOf("## Seeing what changed", StringComparison.Ordinal)..];
        section = section[..section.IndexOf("\n## ", StringComparison.Ordinal)];
        var paths = Example().Matches(section).Select(match => match.Groups[1].Value).ToList();
        foreach (var temperature in (string[])["0.2", "0.7"])
            (await host.Client.CreateAsync("my-preset", $"\"temperature\":{temperature}")).Expect(200);

        Assert.True(paths.Count >= 4, string.Join('\n', paths));
        foreach (var path in paths)
            (await host.Client.GetAsync(path)).Expect(200);
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Presets.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }

    [GeneratedRegex(
        """^curl -H "Authorization: Bearer \$KEY" "http://127\.0\.0\.1:8080/api/v1(/[^"]+)"$""",
        RegexOptions.Multiline)]
    private static partial Regex Example();
}
