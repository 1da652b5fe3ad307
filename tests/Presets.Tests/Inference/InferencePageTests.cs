namespace Presets.Tests;

public class InferencePageTests
{
    [Fact]
    public void The_table_of_the_page_is_that_of_the_conversion()
    {
        const string Head = "| chat/completions | messages | responses |";
        var shown = Docs.Lines("inference.md")
            .SkipWhile(line => !line.StartsWith(Head, StringComparison.Ordinal))
            .Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Split('|')[1..4].Select(cell => cell.Trim().Trim('`')));

        var rows = ConvertedFields.All.Select(field => Contract.Kinds.Select(kind => field.In(kind) ?? ""));

        Assert.Equal(rows, shown);
    }
}
