using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Presets.Tests;

public sealed class PresetJsonTests
{
    private static readonly DateTimeOffset Noon = new(2026, 4, 20, 12, 0, 0, 123, 456, TimeSpan.Zero);

    [Fact]
    public void An_answer_has_the_contracts_fields_in_their_spelling()
    {
        var preset = new Preset(
            new Guid("01a20550-17a8-7a63-b194-0ccadcd28430"),
            new PresetName(new Guid("01a20550-173a-791f-ac7b-fb4195364602"), "my-preset"),
            "my-preset",
            null,
            PresetStatus.Active,
            "user_1",
            Noon,
            Noon.AddSeconds(1),
            null,
            2,
            2,
            new Guid("01a20550-2222-7a63-b194-0ccadcd28430"),
            2)
        {
            Labels = LabelSet.None.With(new("prod", 2, true)).With(new("old", 1, false)).With(new("a", 2, false)),
            Locked = """["/model"]""",
        };
        var version = new PresetVersion(
            preset.DesignatedVersionId,
            preset.Id,
            2,
            2,
            "user_2",
            Noon.AddSeconds(1),
            BodyKind.ChatCompletions,
            """{"seed": 1.0}"""u8.ToArray(),
            "Be \"brief\".\n"u8.ToArray())
        {
            Message = "Shorter",
        };

        var answer = PresetJson.SnapshotOf(new PresetHead(preset, version));

        Assert.Equal(
            """{"data":{"id":"01a20550-17a8-7a63-b194-0ccadcd28430","""
            + "\"workspace_id\":\"01a20550-173a-791f-ac7b-fb4195364602\","
            + "\"slug\":\"my-preset\",\"name\":\"my-preset\",\"description\":null,\"status\":\"active\","
            + "\"status_updated_at\":null,"
            + "\"creator_user_id\":\"user_1\",\"designated_version_id\":\"01a20550-2222-7a63-b194-0ccadcd28430\","
            + "\"created_at\":\"2026-04-20T12:00:00.123456Z\",\"updated_at\":\"2026-04-20T12:00:01.123456Z\","
            + "\"labels\":{\"a\":2,\"old\":1,\"prod\":2},\"locked\":[\"/model\"],"
            + "\"designated_version\":{\"id\":\"01a20550-2222-7a63-b194-0ccadcd28430\","
            + "\"preset_id\":\"01a20550-17a8-7a63-b194-0ccadcd28430\","
            + "\"version\":2,\"creator_id\":\"user_2\",\"body\":\"chat_completions\","
            + "\"message\":\"Shorter\",\"labels\":[\"a\",\"prod\"],\"config\":{\"seed\": 1.0},"
            + "\"system_prompt\":\"Be \\\"brief\\\".\\n\","
            + "\"created_at\":\"2026-04-20T12:00:01.123456Z\",\"updated_at\":\"2026-04-20T12:00:01.123456Z\"}}}",
            Encoding.UTF8.GetString(answer.Body.Span));
        Assert.Equal((preset.Id, 2, 2), (answer.PresetId, answer.Revision, answer.Version));
        Assert.Equal((2, preset.Labels, preset.Locked), (answer.LatestVersion, answer.Labels, answer.Locked));
        Assert.Equal("""{"seed": 1.0}""", Encoding.UTF8.GetString(answer.Body[answer.ConfigRange].Span));
        var prompt = answer.Body[answer.SystemPromptRange!.Value];
        Assert.Equal("Be \\\"brief\\\".\\n", Encoding.UTF8.GetString(prompt.Span));
    }

    [Fact]
    public void Every_control_character_is_escaped_and_nothing_else_but_quote_and_backslash()
    {
        for (var character = '\0'; character < '\u0100'; character++)
        {
            var json = VersionJson("{}", $"a{character}b");

            var mustBeEscaped = character is < ' ' or '"' or '\\';
            Assert.Equal(!mustBeEscaped, json.Contains($"\"a{character}b\"", StringComparison.Ordinal));
            using var document = JsonDocument.Parse(json);
            Assert.Equal($"a{character}b", document.RootElement.GetProperty("system_prompt").GetString());
        }
    }

    [Theory]
    [InlineData("\b\t\n\f\r\"\\", "\\b\\t\\n\\f\\r\\\"\\\\")]
    [InlineData("\0\u0001\u000b\u001f", "\\u0000\\u0001\\u000b\\u001f")]
    [InlineData("/<>&'\u007f\u2028\u2029é😀", "/<>&'\u007f\u2028\u2029é😀")]
    public void Text_is_escaped_in_its_shortest_form(string text, string escaped)
    {
        Assert.Contains($"\"system_prompt\":\"{escaped}\"", VersionJson("{}", text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "null")]
    [InlineData("", "\"\"")]
    public void No_prompt_is_null_and_an_empty_one_is_empty(string? prompt, string json)
    {
        Assert.Contains($"\"system_prompt\":{json},", VersionJson("{}", prompt), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"b\" : 1.0 , \"a\":[ 1e400,-0,\t0.10 ] }")]
    [InlineData("""{"a":"\u00e9\/é","\u0061b":{}}""")]
    [InlineData("{}")]
    public void A_config_is_copied_as_it_stands(string config)
    {
        Assert.Contains($"\"config\":{config},\"system_prompt\"", VersionJson(config, null), StringComparison.Ordinal);
    }

    [Property(MaxTest = 500)]
    public Property Every_value_comes_back()
    {
        var text = ArbMap.Default.GeneratorFor<string>().Select(text => Valid(text ?? ""));
        var sample = from name in text
                     from description in Gen.OneOf(text.Select(each => (string?)each), Gen.Constant((string?)null))
                     from prompt in Gen.OneOf(text.Select(each => (string?)each), Gen.Constant((string?)null))
                     from length in Gen.Elements(0, 1, 100, 600, 5000)
                     from number in Gen.Choose(1, int.MaxValue)
                     from status in Gen.Elements(PresetStatus.Active, PresetStatus.Disabled, PresetStatus.Archived)
                     from microseconds in Gen.Choose(0, int.MaxValue)
                     select (name: name + new string('é', length), description, prompt, number, status, microseconds);
        return Prop.ForAll(sample.ToArbitrary(), each =>
        {
            var time = Timestamp.FromUnixMicroseconds(1_700_000_000_000_000L + each.microseconds);
            var version = new PresetVersion(
                Guid.CreateVersion7(),
                Guid.CreateVersion7(),
                each.number,
                1,
                each.name,
                time,
                null,
                "{}"u8.ToArray(),
                each.prompt is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(each.prompt));
            var preset = new Preset(
                version.PresetId,
                new PresetName(Guid.CreateVersion7(), "slug"),
                each.name,
                each.description,
                each.status,
                each.name,
                time,
                time,
                time,
                each.number,
                each.number,
                version.Id,
                1);

            var snapshot = PresetJson.SnapshotOf(new PresetHead(preset, version));

            using var json = JsonDocument.Parse(snapshot.Body);

            var data = json.RootElement.GetProperty("data");
            Assert.Equal(preset.Id, data.GetProperty("id").GetGuid());
            Assert.Equal(preset.FullName.WorkspaceId, data.GetProperty("workspace_id").GetGuid());
            Assert.Equal(each.name, data.GetProperty("name").GetString());
            Assert.Equal(each.description, data.GetProperty("description").GetString());
            Assert.Equal(each.name, data.GetProperty("creator_user_id").GetString());
            Assert.Equal(each.status.ToString().ToLowerInvariant(), data.GetProperty("status").GetString());
            Assert.Equal(time, data.GetProperty("status_updated_at").GetDateTimeOffset());
            var designated = data.GetProperty("designated_version");
            Assert.Equal(
                (version.Id, each.number, each.name, each.prompt, time),
                (designated.GetProperty("id").GetGuid(),
                    designated.GetProperty("version").GetInt32(),
                    designated.GetProperty("creator_id").GetString(),
                    designated.GetProperty("system_prompt").GetString(),
                    designated.GetProperty("created_at").GetDateTimeOffset()));
            Assert.Equal("{}", Encoding.UTF8.GetString(snapshot.Body[snapshot.ConfigRange].Span));
            Assert.Equal(each.prompt, snapshot.SystemPromptRange is { } range ? Unescaped(snapshot.Body[range]) : null);
        });

        static string? Unescaped(ReadOnlyMemory<byte> escaped)
        {
            byte[] json = [.. "\""u8, .. escaped.Span, .. "\""u8];
            return JsonSerializer.Deserialize<string>(json);
        }
    }

    [Fact]
    public void An_answer_after_a_huge_one_is_whole()
    {
        var huge = VersionJson("{\"a\":\"" + new string('x', 5 << 20) + "\"}", new string('"', 1 << 20));
        var small = VersionJson("{}", "small");

        Assert.Equal((5 << 20) + (2 << 20), huge.Length - small.Length + "small".Length - "\"a\":\"\"".Length);
    }

    /// <summary>Without lone surrogates, which have no form in UTF-8.</summary>
    private static string Valid(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static string VersionJson(string config, string? prompt)
    {
        var json = new ArrayBufferWriter<byte>();
        PresetJson.WriteVersion(
            json,
            new PresetVersion(
                Guid.Empty,
                Guid.Empty,
                1,
                1,
                "user",
                Noon,
                BodyKind.Messages,
                Encoding.UTF8.GetBytes(config),
                prompt is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(prompt)),
            LabelSet.None);
        return Encoding.UTF8.GetString(json.WrittenSpan);
    }
}
