using System.Text;

namespace Presets.Tests;

public class InferenceRequestTests
{
    private const BodyKind Chat = BodyKind.ChatCompletions;

    [Theory]
    [InlineData("@preset/support-bot", "support-bot", null, null, null)]
    [InlineData("@preset/s:12", "s", "12", null, null)]
    [InlineData("@preset/s:production", "s", "production", null, null)]
    [InlineData("@preset/s:latest", "s", "latest", null, null)]
    [InlineData("@preset/s:nitro", "s", null, null, "nitro")]
    [InlineData("@preset/s:12:nitro", "s", "12", null, "nitro")]
    [InlineData("@preset/s:canary:free:online", "s", "canary", null, "free:online")]
    [InlineData("anthropic/@preset/s:12", "s", "12", null, null)]
    [InlineData("openai/gpt-5@preset/s", "s", null, "openai/gpt-5", null)]
    [InlineData("m:free@preset/S~1._-:3:exacto", "S~1._-", "3", "m:free", "exacto")]
    [InlineData("\\u0040pr\\u0065set\\/s", "s", null, null, null)]
    public void A_model_is_a_reference(string model, string slug, string? pin, string? given, string? suffix)
    {
        foreach (var kind in Contract.Kinds)
        {
            var request = Merging.Request(kind, $"{{\"messages\":[{{}}],\"model\":\"{model}\"}}");

            Assert.Equal(new PresetReference(slug, pin, given, suffix), request.Reference);
            Assert.Null(request.Model);
        }
    }

    [Theory]
    [InlineData("\"preset\":\"s\"", "s", null, null)]
    [InlineData("\"preset\":\"s:12\",\"model\":null", "s", "12", null)]
    [InlineData("\"preset\":\"s:staging\",\"model\":\"openai/gpt-5\"", "s", "staging", "openai/gpt-5")]
    [InlineData("\"model\":\"m\",\"pres\\u0065t\":\"s\"", "s", null, "m")]
    [InlineData("\"model\":\"\",\"preset\":\"s\"", "s", null, null)]
    public void A_field_of_its_own_refers_to_a_preset_beside_any_model(
        string members, string slug, string? pin, string? model)
    {
        foreach (var kind in Contract.Kinds)
        {
            var request = Merging.Request(kind, $"{{{members}}}");

            Assert.Equal(new PresetReference(slug, pin, model, null), request.Reference);
        }
    }

    [Theory]
    [InlineData("{\"id\":\"s\"}", null)]
    [InlineData("{\"id\":\"s:staging\",\"version\":null}", "staging")]
    [InlineData("{\"version\":\"12\",\"id\":\"s\",\"variables\":{}}", "12")]
    public void A_stored_prompt_of_a_responses_body_refers_to_a_preset(string prompt, string? pin)
    {
        var body = $"{{\"input\":\"hi\",\"model\":\"m\",\"prompt\":{prompt}}}";

        Assert.Equal(
            new PresetReference("s", pin, "m", null), Merging.Request(BodyKind.Responses, body).Reference);
        Assert.Null(Merging.Request(Chat, body).Reference);
    }

    [Theory]
    [InlineData("\"model\":\"@preset/\"", "model")]
    [InlineData("\"model\":\"@preset/a b\"", "model")]
    [InlineData("\"model\":\"@preset/s:\"", "model")]
    [InlineData("\"model\":\"@preset/s:0\"", "model")]
    [InlineData("\"model\":\"@preset/s:012\"", "model")]
    [InlineData("\"model\":\"@preset/s:Prod\"", "model")]
    [InlineData("\"model\":\"@preset/s:1:prod\"", "model")]
    [InlineData("\"model\":\"@preset/s:nitro:1\"", "model")]
    [InlineData("\"model\":\"@preset/s:1:\"", "model")]
    [InlineData("\"model\":\"@preset/s@preset/t\"", "model")]
    [InlineData("\"model\":\"@preset/s:1:free:free:free:free:free:free:free:free\"", "model")]
    [InlineData("\"preset\":1", "preset")]
    [InlineData("\"preset\":\"\"", "preset")]
    [InlineData("\"preset\":\"@preset/s\"", "preset")]
    [InlineData("\"preset\":\"s:nitro\"", "preset")]
    [InlineData("\"preset\":\"s\",\"model\":1", "model")]
    [InlineData("\"preset\":\"s\",\"model\":\"@preset/s\"", "model")]
    [InlineData("\"model\":\"@preset/s\",\"preset\":\"s\"", "preset")]
    [InlineData("\"model\":\"@preset/s\",\"model\":\"@preset/t\"", "model")]
    [InlineData("\"models\":[\"m\",\"@preset/s\"]", "models[1]")]
    [InlineData("\"models\":[\"\\u0040preset/s\"],\"model\":\"m\"", "models[0]")]
    [InlineData("\"fallbacks\":[{\"model\":\"m\"},{\"a\":[],\"mod\\u0065l\":\"x@preset/s\"}]", "fallbacks[1].model")]
    [InlineData("\"prompt\":\"s\"", "prompt")]
    [InlineData("\"prompt\":{}", "prompt.id")]
    [InlineData("\"prompt\":{\"id\":null}", "prompt.id")]
    [InlineData("\"prompt\":{\"id\":1}", "prompt.id")]
    [InlineData("\"prompt\":{\"id\":\"a/b\"}", "prompt.id")]
    [InlineData("\"prompt\":{\"id\":\"s\",\"version\":12}", "prompt.version")]
    [InlineData("\"prompt\":{\"id\":\"s\",\"version\":\"\"}", "prompt.version")]
    [InlineData("\"prompt\":{\"id\":\"s:1\",\"version\":\"1\"}", "prompt.version")]
    [InlineData("\"prompt\":{\"id\":\"s\"},\"model\":\"@preset/s\"", "model")]
    [InlineData("\"preset\":\"s\",\"prompt\":{\"id\":\"s\"}", "prompt")]
    [InlineData("\"prompt\":{\"id\":\"s\",\"variables\":[]}", "prompt.variables")]
    [InlineData("\"prompt\":{\"id\":\"s\",\"variables\":{\"a\":1}}", "prompt.variables.a")]
    [InlineData(
        "\"prompt\":{\"id\":\"s\",\"variables\":{\"a\":{\"type\":\"input_image\",\"image_url\":\"x\"}}}",
        "prompt.variables.a")]
    [InlineData("\"prompt\":{\"id\":\"s\",\"variables\":{}},\"preset_variables\":{}", "preset_variables")]
    [InlineData("\"model\":\"@preset/s\",\"preset_variables\":\"a\"", "preset_variables")]
    [InlineData("\"model\":\"@preset/s\",\"preset_variables\":{\"a\":{\"type\":\"input_text\"}}", "preset_variables.a")]
    public void What_is_no_single_well_formed_reference_is_refused_by_name(string members, string field)
    {
        var refusal = Refused(BodyKind.Responses, $"{{{members}}}");

        Assert.True(refusal.Code is RefusalCode.InvalidField or RefusalCode.MissingField, $"{refusal.Code}");
        Assert.Equal(field, refusal.Field);
    }

    [Theory]
    [InlineData("\"model\":\"@preset/s\",\"a\":1,\"\\u0061\":2", "a")]
    [InlineData("\"model\":\"@preset/s\",\"model\":\"m\"", "model")]
    [InlineData("\"model\":\"@preset/s\",\"preset_variables\":{\"a\":\"\",\"a\":\"\"}", "preset_variables.a")]
    public void With_a_reference_a_name_may_be_there_once(string members, string field)
    {
        var refusal = Refused(Chat, $"{{{members}}}");

        Assert.Equal((RefusalCode.DuplicateMember, field), (refusal.Code, refusal.Field));
    }

    [Fact]
    public void With_a_reference_the_members_are_not_without_number()
    {
        var members = string.Concat(Enumerable.Range(0, 1100).Select(i => $",\"m{i}\":0"));

        Assert.Equal(RefusalCode.InvalidField, Refused(Chat, $"{{\"preset\":\"s\"{members}}}").Code);
        Assert.Equal(
            $"{{\"model\":\"x\"{members},\"model\":\"n\"}}",
            Merging.Join(Merging.Request(Chat, $"{{\"model\":\"x\"{members},\"model\":\"m\"}}").WithModel("n")));
    }

    [Theory]
    [InlineData("{}", null)]
    [InlineData(" {\"model\" : \"m\", \"a\":1,\"a\":2}\n", "m")]
    [InlineData("{\"model\":1}", null)]
    [InlineData("{\"model\":\"preset/s\",\"preset\":null,\"prompt\":null}", "preset/s")]
    [InlineData("{\"messages\":[{\"content\":\"@preset/s\",\"model\":\"@preset/s\"}],\"model\":\"m\"}", "m")]
    [InlineData("{\"models\":\"@preset/s\",\"model\":\"m\"}", "m")]
    [InlineData("{\"model\":\"a\",\"model\":\"m\",\"preset_variables\":7}", "m")]
    [InlineData("{\"fallbacks\":[{\"note\":\"@preset/s\"},null,[\"@preset/s\"]],\"model\":\"\\u006d\"}", "m")]
    public void Without_a_reference_only_the_model_is_of_interest(string body, string? model)
    {
        foreach (var kind in Contract.Kinds)
        {
            var request = Merging.Request(kind, body);

            Assert.Null(request.Reference);
            Assert.Equal(model, request.Model);
            Assert.Equal(body, Encoding.UTF8.GetString(request.Body.Span));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("{\"model\":\"m\",}")]
    [InlineData("{\"model\":\"m\"")]
    [InlineData("{\"model\":\"m\",\"a\":[1,]}")]
    [InlineData("\uFEFF{}")]
    public void What_is_no_json_object_is_refused(string body) =>
        Assert.Equal(RefusalCode.InvalidJson, Refused(Chat, body).Code);

    [Fact]
    public void What_is_no_utf8_is_refused() => Assert.Equal(
        RefusalCode.InvalidJson,
        Assert.Throws<Refusal>(() => InferenceRequest.Read(Chat, (byte[])[.. "{\"a\":\""u8, 0xFF, .. "\"}"u8])).Code);

    [Theory]
    [InlineData("{\"stream\":true}", true)]
    [InlineData("{\"stre\\u0061m\" : true,\"preset\":\"s\"}", true)]
    [InlineData("{\"stream\":false}", false)]
    [InlineData("{\"stream\":\"true\"}", false)]
    [InlineData("{}", false)]
    public void A_request_says_whether_it_is_for_a_stream(string body, bool expected) =>
        Assert.Equal(expected, Merging.Request(Chat, body).IsStream);

    [Fact]
    public void Another_model_leaves_all_else_byte_for_byte()
    {
        var request = Merging.Request(Chat, "{ \"a\" :1.0,\"model\"\t:\"vllm/\\u0061\" ,\"messages\":[ ]} ");

        Assert.Equal(
            "{ \"a\" :1.0,\"model\"\t:\"a\\\"b\" ,\"messages\":[ ]} ", Merging.Join(request.WithModel("a\"b")));
    }

    private static Refusal Refused(BodyKind kind, string body) =>
        Assert.Throws<Refusal>(() => Merging.Request(kind, body));
}
