using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;

namespace Presets.Tests;

public sealed class ExportReaderTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 25, 10, 0, 0, TimeSpan.Zero);

    private const string Record =
        """
        {"slug":"a","part":1,"id":"650e8400-e29b-41d4-a716-446655440001","name":"A","description":null,
        "status":"active","status_updated_at":null,"creator_user_id":"user_1",
        "created_at":"2026-04-20T10:00:00.000000Z","updated_at":"2026-04-20T10:00:01.123456Z","latest_version":1,
        "designated_version":1,"revision":2,"labels":[{"label":"prod","version":1,"protected":true}],
        "locked":["/model"],"versions":[{"version":1,"id":"550e8400-e29b-41d4-a716-446655440000","revision":1,
        "creator_id":"user_1","created_at":"2026-04-20T10:00:00.000000Z","body":"chat_completions",
        "config":"{\"model\":\"m\",\n \"temperature\": 1.0}","system_prompt":"Be terse.\n","key_hash":null,
        "message":null,"request_id":null,"designates":true,"effects":null}],
        "history":[{"revision":2,"id":"850e8400-e29b-41d4-a716-446655440003","at":"2026-04-20T10:00:01.123456Z",
        "user_id":"user_2","key_hash":null,"message":"m","request_id":null,
        "effects":[{"what":"label_set","version":null,"label":"prod","field":null,"from":null,"to":1}]}],"last":true}
        """;

    [Fact]
    public void A_record_is_written_again_as_it_was_read()
    {
        var part = ExportReader.Read(Bytes(Record), Guid.NewGuid(), Now);

        var json = new ArrayBufferWriter<byte>();
        ExportJson.WriteStart(json, part.Preset!, 1);
        ExportJson.WriteVersion(json, part.Versions[0], isFirst: true);
        ExportJson.WriteVersionsEnd(json);
        ExportJson.WriteChange(json, part.History[0], isFirst: true);
        ExportJson.WriteEnd(json, isLast: true);
        Assert.Equal(
            Record.ReplaceLineEndings("") + "\n", Encoding.UTF8.GetString(json.WrittenSpan));
    }

    [Theory]
    [InlineData("slug", null, "slug")]
    [InlineData("slug", "\"a b\"", "slug")]
    [InlineData("part", "0", "part")]
    [InlineData("id", "\"1\"", "id")]
    [InlineData("name", "\"\"", "name")]
    [InlineData("status", "\"gone\"", "status")]
    [InlineData("created_at", "\"yesterday\"", "created_at")]
    [InlineData("created_at", "\"0001-01-01T00:00:00Z\"", "created_at")]
    [InlineData("updated_at", "\"2027-01-01T00:00:00Z\"", "updated_at")]
    [InlineData("latest_version", "0", "latest_version")]
    [InlineData("latest_version", "1e99", "latest_version")]
    [InlineData("designated_version", "2", "designated_version")]
    [InlineData("revision", "9223372036854775807", "revision")]
    [InlineData("labels", "[{\"label\":\"latest\",\"version\":1}]", "labels[0].label")]
    [InlineData("labels", "[{\"label\":\"a\",\"version\":2}]", "labels[0].version")]
    [InlineData("labels", "[{\"label\":\"a\",\"version\":1},{\"label\":\"a\",\"version\":1}]", "labels[1].label")]
    [InlineData("labels", "{}", "labels")]
    [InlineData("locked", "[1]", "locked")]
    [InlineData("versions", "[1]", "versions[0]")]
    [InlineData("last", "1", "last")]
    public void A_member_that_does_not_fit_is_named(string member, string? value, string field) =>
        IsRefused(With(record => Set(record, member, value)), field);

    [Theory]
    [InlineData("version", "\"1\"", "versions[0].version")]
    [InlineData("config", "null", "versions[0].config")]
    [InlineData("config", "{}", "versions[0].config")]
    [InlineData("config", "\"[]\"", "versions[0].config")]
    [InlineData("config", "\"{\"", "versions[0].config")]
    [InlineData("config", "\"{} {}\"", "versions[0].config")]
    [InlineData("config", """ "{\"a\":1,\"a\":1}" """, "versions[0].config")]
    [InlineData("config", """ "{\"a\":\"\\u0000\"}" """, "versions[0].config")]
    [InlineData("config", """ "{\"a\":\"\\ud800\"}" """, "versions[0].config")]
    [InlineData("config", """ "{\"temperature\":9}" """, "versions[0].config")]
    [InlineData("config", """ "{\"model\":\"@preset/other\"}" """, "versions[0].config")]
    [InlineData("body", "\"mail\"", "versions[0].body")]
    [InlineData("key_hash", "\"ff\"", "versions[0].key_hash")]
    [InlineData("effects", "[{}]", "versions[0].effects[0].what")]
    [InlineData("effects", "{}", "versions[0].effects")]
    public void A_member_of_a_version_that_does_not_fit_is_named(string member, string value, string field) =>
        IsRefused(With(record => Set(record["versions"]![0]!.AsObject(), member, value)), field);

    [Fact]
    public void A_preset_does_not_nest_whatever_the_body_was() => IsRefused(
        With(record =>
        {
            Set(record["versions"]![0]!.AsObject(), "body", "null");
            Set(record["versions"]![0]!.AsObject(), "config", """ "{\"models\":[\"@preset/other\"]}" """);
        }),
        "versions[0].config");

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"slug\":\"a\"")]
    [InlineData("{\"slug\":\"a\"}}")]
    [InlineData("{\"slug\":\"a\",\"slug\":\"b\"}")]
    [InlineData("{\"slug\":\"a\",\"x\":\"\\ud800\"}")]
    [InlineData("{\"slug\":\"a\",\"x\":\"\\u0000\"}")]
    [InlineData("{\"slug\":\"a\"}")]
    public void What_is_no_record_is_refused(string record) => IsRefused(Bytes(record), null);

    [Fact]
    public void Binary_and_deep_nesting_are_refused()
    {
        IsRefused(new byte[] { 0x1F, 0x8B, 8, 0 }, null);
        IsRefused(Bytes($"{{\"slug\":{new string('[', 100_000)}"), null);
    }

    [Theory]
    [InlineData("{\"version\":2}", null, null)]
    [InlineData(null, "2", null)]
    [InlineData("{\"revision\":3}", null, null)]
    [InlineData(null, null, "{\"revision\":3}")]
    public void Parts_that_are_not_all_of_a_preset_are_refused(string? version, string? latest, string? change)
    {
        var part = ExportReader.Read(
            With(record =>
            {
                Merge(record["versions"]![0]!.AsObject(), version);
                Merge(record["history"]![0]!.AsObject(), change);
                if (latest is not null)
                    Set(record, "latest_version", latest);
            }),
            Guid.NewGuid(),
            Now);

        Assert.Throws<Refusal>(() => new ImportSequence(part.Preset!).Add(part));
    }

    private static void IsRefused(ReadOnlyMemory<byte> record, string? field)
    {
        var refusal = Assert.Throws<Refusal>(() => ExportReader.Read(record, Guid.NewGuid(), Now));

        if (field is not null)
            Assert.Equal(field, refusal.Field);
        Assert.True(refusal.Message.Length < 1000);
    }

    private static ReadOnlyMemory<byte> With(Action<JsonObject> change)
    {
        var record = JsonNode.Parse(Record)!.AsObject();
        change(record);
        return Bytes(record.ToJsonString());
    }

    private static void Set(JsonObject json, string member, string? value) =>
        json[member] = value is null ? null : JsonNode.Parse(value);

    private static void Merge(JsonObject json, string? members)
    {
        foreach (var (name, value) in members is null ? [] : JsonNode.Parse(members)!.AsObject())
            json[name] = value?.DeepClone();
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
