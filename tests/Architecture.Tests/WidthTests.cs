using System.Globalization;
using System.Text.RegularExpressions;

namespace Presets.Architecture.Tests;

/// <summary>Lines end at column 120.</summary>
public sealed partial class WidthTests
{
    private const int Limit = 120;

    // What people write. JSON is not: docs/openapi.json and lock files are generated, the contract's OpenAPI document
    // is as it was published, and no string can be broken. Nor is Presets.sln, nor BannedSymbols.txt, a line of which
    // is one symbol, nor the console's editor, which a bundler makes.
    private static readonly string[] Written =
    [
        ".cs", ".csproj", ".props", ".targets", ".md", ".sql", ".sh", ".mjs", ".js", ".css", ".razor", ".lua", ".yaml",
        ".yml", ".conf", ".editorconfig", ".gitignore", "",
    ];

    [Fact]
    public void Lines_end_at_column_120()
    {
        var wide =
            from path in Repository.Files
            where Written.Contains(Path.GetExtension(path)) && path != "src/Console/Assets/editor.js"
            from line in Repository.ReadLines(path).Select((text, index) => (Text: text, Number: index + 1))
            let width = new StringInfo(line.Text).LengthInTextElements
            where width > Limit && !IsUnbreakable(path, line.Text)
            select $"{path}:{line.Number}: {width} columns";

        Violations.AssertNone($"lines are wider than {Limit} columns", wide);
    }

    [Theory]
    [InlineData("a.md", "| a row of a table |", true)]
    [InlineData("a.md", "[1]: https://example.org/", true)]
    [InlineData("a.cs", "// See https://example.org/", true)]
    [InlineData("a.cs", "| a row of a table |", false)]
    [InlineData("a.md", "Prose, and no more.", false)]
    public void A_row_of_a_table_and_an_address_cannot_be_broken(string path, string text, bool unbreakable)
    {
        Assert.Equal(unbreakable, IsUnbreakable(path, text + new string('x', Limit)));
    }

    // Markdown cannot break a row of a table, and a broken address leads nowhere; what stands beside it has to fit.
    private static bool IsUnbreakable(string path, string line) =>
        (path.EndsWith(".md", StringComparison.Ordinal) && line.StartsWith('|'))
        || (Address().Match(line) is { Success: true } address && line.Length - address.Length <= Limit);

    [GeneratedRegex(@"https?://[^\s)>""]+")]
    private static partial Regex Address();
}
