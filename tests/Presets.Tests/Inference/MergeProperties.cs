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

            if (RandomRequest.Value(body, "model") is { Length: > 2 })
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

            var names = RandomRequest.Members(body).Concat(RandomRequest.Members(config)).Select(field => field.Name);
            foreach (var name in names.Distinct().Except(["messages", "system", "instructions", "tools"]))
                Assert.Equal((name, Expected(kind, body, config, name)), (name, RandomRequest.Value(merged, name)));
            Assert.Equal(Joined(system, SystemOf(kind, body)), SystemOf(kind, merged));
        }
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
                Assert.Equal(RandomRequest.Value(config, locked), RandomRequest.Value(merged, locked));
            }
            catch (Refusal refusal)
            {
                Assert.Equal(RefusalCode.FieldLocked, refusal.Code);
                Assert.NotNull(RandomRequest.Value(body, refusal.Field!));
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

    private static string? Expected(BodyKind kind, string body, string config, string name)
    {
        var (own, given) = (RandomRequest.Value(body, name), RandomRequest.Value(config, name));
        if (own is not null && (own, name, kind) is not ("\"auto\"", "service_tier", BodyKind.Responses))
            return name == "model" && own == "\"\"" ? given : own;
        var others = Exclusive.FirstOrDefault(group => group.Contains(name)) ?? [];
        return others.Any(other => RandomRequest.Value(body, other) is not null) ? null : given ?? own;
    }

    // The text of all leading system messages, or of the field that has it.
    private static string? SystemOf(BodyKind kind, string body)
    {
        var field = kind == BodyKind.Messages ? "system" : "instructions";
        var text = kind == BodyKind.ChatCompletions ? body : $"{{\"{field}\":{RandomRequest.Value(body, field) ?? "null"}}}";
        var filtered = BodyFilter.Filter(kind, Encoding.UTF8.GetBytes(
            kind == BodyKind.Messages ? text.Insert(1, "\"model\":\"m\",\"messages\":null,") : text));
        return filtered.SystemPrompt is { } prompt ? Encoding.UTF8.GetString(prompt) : null;
    }

    private static string? Joined(string? system, string? own)
    {
        if (system is null)
            return own;
        var prompt = JsonSerializer.Deserialize<string>($"\"{system}\"");
        return own is null ? prompt : $"{prompt}\n\n{own}";
    }
}
