namespace Presets.Tests;

public class FieldLockTests
{
    private const BodyKind Chat = BodyKind.ChatCompletions;

    private const string Config =
        "{\"model\":\"p\",\"max_tokens\":5,"
        + "\"provider\":{\"only\":[\"a\"],\"sort\":\"price\",\"max\":{\"x\":1,\"y\":2}}}";

    [Theory]
    [InlineData("model", "\"model\":\"m@preset/s\"", "model")]
    [InlineData("model", "\"model\":\"m\",\"preset\":\"s\"", "model")]
    [InlineData("model", "\"model\":\"@preset/s:nitro\"", "model")]
    [InlineData("model", "\"model\":\"@preset/s\",\"models\":[]", "models")]
    [InlineData("model", "\"model\":\"@preset/s\",\"fallbacks\":[]", "fallbacks")]
    [InlineData("models", "\"model\":\"@preset/s\",\"fallbacks\":[]", "fallbacks")]
    [InlineData("seed", "\"model\":\"@preset/s\",\"seed\":1", "seed")]
    [InlineData("seed", "\"model\":\"@preset/s\",\"se\\u0065d\":1", "seed")]
    [InlineData("stream", "\"model\":\"@preset/s\",\"stream\":true", "stream")]
    [InlineData("messages", "\"model\":\"@preset/s\",\"messages\":[]", "messages")]
    [InlineData("cache_enabled", "\"model\":\"@preset/s\",\"cache_enabled\":false", "cache_enabled")]
    [InlineData("max_tokens", "\"model\":\"@preset/s\",\"max_tokens\":6", "max_tokens")]
    [InlineData("max_tokens", "\"model\":\"@preset/s\",\"max_completion_tokens\":5", "max_completion_tokens")]
    [InlineData("reasoning.effort", "\"model\":\"@preset/s\",\"reasoning_effort\":\"low\"", "reasoning_effort")]
    [InlineData("reasoning.effort", "\"model\":\"@preset/s\",\"reasoning\":{\"effort\":\"low\"}", "reasoning.effort")]
    [InlineData("provider", "\"model\":\"@preset/s\",\"provider\":{}", "provider")]
    [InlineData("provider.only", "\"model\":\"@preset/s\",\"provider\":{\"only\":[\"b\"]}", "provider.only")]
    [InlineData("provider.only", "\"model\":\"@preset/s\",\"provider\":\"any\"", "provider")]
    [InlineData("provider.order", "\"model\":\"@preset/s\",\"provider\":{\"order\":[\"b\"]}", "provider.order")]
    [InlineData("provider.max.x", "\"model\":\"@preset/s\",\"provider\":{\"max\":{\"x\":2}}", "provider.max.x")]
    [InlineData("provider.max.x", "\"model\":\"@preset/s\",\"provider\":{\"max\":3}", "provider.max")]
    [InlineData("provider.max.z", "\"model\":\"@preset/s\",\"provider\":{\"max\":{\"z\":2}}", "provider.max.z")]
    [InlineData("tools", "\"model\":\"@preset/s\",\"tools\":[{\"type\":\"web_search\"}]", "tools")]
    [InlineData("model", "\"model\":\"@preset/s\",\"Model\":\"p\"", "Model")]
    [InlineData("model", "\"model\":\"@preset/s\",\"Models\":[]", "Models")]
    [InlineData("tools", "\"model\":\"@preset/s\",\"TOOLS\":[]", "TOOLS")]
    [InlineData("max_tokens", "\"model\":\"@preset/s\",\"max_to\u212Aens\":6", "max_to\u212Aens")]
    [InlineData("max_tokens", "\"model\":\"@preset/s\",\"max_completion_token\u017F\":6", "max_completion_token\u017F")]
    [InlineData("provider.only", "\"model\":\"@preset/s\",\"Provider\":{}", "Provider")]
    [InlineData("provider.only", "\"model\":\"@preset/s\",\"provider\":{\"Only\":[]}", "provider.Only")]
    [InlineData(
        "provider.only", "\"model\":\"@preset/s\",\"provider\":{\"only\":[\"a\"],\"ONLY\":[]}", "provider.ONLY")]
    public void A_request_that_sets_what_is_locked_is_refused(string path, string members, string field)
    {
        var part = Merging.Part(Chat, Config, null, path);

        foreach (var target in new[] { MergeTarget.None, new() { MovesCacheFields = true } })
        {
            var refusal = Assert.Throws<Refusal>(() => Merging.Merge(Chat, $"{{{members}}}", part, target));

            Assert.Equal((RefusalCode.FieldLocked, field), (refusal.Code, refusal.Field));
            Assert.Equal($"{field} is locked by the preset \"s\".", refusal.Message);
        }
    }

    [Theory]
    [InlineData("model", "\"model\":\"p\",\"preset\":\"s\"")]
    [InlineData("model", "\"model\":\"anthropic/@preset/s\",\"models\":null")]
    [InlineData("max_tokens", "\"model\":\"@preset/s\",\"max_tokens\":5,\"max_completion_tokens\":null")]
    [InlineData("provider.only", "\"model\":\"@preset/s\",\"provider\":null")]
    [InlineData("provider.order", "\"model\":\"@preset/s\",\"provider\":{\"sort\":\"x\"}")]
    [InlineData("provider.order", "\"model\":\"@preset/s\",\"provider\":{\"order\":null}")]
    [InlineData("provider.only", "\"model\":\"@preset/s\",\"provider\":{\"only\" : [ \"\\u0061\" ]}")]
    [InlineData("seed", "\"model\":\"@preset/s\",\"seed\":null")]
    public void The_equal_value_and_null_are_no_override(string path, string members) =>
        Assert.NotEmpty(Merging.Merge(Chat, $"{{{members}}}", Merging.Part(Chat, Config, null, path)).Text());

    [Theory]
    [InlineData("{}", "{\"only\":[\"a\"],\"max\":{\"x\":1,\"y\":2}}")]
    [InlineData("{ \"order\":[\"b\"] }", "{ \"order\":[\"b\"] ,\"only\":[\"a\"],\"max\":{\"x\":1,\"y\":2}}")]
    [InlineData("{\"only\":null,\"max\":{}}", "{\"only\":[\"a\"],\"max\":{\"x\":1}}")]
    [InlineData("{\"max\":{\"y\":3,\"x\":null},\"only\":[\"a\"]}", "{\"max\":{\"y\":3,\"x\":1},\"only\":[\"a\"]}")]
    [InlineData("{\"max\":null,\"sort\":\"x\"}", "{\"max\":{\"x\":1,\"y\":2},\"sort\":\"x\",\"only\":[\"a\"]}")]
    public void An_object_with_a_locked_path_inside_is_merged_at_that_path(string provider, string expected)
    {
        var part = Merging.Part(Chat, Config, null, "provider.only", "provider.max.x");
        var body = $"{{\"max_tokens\":1,\"model\":\"@preset/s\",\"provider\":{provider}}}";

        Assert.Equal(
            $"{{\"max_tokens\":1,\"model\":\"p\",\"provider\":{expected}}}", Merging.Merge(Chat, body, part).Text());
    }

    [Theory]
    [InlineData("{\"sort\":1,\"sort\":2}", "provider.sort")]
    [InlineData("{\"max\":{\"a\":1,\"\\u0061\":2}}", "provider.max.a")]
    public void An_object_that_is_merged_has_a_name_once(string provider, string field)
    {
        var body = $"{{\"model\":\"@preset/s\",\"provider\":{provider}}}";

        var refusal = Assert.Throws<Refusal>(
            () => Merging.Merge(Chat, body, Merging.Part(Chat, Config, null, "provider.max.x")));

        Assert.Equal((RefusalCode.DuplicateMember, field), (refusal.Code, refusal.Field));
        Assert.NotEmpty(Merging.Merge(Chat, body, Merging.Part(Chat, Config)).Text());
    }

    [Fact]
    public void A_lock_keeps_what_its_exclusive_fields_have()
    {
        var part = Merging.Part(Chat, "{\"max_tokens\":5,\"max_completion_tokens\":9}", null, "max_tokens");

        var merged = Merging.Merge(Chat, "{\"model\":\"m@preset/s\",\"max_tokens\":5}", part);

        Assert.Equal("{\"model\":\"m\",\"max_tokens\":5,\"max_completion_tokens\":9}", merged.Text());
    }

    [Fact]
    public void Locked_tools_may_be_repeated()
    {
        const string Tool = "{\"type\":\"function\",\"function\":{\"name\":\"a\"}}";
        var part = Merging.Part(Chat, $"{{\"tools\":[{Tool},1]}}", null, "tools");

        var merged = Merging.Merge(Chat, $"{{\"model\":\"m@preset/s\",\"tools\":[ {Tool}]}}", part);

        Assert.Equal($"{{\"model\":\"m\",\"tools\":[{Tool},1]}}", merged.Text());
    }
}
