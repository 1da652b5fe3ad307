namespace Presets.Tests;

public class BodyKindsTests
{
    [Theory]
    [InlineData(BodyKind.ChatCompletions, "chat_completions")]
    [InlineData(BodyKind.Messages, "messages")]
    [InlineData(BodyKind.Responses, "responses")]
    public void A_kind_keeps_its_word(BodyKind kind, string name)
    {
        Assert.Equal(name, BodyKinds.NameOf(kind));
        Assert.Equal(kind, BodyKinds.Parse(name));
    }

    [Fact]
    public void Every_kind_has_a_word() =>
        Assert.All(Enum.GetValues<BodyKind>(), kind => Assert.Equal(kind, BodyKinds.Parse(BodyKinds.NameOf(kind))));

    [Theory]
    [InlineData("")]
    [InlineData("Messages")]
    [InlineData("chat/completions")]
    public void Another_word_is_refused(string name) =>
        Assert.Throws<FormatException>(() => BodyKinds.Parse(name));
}
