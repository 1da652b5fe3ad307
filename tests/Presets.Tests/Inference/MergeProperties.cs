using System.Text;
using System.Text.Json;
using FsCheck.Xunit;

namespace Presets.Tests;

public class MergeProperties
{
    private static readonly string[][] Exclusive =
    [
        ["max_tokens", "max_completion_tokens"], ["reasoning", "reasoning_effort"], ["models", "fallbacks"],
        ["stop", "stop_sequences"],
    ];

    [Property(MaxTest = 1000)]
    public void Merging_with_an_empty_preset_leaves_the_body_byte_for_byte(int seed)
    {
        foreach (var kind in Contract.Kinds)
        {
            var body = RandomRequest.Make(kind, seed);
            var at = body.IndexOf('{', StringComparison.Ordinal) + 1;
            var beside = body.Insert(at, " \"preset\":\"s\",");
            var instead = body.Insert(at, "\"model\":\"m@preset/s\" ,");

            if (RandomRequest.Fields(body).GetValueOrDefault("model") is { Length: > 2 })
                Assert.Equal(body, Merge(kind, beside, "{}"));
            if (RandomRequest.Members(body).All(member => member.Name != "model"))
                Assert.Equal(body.Insert(at, "\"model\":\"m\" ,"), Merge(kind, instead, "{}"));
        }
    }

    [Property(MaxTest = 1000)]
    public void Each_field_is_the_requests_or_else_the_presets(int seed)
    {
        foreach (var kind in Contract.Kinds)
        {
            var body = RandomRequest.Make(kind, seed);
            var (config, system) = RandomRequest.Preset(kind, unchecked(seed * 31));

            var merged = Merge(kind, RandomRequest.Refer(body, new Random(seed)), config, system);

            var (own, given) = (RandomRequest.Fields(body), RandomRequest.Fields(config));
            var result = RandomRequest.Fields(merged);
            foreach (var name in own.Keys.Union(given.Keys).Except(["messages", "system", "instructions", "tools"]))
                Assert.True(Expected(kind, own, given, name) == result.GetValueOrDefault(name), name);
            Assert.Equal(Joined(own, system, SystemOf(kind, own)), SystemOf(kind, result));
        }
    }

    [Property(MaxTest = 3000)]
    public void Tools_keep_their_places_and_those_of_the_request_win(int seed)
    {
        var random = new Random(seed);
        var (preset, own) = (RandomRequest.Tools(random), RandomRequest.Tools(random));

        var merged = Merge(
            BodyKind.ChatCompletions,
            $"{{\"model\":\"m@preset/s\",\"tools\":[{string.Join(" , ", own)}]}}",
            $"{{\"tools\":[{string.Join("\n,", preset)}]}}");

        var tools = JsonElement.Parse(merged).GetProperty("tools").EnumerateArray().Select(tool => tool.GetRawText());
        Assert.Equal(United(preset, own), tools);
    }

    [Property(MaxTest = 1000)]
    public void A_merged_body_is_valid_refers_to_nothing_and_is_forwarded_as_it_is(int seed)
    {
        foreach (var kind in Contract.Kinds)
        {
            var body = RandomRequest.Refer(RandomRequest.Make(kind, seed), new Random(seed));
            var (config, system) = RandomRequest.Preset(kind, unchecked(seed * 31));

            var merged = Merge(kind, body, config, system);

            var again = Merging.Request(kind, merged);
            Assert.Null(again.Reference);
            Assert.Equal(merged, Encoding.UTF8.GetString(again.Body.Span));
            BodyFilter.Filter(kind, Encoding.UTF8.GetBytes(merged));
        }
    }

    [Property(MaxTest = 1000)]
    public void What_is_locked_is_the_presets_whatever_the_request_sets(int seed)
    {
        foreach (var kind in Contract.Kinds)
        {
            var random = new Random(seed);
            var body = RandomRequest.Refer(RandomRequest.Make(kind, seed), random);
            var (config, system) = RandomRequest.Preset(kind, unchecked(seed * 31));
            var fields = Contract.Persisted(kind).Keys.Except(["tools"]).ToArray();
            var locked = fields[random.Next(fields.Length)];
            var part = Merging.Part(kind, config, system, locked);

            try
            {
                var merged = Merging.Merge(kind, body, part).Text();
                Assert.Equal(
                    RandomRequest.Fields(config).GetValueOrDefault(locked),
                    RandomRequest.Fields(merged).GetValueOrDefault(locked));
            }
            catch (Refusal refusal)
            {
                Assert.Equal(RefusalCode.FieldLocked, refusal.Code);
                Assert.Contains(refusal.Field!, RandomRequest.Fields(body).Keys);
            }
        }
    }

    [Property(MaxTest = 1000)]
    public void A_damaged_body_is_refused_or_merges_into_json(int seed)
    {
        foreach (var kind in Contract.Kinds)
        {
            var random = new Random(seed);
            var body = Encoding.UTF8.GetBytes(RandomRequest.Refer(RandomRequest.Make(kind, seed), random));
            var (config, system) = RandomRequest.Preset(kind, seed);
            var part = Merging.Part(kind, config, system, "provider.only", "reasoning.a");
            for (var i = 0; i < 5; i++)
            {
                body = BodyFilterProperties.Damage(body, random);
                AssertRefusedOrJson(kind, body, part);
            }
        }
    }

    private static void AssertRefusedOrJson(BodyKind kind, byte[] body, PresetPart part)
    {
        try
        {
            var request = InferenceRequest.Read(kind, body);
            var text = request.Reference is null
                ? Encoding.UTF8.GetString(request.Body.Span)
                : PresetMerge.Merge(request, part, MergeTarget.None).Text();
            JsonDocument.Parse(text).Dispose();
        }
        catch (Refusal refusal)
        {
            Assert.NotEmpty(refusal.Message);
        }
    }

    private static string Merge(BodyKind kind, string body, string config, string? system = null) =>
        Merging.Merge(kind, body, Merging.Part(kind, config, system)).Text();

    private static List<string> United(string[] preset, string[] own)
    {
        var places = new Dictionary<ToolIdentity, int>();
        var united = new List<string?>();
        foreach (var tool in preset.Concat(own))
        {
            var identity = ToolIdentity.Of(Encoding.UTF8.GetBytes(tool));
            var isOwn = united.Count >= preset.Length;
            var place = identity is { } known ? places.GetValueOrDefault(known, -1) : -1;
            if (!isOwn && identity is { } first)
                places.TryAdd(first, united.Count);
            united.Add(tool);
            if (!isOwn || place < 0)
                continue;
            // It takes the place of the preset's, and of all the preset's that are the same; the next one does not.
            united[place] = tool;
            united[^1] = null;
            for (var i = place + 1; i < preset.Length; i++)
                united[i] = Same(united[i], identity!.Value) ? null : united[i];
            places.Remove(identity!.Value);
        }
        return [.. united.OfType<string>()];
    }

    private static bool Same(string? tool, ToolIdentity identity) =>
        tool is not null && ToolIdentity.Of(Encoding.UTF8.GetBytes(tool)) == identity;

    private static string? Expected(
        BodyKind kind, Dictionary<string, string> own, Dictionary<string, string> given, string name)
    {
        var value = own.GetValueOrDefault(name);
        var isAuto = kind == BodyKind.Responses && name == "service_tier"
            && JsonSerializer.Deserialize<string>(value ?? "null") == "auto";
        if (value is not null && !isAuto && (name != "model" || value != "\"\""))
            return value;
        var others = Exclusive.FirstOrDefault(group => group.Contains(name)) ?? [];
        return others.Any(own.ContainsKey) ? null : given.GetValueOrDefault(name, value!);
    }

    // The text of all leading system messages, or of the field that has it.
    private static string? SystemOf(BodyKind kind, Dictionary<string, string> fields)
    {
        string[] needed = kind switch
        {
            BodyKind.ChatCompletions => ["messages"],
            BodyKind.Messages => ["messages", "model", "system"],
            _ => ["instructions"],
        };
        var members = needed.Select(name => $"\"{name}\":{fields.GetValueOrDefault(name, "null")}");
        var body = Encoding.UTF8.GetBytes($"{{{string.Join(',', members)}}}");
        return BodyFilter.Filter(kind, body).SystemPrompt is { } text ? Encoding.UTF8.GetString(text) : null;
    }

    // Blocks of one field are joined by a line feed where they are shown as one text.
    private static string? Joined(Dictionary<string, string> fields, string? system, string? own)
    {
        if (system is null)
            return own;
        var prompt = JsonSerializer.Deserialize<string>($"\"{system}\"");
        return own is null ? prompt : prompt + (fields.GetValueOrDefault("system")?[0] == '[' ? "\n" : "\n\n") + own;
    }
}
