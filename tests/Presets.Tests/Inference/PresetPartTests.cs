namespace Presets.Tests;

public class PresetPartTests
{
    [Theory]
    [InlineData(BodyKind.ChatCompletions, """{"model":"m","tools":[ {"type":"x"} ],"max_tokens":1e3}""")]
    [InlineData(BodyKind.Messages, """{"model":"m","thinking":{ "type":"adaptive" },"stop_sequences":["a", "b"]}""")]
    [InlineData(BodyKind.Responses, """{"text":{"format":{"type":"text"}},"reasoning":{"effort":"\u006cow"}}""")]
    public void For_requests_of_its_own_body_a_version_is_left_as_it_is(BodyKind kind, string config)
    {
        var version = Parts.Version(kind, config, """["model","text.format"]""", "Say \\\"hi\\\"");

        var part = PresetPart.Of(version, kind);

        Assert.Equal(config, Parts.ConfigOf(part));
        Assert.All(part.Members, member => Assert.True(version.Config.Span.Overlaps(member.Value.Span)));
        Assert.Empty(part.Dropped);
        Assert.Equal(["model", "text.format"], part.Locked.Select(path => path.ToString()));
        Assert.Equal(version.SystemPrompt, part.SystemPrompt);
        Assert.Equal((version, kind), (part.Version, part.Kind));
    }

    [Theory]
    [InlineData("""{"model":"a/b"}""", "a/b")]
    [InlineData("""{"model":"\u0061\/b"}""", "a/b")]
    [InlineData("""{"model":""}""", null)]
    [InlineData("""{"seed":1}""", null)]
    public void The_model_is_read_whatever_the_body(string config, string? model)
    {
        foreach (var kind in Contract.Kinds)
            Assert.Equal(model, Parts.Part(BodyKind.ChatCompletions, kind, config).Model);
    }

    [Theory]
    [InlineData(BodyKind.ChatCompletions)]
    [InlineData(BodyKind.Messages)]
    [InlineData(BodyKind.Responses)]
    public void What_no_request_of_the_body_persists_is_dropped_and_null_is_absent(BodyKind kind)
    {
        foreach (var other in Contract.Kinds)
        {
            var part = Parts.Part(
                kind, other, """{"preset":"p","mod\u0065l":"m","messages":[1],"stream":true,"top_p":null}""");

            Assert.Equal("""{"model":"m"}""", Parts.ConfigOf(part));
            Assert.Equal(["preset", "messages", "stream"], part.Dropped);
        }
    }
}
