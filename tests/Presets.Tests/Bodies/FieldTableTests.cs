
namespace Presets.Tests;

public class FieldTableTests
{
    public static TheoryData<BodyKind> Kinds => [.. Contract.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Persisted_fields_are_those_of_the_contract_in_its_order(BodyKind kind)
    {
        Assert.Equal(Contract.Persisted(kind).Keys, NamesOf(kind, FieldUse.Persisted));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Ignored_fields_are_the_others_of_the_document(BodyKind kind)
    {
        Assert.Equal(Contract.Ignored(kind).Keys, NamesOf(kind, FieldUse.Ignored));
    }

    [Theory]
    [InlineData(BodyKind.ChatCompletions, "messages: SystemMessages, workspace_id: WorkspaceId")]
    [InlineData(BodyKind.Messages, "messages: Conversation, system: SystemText, workspace_id: WorkspaceId")]
    [InlineData(BodyKind.Responses, "input: SystemMessages, instructions: SystemText, workspace_id: WorkspaceId")]
    public void The_remaining_fields_are_used(BodyKind kind, string expected)
    {
        var used = FieldTable.For(kind).Fields
            .Where(field => field.Use is not (FieldUse.Persisted or FieldUse.Ignored))
            .Select(field => $"{field.Name}: {field.Use}");

        Assert.Equal(expected, string.Join(", ", used));
    }

    [Fact]
    public void A_rule_describes_itself_in_words()
    {
        var chat = RulesOf(BodyKind.ChatCompletions);
        var messages = RulesOf(BodyKind.Messages);

        Assert.Equal("a number from 0 to 2", chat["temperature"]);
        Assert.Equal("a string or a list of at most 4 strings", chat["stop"]);
        Assert.Equal("a list of at least 1 entries", chat["messages"]);
        Assert.Equal("a list of each one of text, image, audio", chat["modalities"]);
        Assert.Equal("an object of values that are numbers", chat["logit_bias"]);
        Assert.Equal(
            "an object of at most 16 members with names of at most 64 characters "
            + "and values that are strings of at most 512 characters",
            chat["metadata"]);
        Assert.Equal("a list of objects whose model is a string", messages["fallbacks"]);
        Assert.Equal("a JSON value", chat["verbosity"]);
        Assert.Equal("a UUID", chat["workspace_id"]);
    }

    private static IEnumerable<string> NamesOf(BodyKind kind, FieldUse use) =>
        FieldTable.For(kind).Fields.Where(field => field.Use == use).Select(field => field.Name);

    private static Dictionary<string, string> RulesOf(BodyKind kind) =>
        FieldTable.For(kind).Fields.ToDictionary(field => field.Name, field => field.Rule.ToString());
}
