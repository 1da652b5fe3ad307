using System.Text;

namespace Presets.Tests;

public class ConfigFilterTests
{
    public static TheoryData<BodyKind, string, string> Fields()
    {
        var rows = new TheoryData<BodyKind, string, string>();
        foreach (var kind in Contract.Kinds)
            foreach (var (name, type) in Contract.Persisted(kind))
                rows.Add(kind, name, type);
        return rows;
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_field_of_any_body_takes_every_value_of_its_type_and_keeps_its_spelling(
        BodyKind kind, string name, string type)
    {
        foreach (var value in Contract.Good(type))
        {
            var config = $"{{{Needed(kind, name)}\"{name}\":{value}}}";

            Assert.Equal(config, Config($"{{\"config\":{config}}}"));
            Assert.Equal(config, Config($"{{\"body\":\"{BodyKinds.NameOf(kind)}\",\"config\":{config}}}"));
        }
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_field_refuses_every_value_of_another_type_and_is_named(BodyKind kind, string name, string type)
    {
        foreach (var (value, place) in Contract.Bad(type))
        {
            var refusal = Refused(
                $"{{\"config\":{{{Needed(kind, name)}\"{name}\":{value}}},\"body\":\"{BodyKinds.NameOf(kind)}\"}}");

            Assert.Equal((RefusalCode.InvalidField, $"config.{name}{place}"), (refusal.Code, refusal.Field));
            Assert.StartsWith($"config.{name}", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void Without_a_body_a_value_is_refused_when_every_table_refuses_it(BodyKind kind, string name, string type)
    {
        foreach (var (value, _) in Contract.Bad(type))
        {
            string Request(BodyKind of, string rest) =>
                $"{{\"config\":{{{Needed(of, name)}\"{name}\":{value}}}{rest}}}";
            var isTaken = Contract.Kinds
                .Where(other => Contract.Persisted(other).ContainsKey(name))
                .Any(other => Passes(Request(other, $",\"body\":\"{BodyKinds.NameOf(other)}\"")));

            Assert.Equal(isTaken, Passes(Request(kind, "")));
        }
    }

    [Fact]
    public void A_body_narrows_the_fields_to_its_own()
    {
        foreach (var (kind, name, type) in Contract.Kinds.SelectMany(kind => Contract.Kinds
            .SelectMany(other => Contract.Persisted(other))
            .Where(field => !Contract.Persisted(kind).ContainsKey(field.Key))
            .Select(field => (kind, field.Key, field.Value))))
        {
            var config = $"{{{Needed(kind)}\"{name}\":{Contract.Good(type)[0]}}}";

            var refusal = Refused($"{{\"config\":{config},\"body\":\"{BodyKinds.NameOf(kind)}\"}}");

            Assert.Equal((RefusalCode.UnknownField, $"config.{name}"), (refusal.Code, refusal.Field));
        }
    }

    [Theory]
    [InlineData("""{"config":{"model":"m","temprature":1}}""", "config.temprature")]
    [InlineData("""{"config":{"stream":true}}""", "config.stream")]
    [InlineData("""{"config":{"messages":[]}}""", "config.messages")]
    [InlineData("""{"config":{"system":"x"}}""", "config.system")]
    [InlineData("""{"config":{"workspace_id":"x"}}""", "config.workspace_id")]
    [InlineData("""{"config":{"config":{}}}""", "config.config")]
    [InlineData("""{"config":{"Model":"m"}}""", "config.Model")]
    [InlineData("""{"config":{"":1}}""", "config.")]
    [InlineData("""{"config":{"a\ud800":1}}""", "config.a\ufffd\ufffd\ufffd")]
    public void A_member_that_no_request_persists_is_refused(string request, string field) =>
        Assert.Equal((RefusalCode.UnknownField, field), Reason(request));

    [Theory]
    [InlineData("""{"config":{"model":null,"x":null,"seed":1}}""", """{"seed":1}""")]
    [InlineData("""{"config":{"fallbacks":null},"body":"responses"}""", "{}")]
    [InlineData("""{"config":{},"system_prompt":null,"message":null,"body":null,"workspace_id":null}""", "{}")]
    public void Null_is_absent(string request, string config)
    {
        var kept = Filter(request);

        Assert.Equal(config, Text(kept.Config));
        Assert.Equal((null, null, null, null), (kept.SystemPrompt, kept.Message, kept.WorkspaceId, kept.IgnoredFields));
    }

    [Theory]
    [InlineData("{}", "config")]
    [InlineData("""{"config":null}""", "config")]
    [InlineData("""{"data":{"config":{}}}""", "config")]
    [InlineData("""{"config":{},"body":"messages"}""", "config.model")]
    [InlineData("""{"config":{"model":null},"body":"messages"}""", "config.model")]
    [InlineData("""{"config":{"fallbacks":[{}]}}""", "config.fallbacks[0].model")]
    public void What_is_missing_is_named(string request, string field) =>
        Assert.Equal((RefusalCode.MissingField, field), Reason(request));

    [Theory]
    [InlineData("""{"config":[]}""", "config")]
    [InlineData("""{"config":"{}"}""", "config")]
    [InlineData("""{"config":{},"system_prompt":["a"]}""", "system_prompt")]
    [InlineData("""{"config":{},"system_prompt":{"type":"text","text":"a"}}""", "system_prompt")]
    [InlineData("""{"config":{},"system_prompt":"\u0000"}""", "system_prompt")]
    [InlineData("""{"config":{},"system_prompt":"\ud800"}""", "system_prompt")]
    [InlineData("""{"config":{},"message":1}""", "message")]
    [InlineData("""{"config":{},"message":"\u0000"}""", "message")]
    [InlineData("""{"config":{},"message":"\udc00"}""", "message")]
    [InlineData("""{"config":{},"body":1}""", "body")]
    [InlineData("""{"config":{},"body":"chat/completions"}""", "body")]
    [InlineData("""{"config":{},"body":"Messages"}""", "body")]
    [InlineData("""{"config":{},"workspace_id":"default"}""", "workspace_id")]
    [InlineData("""{"config":{"model":"a\u0000"}}""", "config.model")]
    [InlineData("""{"config":{"tools":[{"a":"\ud800"}]}}""", "config.tools[0].a")]
    [InlineData("""{"config":{"tools":[{"\ud800":1}]}}""", "config.tools[0].\ufffd\ufffd\ufffd")]
    public void What_breaks_a_rule_is_named(string request, string field) =>
        Assert.Equal((RefusalCode.InvalidField, field), Reason(request));

    [Theory]
    [InlineData("""{"config":{"model":"@preset/x"}}""", "config.model")]
    [InlineData("""{"config":{"models":["a","x@pres\u0065t/y"]}}""", "config.models[1]")]
    [InlineData("""{"config":{"fallbacks":[{"model":"@preset/x"}]}}""", "config.fallbacks[0].model")]
    public void A_preset_does_not_nest(string request, string field) =>
        Assert.Equal((RefusalCode.NestedPreset, field), Reason(request));

    [Theory]
    [InlineData("""{"config":{},"config":{}}""", "config")]
    [InlineData("""{"config":{},"c\u006fnfig":null}""", "config")]
    [InlineData("""{"config":{},"x":1,"x":2}""", "x")]
    [InlineData("""{"config":{"seed":1,"s\u0065ed":null}}""", "config.seed")]
    [InlineData("""{"config":{"x":null,"x":null}}""", "config.x")]
    [InlineData("""{"config":{"tools":[{"a":1,"\u0061":1}]}}""", "config.tools[0].a")]
    public void A_member_given_twice_is_refused(string request, string field) =>
        Assert.Equal((RefusalCode.DuplicateMember, field), Reason(request));

    [Fact]
    public void A_message_has_at_most_500_characters_however_it_is_spelled()
    {
        string Request(int count) => $"{{\"config\":{{}},\"message\":\"{Repeat("😀\\ud83d\\ude00\\n", count)}\"}}";

        Assert.Equal(Repeat("😀😀\n", 166), Filter(Request(166)).Message);
        Assert.Equal((RefusalCode.InvalidField, "message"), Reason(Request(167)));
        Assert.Null(Filter("""{"config":{},"message":""}""").Message);
    }

    [Theory]
    [InlineData("""{"config":{},"system_prompt":"a\n\u00e9😀"}""", "a\né😀")]
    [InlineData("""{"config":{},"system_prompt":""}""", null)]
    [InlineData("""{"config":{}}""", null)]
    public void A_system_prompt_is_kept_as_text(string request, string? expected) =>
        Assert.Equal(expected, Filter(request).SystemPrompt is { } text ? Text(text) : null);

    [Fact]
    public void A_whole_version_gives_its_config_and_its_other_members_are_ignored()
    {
        const string Config = """{"model":"a","tools":[{"z" : 1.50e0, "a":"\u00e9\/"}]}""";
        var version = Version(BodyKind.Messages, Encoding.UTF8.GetBytes(Config), "One\ntwo"u8.ToArray());

        var kept = ConfigFilter.Filter(AnswerOf(version));

        Assert.Equal(Config, Text(kept.Config));
        Assert.Equal("One\ntwo", Text(kept.SystemPrompt!));
        Assert.Equal((BodyKind.Messages, "Why"), (kept.Kind, kept.Message));
        Assert.Equal("id, preset_id, version, creator_id, labels, created_at, updated_at", kept.IgnoredFields);
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void A_config_nests_as_deep_as_that_of_a_body(string open, string close)
    {
        string Config(int depth) =>
            $"{{\"transforms\":{Repeat(open, depth - 1)}{(open == "[" ? "" : "0")}{Repeat(close, depth - 1)}}}";
        string Request(int depth) => $"{{\"config\":{Config(depth)},\"x\":[{{}}]}}";

        Assert.Equal(Config(64), ConfigFilterTests.Config(Request(64)));
        var refusal = Refused(Request(65));
        Assert.Equal(RefusalCode.InvalidJson, refusal.Code);
        Assert.Contains("nested deeper than 65", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\ufeff{\"config\":{}}")]
    [InlineData("{\"config\":{}")]
    [InlineData("{\"config\":{]}")]
    [InlineData("{\"config\":{}}]")]
    [InlineData("{\"config\":{},}")]
    [InlineData("{\"config\":{\"seed\":1,}}")]
    [InlineData("{\"config\":{\"seed\":01}}")]
    [InlineData("{\"config\":{\"nope\":1}}x")]
    [InlineData("{\"config\":{\"nope\":1},\"x\":[}")]
    public void What_is_no_json_object_is_refused(string request)
    {
        Assert.Equal((RefusalCode.InvalidJson, null), Reason(request));
    }

    internal static PresetVersion Version(BodyKind? kind, byte[] config, byte[]? systemPrompt) => new(
        Guid.NewGuid(),
        Guid.NewGuid(),
        Version: 3,
        Revision: 3,
        "user",
        DateTimeOffset.UnixEpoch,
        kind,
        config,
        systemPrompt is null ? default(ReadOnlyMemory<byte>?) : systemPrompt)
    {
        Message = "Why",
    };

    internal static byte[] AnswerOf(PresetVersion version)
    {
        var json = new System.Buffers.ArrayBufferWriter<byte>();
        PresetJson.WriteVersion(json, version, LabelSet.None.With(new Label("production", 3, Protected: false)));
        return json.WrittenSpan.ToArray();
    }

    // A messages body must name a model.
    private static string Needed(BodyKind kind, string? except = null) =>
        kind == BodyKind.Messages && except != "model" ? "\"model\":\"m\"," : "";

    private static string Repeat(string piece, int count) => string.Concat(Enumerable.Repeat(piece, count));

    private static FilteredBody Filter(string request) => ConfigFilter.Filter(Encoding.UTF8.GetBytes(request));

    private static string Config(string request) => Text(Filter(request).Config);

    private static string Text(byte[] utf8) => Encoding.UTF8.GetString(utf8);

    private static Refusal Refused(string request) => Assert.Throws<Refusal>(() => Filter(request));

    private static (RefusalCode Code, string? Field) Reason(string request)
    {
        var refusal = Refused(request);
        return (refusal.Code, refusal.Field);
    }

    private static bool Passes(string request)
    {
        try
        {
            Filter(request);
            return true;
        }
        catch (Refusal refusal) when (refusal.Code == RefusalCode.InvalidField)
        {
            return false;
        }
    }
}
