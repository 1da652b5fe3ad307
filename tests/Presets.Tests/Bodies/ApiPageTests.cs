
namespace Presets.Tests;

public sealed class ApiPageTests
{
    [Theory]
    [InlineData("chat/completions", BodyKind.ChatCompletions)]
    [InlineData("messages", BodyKind.Messages)]
    [InlineData("responses", BodyKind.Responses)]
    public void The_table_of_the_page_is_that_of_the_filter(string body, BodyKind kind)
    {
        var row = Docs.Lines("api.md")
            .Single(line => line.StartsWith($"| {body} |", StringComparison.Ordinal));

        var named = row.Split('|')[2].Split(',', StringSplitOptions.TrimEntries);

        var persisted = FieldTable.For(kind).Fields.Where(field => field.Use == FieldUse.Persisted);
        Assert.Equal(persisted.Select(field => field.Name).Order(), named.Order());
    }
}
