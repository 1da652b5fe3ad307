namespace Presets.Api.Tests;

public sealed class UpstreamChoiceTests
{
    [Theory]
    [InlineData("openai/gpt-4o", "b")]
    [InlineData("openai/o3", "c")]
    [InlineData("openai/", "b")]
    [InlineData("OpenAI/gpt-4o", "a")]
    [InlineData("mistral/m", "a")]
    [InlineData("", "a")]
    [InlineData(null, "a")]
    public void The_longest_prefix_wins_then_the_order(string? model, string expected)
    {
        using var set = Set(
            ("a", new() { BaseUrl = "http://a" }),
            ("a2", new() { BaseUrl = "http://a" }),
            ("b", new() { BaseUrl = "http://a", Prefixes = ["openai/"] }),
            ("c", new() { BaseUrl = "http://a", Prefixes = ["x", "openai/o"] }));

        Assert.Equal(expected, set.Choose(BodyKind.ChatCompletions, model).Name);
    }

    [Fact]
    public void The_body_comes_before_the_prefix()
    {
        using var set = Set(
            ("a", new() { BaseUrl = "http://a", Bodies = ["messages", "responses"] }),
            ("b", new() { BaseUrl = "http://a", Prefixes = ["claude-"] }));

        Assert.Equal("a", set.Choose(BodyKind.Messages, "claude-4").Name);
        Assert.Equal("b", set.Choose(BodyKind.ChatCompletions, "claude-4").Name);
        Assert.Equal(
            RefusalCode.NoUpstream,
            Assert.Throws<Refusal>(() => set.Choose(BodyKind.ChatCompletions, "gpt")).Code);
    }

    [Theory]
    [InlineData("openrouter", "https://openrouter.ai/api/v1/messages", "chat_completions,messages,responses")]
    [InlineData("openai", "https://api.openai.com/v1/messages", "chat_completions,responses")]
    [InlineData("anthropic", "https://api.anthropic.com/v1/messages", "messages")]
    public void A_kind_knows_where_it_is_and_what_it_takes(string kind, string url, string bodies)
    {
        using var upstream = new Upstream("u", new() { Kind = kind, Key = "k" }, TimeProvider.System);

        Assert.Equal(url, upstream.UriOf("messages").ToString());
        Assert.Equal(
            bodies, string.Join(',', Enum.GetValues<BodyKind>().Where(upstream.Takes).Select(BodyKinds.NameOf)));
    }

    [Fact]
    public void What_a_kind_refuses_can_be_said_otherwise()
    {
        using var own = new Upstream("u", new() { Kind = "openai", Key = "k" }, TimeProvider.System);
        using var other = new Upstream("u", new() { Kind = "openai", Key = "k", Drop = ["seed"] }, TimeProvider.System);
        using var router = new Upstream("u", new() { Kind = "openrouter", Key = "k" }, TimeProvider.System);

        Assert.All(["provider", "top_k"], name =>
            Assert.Contains(name, own.TargetOf(InferenceRoute.ChatCompletions, "m").Drop.ToList()));
        Assert.DoesNotContain("reasoning", own.TargetOf(InferenceRoute.Responses, "m").Drop.ToList());
        Assert.Equal(["seed"], other.TargetOf(InferenceRoute.Responses, "m").Drop);
        Assert.Empty(router.TargetOf(InferenceRoute.Messages, "m").Drop);
        Assert.True(router.TargetOf(InferenceRoute.Messages, "m").MovesCacheFields);
    }

    private static UpstreamSet Set(params (string Name, UpstreamOptions Options)[] upstreams) =>
        new([.. upstreams.Select(each => new Upstream(each.Name, each.Options, TimeProvider.System))]);
}
