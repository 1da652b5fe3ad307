using System.Buffers;
using System.Collections.Frozen;
using System.Text;

namespace Presets.Tests;

public class PresetMergeTests
{
    private const BodyKind Chat = BodyKind.ChatCompletions;
    private const BodyKind Messages = BodyKind.Messages;
    private const BodyKind Responses = BodyKind.Responses;

    [Theory]
    [InlineData("{\"model\":\"@preset/s\"}", "{\"model\":\"p\",\"top_p\":0.50}")]
    [InlineData("{ \"model\" : \"@preset/s\" }\n", "{ \"model\" : \"p\" ,\"top_p\":0.50}\n")]
    [InlineData("{\"preset\":\"s\"}", "{\"model\":\"p\",\"top_p\":0.50}")]
    [InlineData("{\"preset\":\"s\", \"x\":1 }", "{ \"x\":1 ,\"model\":\"p\",\"top_p\":0.50}")]
    [InlineData("{\"x\":1, \"preset\":\"s\" }", "{\"x\":1,\"model\":\"p\",\"top_p\":0.50}")]
    [InlineData("{\"preset\":\"s\",\"model\":\"m\"}", "{\"model\":\"m\",\"top_p\":0.50}")]
    [InlineData("{\"preset\":\"s\",\"model\":null}", "{\"model\":\"p\",\"top_p\":0.50}")]
    [InlineData("{\"model\":\"m@preset/s\",\"top_p\":1}", "{\"model\":\"m\",\"top_p\":1}")]
    [InlineData("{\"model\":\"m@preset/s\",\"top\\u005fp\":1}", "{\"model\":\"m\",\"top\\u005fp\":1}")]
    [InlineData(
        "{\"model\":\"@preset/s\",\"top_p\" : null , \"x\":null}",
        "{\"model\":\"p\",\"top_p\" : 0.50 , \"x\":null}")]
    [InlineData("{\"model\":\"@preset/s:nitro\"}", "{\"model\":\"p:nitro\",\"top_p\":0.50}")]
    [InlineData("{\"model\":\"p:free@preset/s:1:free\"}", "{\"model\":\"p:free\",\"top_p\":0.50}")]
    [InlineData(
        "{\"workspace_id\":\"w\",\"x\":1,\"preset_variables\":{},\"model\":\"@preset/s\"}",
        "{\"x\":1,\"model\":\"p\",\"top_p\":0.50}")]
    public void Fields_of_the_request_win_one_by_one(string body, string expected)
    {
        foreach (var kind in Contract.Kinds)
            Assert.Equal(expected, Merge(kind, body, "{\"model\":\"p\",\"top_p\":0.50}"));
    }

    [Fact]
    public void A_stored_prompt_is_consumed_on_responses_alone()
    {
        Assert.Equal(
            "{\"input\":\"hi\",\"model\":\"p\"}",
            Merge(Responses, "{\"prompt\":{\"id\":\"s\"},\"input\":\"hi\"}", "{\"model\":\"p\"}"));
        Assert.Equal(
            "{\"prompt\":{\"id\":\"s\"},\"model\":\"p\"}",
            Merge(Chat, "{\"prompt\":{\"id\":\"s\"},\"model\":\"@preset/s\"}", "{\"model\":\"p\"}"));
    }

    [Fact]
    public void A_service_tier_of_auto_is_absent_on_responses_alone()
    {
        const string Body = "{\"model\":\"m@preset/s\",\"service_tier\":\"auto\"}";

        Assert.Equal(
            "{\"model\":\"m\",\"service_tier\":\"flex\"}", Merge(Responses, Body, "{\"service_tier\":\"flex\"}"));
        Assert.Equal("{\"model\":\"m\",\"service_tier\":\"auto\"}", Merge(Responses, Body, "{}"));
        Assert.Equal("{\"model\":\"m\",\"service_tier\":\"auto\"}", Merge(Chat, Body, "{\"service_tier\":\"flex\"}"));
    }

    [Fact]
    public void Without_any_model_the_request_is_refused()
    {
        var refusal = Assert.Throws<Refusal>(() => Merge(Chat, "{\"model\":\"@preset/s\"}", "{}"));

        Assert.Equal((RefusalCode.MissingField, "model"), (refusal.Code, refusal.Field));
    }

    [Theory]
    [InlineData("\"max_tokens\":1", "{\"max_completion_tokens\":2}", "")]
    [InlineData("\"max_tokens\":null", "{\"max_completion_tokens\":2}", ",\"max_completion_tokens\":2")]
    [InlineData("\"max_completion_tokens\":1", "{\"max_completion_tokens\":2,\"max_tokens\":3}", "")]
    [InlineData("\"x\":1", "{\"max_tokens\":3,\"stop\":[]}", ",\"max_tokens\":3,\"stop\":[]")]
    [InlineData("\"reasoning\":{}", "{\"reasoning_effort\":\"low\"}", "")]
    [InlineData("\"reasoning_effort\":\"low\"", "{\"reasoning\":{\"max_tokens\":1}}", "")]
    [InlineData("\"fallbacks\":[]", "{\"models\":[\"a\"]}", "")]
    [InlineData("\"stop_sequences\":[]", "{\"stop\":\"a\",\"seed\":1}", ",\"seed\":1")]
    public void Fields_that_exclude_each_other_count_as_one(string members, string config, string added) =>
        Assert.Equal(
            $"{{\"model\":\"m\",{members}{added}}}", Merge(Chat, $"{{\"model\":\"m@preset/s\",{members}}}", config));

    [Theory]
    [InlineData("[]", "[A1,B1]")]
    [InlineData("[C1]", "[A1,B1,C1]")]
    [InlineData("[B2]", "[A1,B2]")]
    [InlineData("[ C1 , A2, D1 , E1 ]", "[A2,B1,C1,D1 , E1]")]
    [InlineData("[B2,C1,B1]", "[A1,B2,C1,B1]")]
    [InlineData("[{\"type\":\"function\"},1]", "[A1,B1,{\"type\":\"function\"},1]")]
    public void Tools_are_united(string own, string expected)
    {
        var merged = Merge(
            Chat, $"{{\"model\":\"m@preset/s\",\"tools\":{Tools(own)}}}", $"{{\"tools\":{Tools("[A1, B1]")}}}");

        Assert.Equal($"{{\"model\":\"m\",\"tools\":{Tools(expected)}}}", merged);
    }

    [Fact]
    public void A_tool_takes_the_place_of_all_that_are_the_same()
    {
        var merged = Merge(
            Chat, $"{{\"model\":\"m@preset/s\",\"tools\":{Tools("[A3]")}}}", $"{{\"tools\":{Tools("[A1,B1,A2]")}}}");

        Assert.Equal($"{{\"model\":\"m\",\"tools\":{Tools("[A3,B1]")}}}", merged);
    }

    [Theory]
    [InlineData("null", "[A1,B1]")]
    [InlineData("\"x\"", "\"x\"")]
    public void What_is_no_list_of_tools_is_a_field_as_any(string own, string expected) => Assert.Equal(
        $"{{\"model\":\"m\",\"tools\":{Tools(expected)}}}",
        Merge(Chat, $"{{\"model\":\"m@preset/s\",\"tools\":{own}}}", $"{{\"tools\":{Tools("[A1,B1]")}}}"));

    [Theory]
    [InlineData("[{\"role\":\"user\",\"content\":\"hi\"}]", "[{S},{\"role\":\"user\",\"content\":\"hi\"}]")]
    [InlineData("[]", "[{S}]")]
    [InlineData(" [ ] ", " [{S} ] ")]
    [InlineData("null", "[{S}]")]
    [InlineData("[1]", "[{S},1]")]
    [InlineData("[{\"role\":1}]", "[{S},{\"role\":1}]")]
    [InlineData("[{\"role\":\"user\",\"a\":1,\"a\":2}]", "[{S},{\"role\":\"user\",\"a\":1,\"a\":2}]")]
    [InlineData(
        "[{\"role\":\"system\",\"content\":\"own\\u0021\"},{}]",
        "[{\"role\":\"system\",\"content\":\"P\\\"\\n\\nown\\u0021\"},{}]")]
    [InlineData(
        "[ {\"content\" : \"own\" ,\"r\\u006fle\":\"develop\\u0065r\"}]",
        "[ {\"content\" : \"P\\\"\\n\\nown\" ,\"r\\u006fle\":\"develop\\u0065r\"}]")]
    [InlineData("[{\"role\":\"system\",\"content\":\"\"}]", "[{\"role\":\"system\",\"content\":\"P\\\"\"}]")]
    [InlineData("[{\"role\":\"system\",\"content\":null}]", "[{\"role\":\"system\",\"content\":\"P\\\"\"}]")]
    [InlineData("[{\"role\":\"system\"}]", "[{\"content\":\"P\\\"\",\"role\":\"system\"}]")]
    [InlineData(
        "[{\"role\":\"system\",\"content\":[]}]",
        "[{\"role\":\"system\",\"content\":[{\"type\":\"text\",\"text\":\"P\\\"\"}]}]")]
    [InlineData(
        "[{\"role\":\"system\",\"content\":[{\"type\":\"x\"},{\"text\":\"a\"},{\"text\":\"b\"}]}]",
        "[{\"role\":\"system\",\"content\":[{\"type\":\"x\"},{\"text\":\"P\\\"\\n\\na\"},{\"text\":\"b\"}]}]")]
    [InlineData(
        "[{\"role\":\"system\",\"content\":[{\"text\":\"\"},{\"text\":\"b\"}]}]",
        "[{\"role\":\"system\",\"content\":[{\"text\":\"\"},{\"text\":\"P\\\"\\n\\nb\"}]}]")]
    [InlineData(
        "[{\"role\":\"system\",\"content\":[{\"type\":\"x\"}]}]",
        "[{\"role\":\"system\",\"content\":[{\"type\":\"text\",\"text\":\"P\\\"\"},{\"type\":\"x\"}]}]")]
    public void The_system_prompt_goes_in_front_of_a_chat(string messages, string expected) => Assert.Equal(
        $"{{\"model\":\"m\",\"messages\":{expected.Replace("{S}", "{\"role\":\"system\",\"content\":\"P\\\"\"}")}}}",
        Merge(Chat, $"{{\"model\":\"m@preset/s\",\"messages\":{messages}}}", "{}", "P\\\""));

    [Theory]
    [InlineData("null", "\"P\"")]
    [InlineData("\"\"", "\"P\"")]
    [InlineData("\"own\"", "\"P\\n\\nown\"")]
    [InlineData("[]", "[{\"type\":\"text\",\"text\":\"P\"}]")]
    [InlineData(
        "[ {\"type\":\"text\",\"text\":\"a\",\"cache_control\":{}} ]",
        "[{\"type\":\"text\",\"text\":\"P\"}, {\"type\":\"text\",\"text\":\"a\",\"cache_control\":{}} ]")]
    public void The_system_prompt_goes_in_front_of_a_messages_body(string system, string expected) => Assert.Equal(
        $"{{\"model\":\"m\",\"system\":{expected}}}",
        Merge(Messages, $"{{\"model\":\"m@preset/s\",\"system\":{system}}}", "{}", "P"));

    [Theory]
    [InlineData("\"instructions\":\"own\"", "\"instructions\":\"P\\n\\nown\"")]
    [InlineData("\"instructions\":null", "\"instructions\":\"P\"")]
    [InlineData(
        "\"input\":[{\"role\":\"system\",\"content\":\"own\"}]",
        "\"input\":[{\"role\":\"system\",\"content\":\"own\"}],\"instructions\":\"P\"")]
    public void The_system_prompt_goes_in_front_of_a_responses_body(string member, string expected) => Assert.Equal(
        $"{{\"model\":\"m\",{expected}}}", Merge(Responses, $"{{\"model\":\"m@preset/s\",{member}}}", "{}", "P"));

    [Fact]
    public void The_system_prompt_stands_alone_where_the_request_has_none()
    {
        const string Body = "{\"model\":\"m@preset/s\"}";

        Assert.Equal(
            "{\"model\":\"m\",\"messages\":[{\"role\":\"system\",\"content\":\"P\"}]}", Merge(Chat, Body, "{}", "P"));
        Assert.Equal("{\"model\":\"m\",\"system\":\"P\"}", Merge(Messages, Body, "{}", "P"));
        Assert.Equal("{\"model\":\"m\",\"instructions\":\"P\"}", Merge(Responses, Body, "{}", "P"));
        Assert.Equal("{\"model\":\"m\"}", Merge(Responses, Body, "{}", ""));
    }

    [Theory]
    [InlineData(Chat, "\"messages\":\"x\"", "messages")]
    [InlineData(Chat, "\"messages\":[{\"role\":\"system\",\"content\":1}]", "messages[0].content")]
    [InlineData(Messages, "\"system\":{}", "system")]
    [InlineData(Responses, "\"instructions\":[]", "instructions")]
    public void System_text_that_is_none_is_refused(BodyKind kind, string member, string field)
    {
        var body = $"{{\"model\":\"m@preset/s\",{member}}}";

        var refusal = Assert.Throws<Refusal>(() => Merge(kind, body, "{}", "P"));

        Assert.Equal((RefusalCode.InvalidField, field), (refusal.Code, refusal.Field));
        Assert.Equal($"{{\"model\":\"m\",{member}}}", Merge(kind, body, "{}"));
    }

    [Theory]
    [InlineData("[{\"role\":\"system\",\"content\":\"a\",\"content\":\"b\"}]", "messages[0].content")]
    [InlineData(
        "[{\"role\":\"system\",\"content\":[{\"text\":\"a\",\"text\":\"b\"}]}]", "messages[0].content[0].text")]
    public void A_message_that_is_joined_has_a_name_once(string messages, string field)
    {
        var body = $"{{\"model\":\"m@preset/s\",\"messages\":{messages}}}";

        var refusal = Assert.Throws<Refusal>(() => Merge(Chat, body, "{}", "P"));

        Assert.Equal((RefusalCode.DuplicateMember, field), (refusal.Code, refusal.Field));
    }

    [Fact]
    public void What_an_upstream_refuses_of_the_preset_is_left_out_and_named()
    {
        var target = new MergeTarget { Drop = FrozenSet.Create("provider", "top_k", "tools") };
        var part = Merging.Part(
            Chat, "{\"model\":\"openai/m\",\"provider\":{},\"top_k\":1,\"seed\":1,\"tools\":[1]}");

        var merged = Merging.Merge(
            Chat, "{\"model\":\"@preset/s\",\"top_k\":2,\"tools\":[2]}", part, target with { StripPrefix = "openai/" });

        Assert.Equal("{\"model\":\"m\",\"top_k\":2,\"tools\":[2],\"seed\":1}", merged.Text());
        Assert.Equal(["tools", "provider"], merged.Dropped);
    }

    [Fact]
    public void Fields_that_an_upstream_takes_as_headers_leave_the_body()
    {
        var target = new MergeTarget { MovesCacheFields = true };
        var part = Merging.Part(Chat, "{\"cache_enabled\":true,\"cache_ttl_seconds\":300}");

        var merged = Merging.Merge(Chat, "{\"cache_ttl_seconds\":\"6\\u0030\",\"model\":\"m@preset/s\"}", part, target);
        var broken = Merging.Merge(
            Chat, "{\"model\":\"m@preset/s\",\"cache_enabled\":\"a\\r\\nb\",\"cache_ttl_seconds\":null}", part, target);

        Assert.Equal("{\"model\":\"m\"}", merged.Text());
        Assert.Equal(("true", "60"), (merged.CacheEnabled, merged.CacheTtlSeconds));
        Assert.Equal("{\"model\":\"m\"}", broken.Text());
        Assert.Equal((null, "300"), (broken.CacheEnabled, broken.CacheTtlSeconds));
        Assert.Equal(["cache_enabled"], broken.Dropped);
    }

    [Fact]
    public void Provenance_tells_who_gave_each_field_and_each_tool()
    {
        var part = Merging.Part(
            Chat, $"{{\"model\":\"p\",\"seed\":1,\"top_p\":1,\"top_k\":1,\"tools\":{Tools("[A1,B1]")}}}", "P");
        var body = $"{{\"model\":\"@preset/s:nitro\",\"top_p\":0,\"x\":1,\"top_k\":null,\"tools\":{Tools("[C1,B2]")}"
            + ",\"messages\":[1]}";
        var json = new ArrayBufferWriter<byte>();

        Merging.Merge(Chat, body, part).WriteProvenance(json);

        Assert.Equal(
            "{\"fields\":{\"model\":\"both\",\"top_p\":\"request\",\"x\":\"request\",\"top_k\":\"preset\","
            + "\"tools\":\"both\",\"messages\":\"both\",\"seed\":\"preset\"},"
            + "\"tools\":[\"preset\",\"request\",\"request\"]}",
            Encoding.UTF8.GetString(json.WrittenSpan));
    }

    // A1 is the first form of a tool A, A2 the second.
    private static string Tools(string list) => string.Concat(list.Select((c, i) => char.IsAsciiLetterUpper(c)
        ? $"{{\"type\":\"function\",\"function\":{{\"name\":\"{c}\",\"v\":"
        : i > 0 && char.IsAsciiLetterUpper(list[i - 1]) ? $"{c}}}}}" : c.ToString()));

    private static string Merge(BodyKind kind, string body, string config, string? system = null) =>
        Merging.Merge(kind, body, Merging.Part(kind, config, system)).Text();
}
