
namespace Presets.Tests;

public class FieldTableTests
{
    public static TheoryData<BodyKind> Kinds => [.. Contract.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Persisted_fields_are_those_of_the_contract_in_its_order(BodyKind kind)
    {
        var persisted = FieldTable.For(kind).Fields.Where(field => field.Use == FieldUse.Persisted).Select(field => field.Name);

        Assert.Equal(Contract.Persisted(kind).Keys, persisted);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Ignored_fields_are_the_others_of_the_document(BodyKind kind)
    {
        var ignored = FieldTable.For(kind).Fields.Where(field => field.Use == FieldUse.Ignored).Select(field => field.Name);

        Assert.Equal(Contract.Ignored(kind).Keys, ignored);
    }

    [Theory]
    [InlineData(BodyKind.ChatCompletions, "messages", FieldUse.SystemText)]
    [InlineData(BodyKind.Messages, "system", FieldUse.SystemText)]
    [InlineData(BodyKind.Messages, "messages", FieldUse.Conversation)]
    [InlineData(BodyKind.Responses, "instructions", FieldUse.SystemText)]
    [InlineData(BodyKind.Responses, "input", FieldUse.Conversation)]
    public void The_remaining_fields_are_used(BodyKind kind, string name, FieldUse use)
    {
        var used = FieldTable.For(kind).Fields.Where(field => field.Use is FieldUse.SystemText or FieldUse.Conversation).ToArray();

        Assert.Equal(use, Assert.Single(used, field => field.Name == name).Use);
        Assert.Equal(kind == BodyKind.ChatCompletions ? 1 : 2, used.Length);
    }

    [Fact]
    public void A_rule_describes_itself_in_words()
    {
        var chat = FieldTable.For(BodyKind.ChatCompletions).Fields.ToDictionary(field => field.Name, field => field.Rule.ToString());
        var messages = FieldTable.For(BodyKind.Messages).Fields.ToDictionary(field => field.Name, field => field.Rule.ToString());

        Assert.Equal("a number from 0 to 2", chat["temperature"]);
        Assert.Equal("a string or a list of at most 4 strings", chat["stop"]);
        Assert.Equal("a list of at least 1 entries", chat["messages"]);
        Assert.Equal("a list of each one of text, image, audio", chat["modalities"]);
        Assert.Equal("an object of values that are numbers", chat["logit_bias"]);
        Assert.Equal("an object of at most 16 members with names of at most 64 characters and values that are strings of at most 512 characters", chat["metadata"]);
        Assert.Equal("a list of objects whose model is a string", messages["fallbacks"]);
        Assert.Equal("a JSON value", chat["verbosity"]);
    }
}
