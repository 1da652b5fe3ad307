using System.Text;

namespace Presets.Tests;

public class BodyFilterTests
{
    private const BodyKind Chat = BodyKind.ChatCompletions;

    public static TheoryData<BodyKind, string, string, bool> Fields()
    {
        var rows = new TheoryData<BodyKind, string, string, bool>();
        foreach (var kind in Contract.Kinds)
        {
            foreach (var (name, type) in Contract.Persisted(kind))
                rows.Add(kind, name, type, true);
            foreach (var (name, type) in Contract.Ignored(kind))
                rows.Add(kind, name, type, false);
        }
        return rows;
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_field_takes_every_value_of_its_type_and_keeps_its_spelling(
        BodyKind kind, string name, string type, bool persisted)
    {
        foreach (var value in Contract.Good(type))
        {
            var kept = Filter(kind, $"{{{Contract.Needed(kind, name)}\"{name}\":{value}}}");

            string[] needed = kind == BodyKind.Messages && name != "model" ? ["\"model\":\"m\""] : [];
            string[] members = persisted ? [.. needed, $"\"{name}\":{value}"] : needed;
            Assert.Equal("{" + string.Join(',', members) + "}", Text(kept.Config));
            Assert.Equal(persisted ? null : name, kept.IgnoredFields);
        }
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_field_refuses_every_value_of_another_type_and_is_named(
        BodyKind kind, string name, string type, bool persisted)
    {
        Assert.Equal(persisted, Contract.Persisted(kind).ContainsKey(name));
        foreach (var (value, place) in Contract.Bad(type))
        {
            var refusal = Refused(kind, $"{{{Contract.Needed(kind, name)}\"{name}\":{value}}}");

            Assert.Equal((RefusalCode.InvalidField, name + place), (refusal.Code, refusal.Field));
            Assert.StartsWith(name, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_null_is_absent_unless_the_field_is_required(BodyKind kind, string name, string type, bool persisted)
    {
        Assert.NotEmpty(type);
        var body = $"{{{Contract.Needed(kind, name)}\"{name}\":null}}";
        if (kind == BodyKind.Messages && name == "model")
        {
            Assert.Equal((RefusalCode.MissingField, "model"), Reason(kind, body));
            return;
        }

        var kept = Filter(kind, body);

        Assert.Equal(kind == BodyKind.Messages ? "{\"model\":\"m\"}" : "{}", Text(kept.Config));
        Assert.Null(kept.IgnoredFields);
        Assert.Equal(persisted, Contract.Persisted(kind).ContainsKey(name));
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_field_given_twice_is_refused_however_it_is_spelled(
        BodyKind kind, string name, string type, bool persisted)
    {
        Assert.Equal(persisted, !Contract.Ignored(kind).ContainsKey(name));
        var value = Contract.Good(type)[0];
        var escaped = $"\\u{(int)name[0]:X4}{name[1..]}";

        string[] pairs =
        [
            $"\"{name}\":{value},\"{escaped}\":{value}",
            $"\"{escaped}\":{value},\"{name}\":null",
        ];
        foreach (var twice in pairs)
            Assert.Equal(
                (RefusalCode.DuplicateMember, name), Reason(kind, $"{{{Contract.Needed(kind, name)}{twice}}}"));
    }

    [Theory]
    [InlineData(Chat, "{}", "messages")]
    [InlineData(Chat, """{"messages":null}""", "messages")]
    [InlineData(BodyKind.Messages, """{"model":"m"}""", "messages")]
    [InlineData(BodyKind.Messages, """{"messages":[]}""", "model")]
    [InlineData(BodyKind.Messages, """{"messages":null,"model":null}""", "model")]
    [InlineData(
        BodyKind.Messages,
        """{"messages":[],"model":"m","fallbacks":[{"model":"a"},{"Model":"b"}]}""",
        "fallbacks[1].model")]
    [InlineData(
        Chat,
        """{"messages":[{"role":"system","content":[{"type":"text","text":"a"},{"type":"text"}]}]}""",
        "messages[0].content[1].text")]
    [InlineData(Chat, """{"messages":[{"role":"system","content":[{"text":"a"}]}]}""", "messages[0].content[0].type")]
    [InlineData(BodyKind.Messages, """{"messages":[],"model":"m","system":[{"type":"text"}]}""", "system[0].text")]
    public void What_is_missing_is_named(BodyKind kind, string body, string field) =>
        Assert.Equal((RefusalCode.MissingField, field), Reason(kind, body));

    [Theory]
    [InlineData(Chat, """{"messages":[]}""", "messages")]
    [InlineData(Chat, """{"messages":{}}""", "messages")]
    [InlineData(Chat, """{"messages":"hi"}""", "messages")]
    [InlineData(BodyKind.Messages, """{"model":"m","messages":{}}""", "messages")]
    [InlineData(BodyKind.Messages, """{"model":"m","messages":[],"system":{}}""", "system")]
    [InlineData(BodyKind.Messages, """{"model":"m","messages":[],"system":["a"]}""", "system[0]")]
    [InlineData(
        BodyKind.Messages,
        """{"model":"m","messages":[],"system":[{"type":"image","text":"a"}]}""",
        "system[0].type")]
    [InlineData(BodyKind.Responses, """{"instructions":["a"]}""", "instructions")]
    [InlineData(BodyKind.Responses, """{"input":{}}""", "input")]
    [InlineData(BodyKind.Responses, """{"input":[{"role":"system","content":5}]}""", "input[0].content")]
    [InlineData(BodyKind.Responses, """{"input":[{"role":"system","content":["a"]}]}""", "input[0].content[0]")]
    [InlineData(
        BodyKind.Responses,
        """{"input":[{"role":"system","content":[{"type":"input_text","text":1}]}]}""",
        "input[0].content[0].text")]
    [InlineData(BodyKind.Responses, """{"input":[{"role":"system","content":"\ud83d"}]}""", "input[0].content")]
    [InlineData(Chat, """{"messages":[0],"workspace_id":1}""", "workspace_id")]
    [InlineData(Chat, """{"messages":[0],"workspace_id":""}""", "workspace_id")]
    [InlineData(Chat, """{"messages":[0],"workspace_id":"default"}""", "workspace_id")]
    [InlineData(Chat, """{"messages":[0],"workspace_id":"0df9e665d9325740b2c7b52af166bc11"}""", "workspace_id")]
    [InlineData(Chat, """{"messages":[0],"workspace_id":"0df9e665-d932-5740-b2c7-b52af166bc11 "}""", "workspace_id")]
    [InlineData(Chat, """{"messages":[{"role":"system","content":{}}]}""", "messages[0].content")]
    [InlineData(Chat, """{"messages":[{"content":5,"role":"developer"}]}""", "messages[0].content")]
    [InlineData(Chat, """{"messages":[{"role":"system","content":["a"]}]}""", "messages[0].content[0]")]
    [InlineData(
        Chat,
        """{"messages":[{"role":"system","content":[{"type":"text","text":"a"},{"type":"image_url","""
        + """ "image_url":{}}]}]}""",
        "messages[0].content[1].type")]
    [InlineData(
        Chat,
        """{"messages":[{"role":"system","content":"a"},{"role":"system","content":[{"type":"text","text":null}]}]}""",
        "messages[1].content[0].text")]
    [InlineData(Chat, """{"messages":[{"role":"system","content":"a\u0000"}]}""", "messages[0].content")]
    [InlineData(
        Chat,
        """{"messages":[{"role":"system","content":[{"type":"text","text":"\ud83d"}]}]}""",
        "messages[0].content[0].text")]
    [InlineData(BodyKind.Responses, """{"instructions":"\\\udc00\ud800"}""", "instructions")]
    [InlineData(BodyKind.Messages, """{"messages":[],"model":"m","system":"\u0000"}""", "system")]
    [InlineData(Chat, """{"messages":[0],"model":"\ud83d\\ude00"}""", "model")]
    [InlineData(Chat, """{"messages":[0],"tools":[1,{"a":["\ude00\ud83d"]}]}""", "tools[1].a[0]")]
    [InlineData(Chat, """{"messages":[0],"tools":[{"a":{"x\u0000":1}}]}""", "tools[0].a.x\0")]
    [InlineData(Chat, """{"messages":[0],"logit_bias":{"\ud83d":1}}""", "logit_bias.\ufffd\ufffd\ufffd")]
    [InlineData(Chat, """{"messages":[0],"verbosity":"\ud83dx"}""", "verbosity")]
    public void What_is_invalid_is_named(BodyKind kind, string body, string field) =>
        Assert.Equal((RefusalCode.InvalidField, field), Reason(kind, body));

    [Theory]
    [InlineData("""{"messages":[0],"x":1,"x":2}""", "x")]
    [InlineData("""{"messages":[0],"xyzxyzxyz":null,"xyz\u0078yzxyz":null}""", "xyzxyzxyz")]
    [InlineData("""{"messages":[0],"":1,"":2}""", "")]
    [InlineData("""{"messages":[0],"\ud83d\ude00":1,"😀":2}""", "😀")]
    [InlineData("""{"messages":[0],"\ud83d":1,"\uD83D":2}""", "\ufffd\ufffd\ufffd")]
    [InlineData("""{"messages":[{"role":"user","role":"system","content":"a"}]}""", "messages[0].role")]
    [InlineData("""{"messages":[{"role":"system","content":"a","content":"b"}]}""", "messages[0].content")]
    [InlineData(
        """{"messages":[{"role":"system","content":[{"type":"text","text":"a","te\u0078t":"b"}]}]}""",
        "messages[0].content[0].text")]
    [InlineData(
        """{"messages":[0],"tools":[{"function":{"parameters":{"properties":{"x":{},"y":{},"\u0078":{}}}}}]}""",
        "tools[0].function.parameters.properties.x")]
    [InlineData("""{"messages":[0],"provider":{"a":{"b":1,"c":{"b":1}},"b":1,"a":0}}""", "provider.a")]
    [InlineData("""{"messages":[0],"logit_bias":{"1":1,"1":1}}""", "logit_bias.1")]
    public void A_duplicate_key_in_what_is_stored_is_named(string body, string field) =>
        Assert.Equal((RefusalCode.DuplicateMember, field), Reason(Chat, body));

    [Theory]
    [InlineData(Chat, """{"messages":[0],"model":"@preset/a"}""", "model")]
    [InlineData(Chat, """{"messages":[0],"model":"openai\/gpt@preset\/a"}""", "model")]
    [InlineData(Chat, """{"messages":[0],"models":["a","x@preset/b"]}""", "models[1]")]
    [InlineData(Chat, """{"messages":[0],"models":["\u0040preset/b"]}""", "models[0]")]
    [InlineData(
        BodyKind.Messages,
        """{"messages":[],"model":"m","fallbacks":[{"model":"a"},{"model":"@preset/b"}]}""",
        "fallbacks[1].model")]
    [InlineData(BodyKind.Messages, """{"messages":[],"model":"@preset/b"}""", "model")]
    [InlineData(BodyKind.Responses, """{"model":"m@preset/b"}""", "model")]
    public void A_preset_does_not_nest(BodyKind kind, string body, string field) =>
        Assert.Equal((RefusalCode.NestedPreset, field), Reason(kind, body));

    [Theory]
    [InlineData(Chat, """{"messages":[{"role":"system","content":"a"}]}""", "a", null)]
    [InlineData(Chat, """{"messages":[{"content":"a\n\"\u00e9\ud83d\ude00","role":"developer"}]}""", "a\n\"é😀", null)]
    [InlineData(
        Chat,
        """{"messages":[{"role":"system","content":"a"},{"role":"d\u0065veloper","c\u006fntent":"b"},"""
        + """{"role":"user"},{"role":"system","content":5}]}""",
        "a\n\nb", null)]
    [InlineData(
        Chat,
        """{"messages":[{"role":"system","content":[{"type":"text","text":"a"},{"text":"b","""
        + """ "type":"t\u0065xt"}]},{"role":"system","content":"c"}]}""",
        "a\nb\n\nc", null)]
    [InlineData(Chat, """{"messages":[{"role":"system","content":""}]}""", null, null)]
    [InlineData(Chat, """{"messages":[{"role":"system","content":null}]}""", null, null)]
    [InlineData(Chat, """{"messages":[{"role":"system"},{"role":"developer","content":"b"}]}""", "b", null)]
    [InlineData(
        Chat,
        """{"messages":[{"role":"system","content":"a"},{"content":null,"role":"system"},"""
        + """{"role":"system","content":"b"}]}""",
        "a\n\nb", null)]
    [InlineData(Chat, """{"messages":[{"role":"system","content":[]},{"role":"system","content":"b"}]}""", "b", null)]
    [InlineData(
        Chat,
        """{"messages":[{"role":"system","content":[{"type":"text","text":""},{"type":"text","text":"b"}]}]}""",
        "b", null)]
    [InlineData(Chat, """{"messages":[1,{"role":"system","content":"a"}]}""", null, null)]
    [InlineData(Chat, """{"messages":[[{"role":"system"}],{"role":"system","content":"a"}]}""", null, null)]
    [InlineData(Chat, """{"messages":[{"content":"x"},{"role":"system","content":"a"}]}""", null, null)]
    [InlineData(Chat, """{"messages":[{"role":"System","content":"x"}]}""", null, null)]
    [InlineData(Chat, """{"messages":[{"x":{"role":"system"},"role":"user","content":"x"}]}""", null, null)]
    [InlineData(Chat, """{"messages":[{"role":"user","a":1,"a":2,"content":"\ud83d\u0000"}]}""", null, null)]
    [InlineData(
        Chat,
        """{"messages":[{"role":"system","name":"n","content":[{"type":"text","text":"a","""
        + """ "cache_control":{"a":1,"a":"\ud83d"}}],"cache_control":{},"x":null}]}""",
        "a", "messages.name, messages.cache_control")]
    [InlineData(BodyKind.Messages, """{"messages":[],"model":"m","system":"a\tb"}""", "a\tb", null)]
    [InlineData(BodyKind.Messages, """{"messages":[],"model":"m","system":null}""", null, null)]
    [InlineData(BodyKind.Messages, """{"messages":[],"model":"m","system":[]}""", null, null)]
    [InlineData(
        BodyKind.Messages,
        """{"a":1,"messages":[{"role":"system"}],"model":"m","system":[{"type":"text","text":"a","""
        + """ "cache_control":{}},{"type":"text","text":"\u0062","citations":[],"cache_control":{}}],"b":1}""",
        "a\nb", "a, system.cache_control, system.citations, b")]
    [InlineData(
        BodyKind.Responses,
        """{"instructions":"a","input":[{"role":"system","content":"b"},{"content":"c","role":"developer"},"""
        + """{"role":"user","content":"x"},{"role":"system","content":5}]}""",
        "a\n\nb\n\nc", null)]
    [InlineData(
        BodyKind.Responses,
        """{"input":[{"type":"message","role":"system","content":[{"type":"input_text","text":"b\n"},"""
        + """{"text":"c","type":"text"}]}],"instructions":"\u0061"}""",
        "a\n\nb\n\nc", null)]
    [InlineData(BodyKind.Responses, """{"input":[{"role":"system","content":"b"}],"instructions":""}""", "b", null)]
    [InlineData(BodyKind.Responses, """{"input":[{"role":"system","content":null}],"instructions":"a"}""", "a", null)]
    [InlineData(BodyKind.Responses, """{"input":[{"role":"system","content":[]},{"role":"system"}]}""", null, null)]
    [InlineData(BodyKind.Responses, """{"input":[]}""", null, null)]
    [InlineData(BodyKind.Responses, """{"input":[0,{"role":"system","content":"x"}]}""", null, null)]
    [InlineData(BodyKind.Responses, """{"input":"\ud83d"}""", null, null)]
    [InlineData(
        BodyKind.Responses,
        """{"input":[{"role":"developer","type":"additional_tools","tools":[],"a":1,"a":2},"""
        + """{"role":"system","content":"x"}]}""",
        null, null)]
    [InlineData(
        BodyKind.Responses,
        """{"a":1,"input":[{"type":null,"id":"m","role":"system","status":null,"content":["""
        + """{"type":"input_text","text":"b","prompt_cache_breakpoint":{}},"""
        + """{"type":"input_image","image_url":"u","detail":"auto"}]}],"b":1}""",
        "b", "a, input.id, input.prompt_cache_breakpoint, input.image_url, input.detail, b")]
    [InlineData(BodyKind.Responses, """{"instructions":"","input":null}""", null, null)]
    public void System_text_is_found_and_what_is_dropped_of_it_is_named(
        BodyKind kind, string body, string? text, string? ignored)
    {
        var kept = Filter(kind, body);

        Assert.Equal(text, kept.SystemPrompt is null ? null : Text(kept.SystemPrompt));
        Assert.Equal(ignored, kept.IgnoredFields);
    }

    [Fact]
    public void Persisted_values_keep_every_byte_in_body_order_under_their_plain_names()
    {
        var kept = Filter(Chat, """
             { "to\u006fls" : [ {"b" : 1.50, "a":"\u00e9\/" } ] , "x":0, "messages":[0],
               "temperature"	:	1.0e0 , "model":"m" }
            """);

        Assert.Equal(
            """{"tools":[ {"b" : 1.50, "a":"\u00e9\/" } ],"temperature":1.0e0,"model":"m"}""", Text(kept.Config));
        Assert.Equal("x", kept.IgnoredFields);
    }

    [Theory]
    [InlineData(Chat)]
    [InlineData(BodyKind.Messages)]
    [InlineData(BodyKind.Responses)]
    public void What_belongs_to_one_call_is_ignored_and_named(BodyKind kind)
    {
        var members = Contract.IgnoredOnPurpose.Select(name =>
            $"\"{name}\":{(Contract.Ignored(kind).TryGetValue(name, out var type) ? Contract.Good(type)[0] : "[1]")}");

        var kept = Filter(kind, $"{{{Contract.Needed(kind)}{string.Join(',', members)}}}");

        Assert.Equal(kind == BodyKind.Messages ? """{"model":"m"}""" : "{}", Text(kept.Config));
        Assert.Equal(string.Join(", ", Contract.IgnoredOnPurpose), kept.IgnoredFields);
    }

    [Theory]
    [InlineData("\"0df9e665-d932-5740-b2c7-b52af166bc11\"", "0df9e665-d932-5740-b2c7-b52af166bc11")]
    [InlineData("\"0DF9E665-D932-5740-B2C7-B52AF166BC1\\u0031\"", "0df9e665-d932-5740-b2c7-b52af166bc11")]
    [InlineData("null", null)]
    public void The_workspace_is_read_and_neither_kept_nor_named(string value, string? workspace)
    {
        foreach (var kind in Contract.Kinds)
        {
            var kept = Filter(kind, $"{{{Contract.Needed(kind)}\"workspace_id\":{value}}}");

            Assert.Equal(workspace, kept.WorkspaceId?.ToString());
            Assert.Equal(kind == BodyKind.Messages ? """{"model":"m"}""" : "{}", Text(kept.Config));
            Assert.Null(kept.IgnoredFields);
        }
    }

    [Theory]
    [InlineData(
        """{"messages":[0],"b":1,"stream":true,"a b":[],"preset":"@preset/x","n":null}""",
        "b, stream, a b, preset")]
    [InlineData("""{"messages":[0],"é,\u007f\n😀":1,"\ud83d":2,"":3}""", "?????, ?, ?")]
    public void Ignored_names_are_printable_ascii_in_body_order(string body, string expected) =>
        Assert.Equal(expected, Filter(Chat, body).IgnoredFields);

    [Theory]
    [InlineData(100)]
    [InlineData(98)]
    [InlineData(500)]
    [InlineData(499)]
    [InlineData(1000)]
    public void Ignored_names_are_cut_at_a_whole_name(int length)
    {
        var body = string.Join(",", Enumerable.Range(0, 20).Select(i => $"\"{new string('x', length - 2)}{i:00}\":1"));

        var value = Filter(Chat, $"{{\"messages\":[0],{body}}}").IgnoredFields!;

        Assert.InRange(value.Length, 1, IgnoredLimit);
        Assert.All(value.Split(", "), name => Assert.Equal(length, name.Length));
        Assert.Equal((IgnoredLimit + 2) / (length + 2), value.Split(", ").Length);
    }

    [Fact]
    public void A_first_ignored_name_that_does_not_fit_leaves_none() =>
        Assert.Null(Filter(Chat, $"{{\"messages\":[0],\"{new string('x', 1001)}\":1,\"y\":1}}").IgnoredFields);

    private const int IgnoredLimit = 1000;

    private static FilteredBody Filter(BodyKind kind, string body) =>
        BodyFilter.Filter(kind, Encoding.UTF8.GetBytes(body));

    private static Refusal Refused(BodyKind kind, string body) => Assert.Throws<Refusal>(() => Filter(kind, body));

    private static (RefusalCode, string?) Reason(BodyKind kind, string body)
    {
        var refusal = Refused(kind, body);
        return (refusal.Code, refusal.Field);
    }

    private static string Text(byte[] utf8) => Encoding.UTF8.GetString(utf8);
}
