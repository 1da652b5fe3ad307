using System.Text;
using System.Text.Json;
using FsCheck.Xunit;

namespace Presets.Tests;

public class ConversionProperties
{
    [Property(MaxTest = 300)]
    public void A_valid_config_of_any_body_gives_a_valid_config_of_each(int seed)
    {
        ForEachWay(seed, (_, to, config, part) =>
        {
            var request = $$"""{"config":{{WithModel(part)}},"body":"{{BodyKinds.NameOf(to)}}"}""";

            var kept = ConfigFilter.Filter(Encoding.UTF8.GetBytes(request));

            Assert.Equal(WithModel(part), Parts.Text(kept.Config));
        });
    }

    [Property(MaxTest = 300)]
    public void Whatever_an_import_stored_gives_a_valid_config_of_each_body(int seed)
    {
        var config = RandomPreset.Loose(new Random(seed));
        foreach (var from in Contract.Kinds)
        {
            foreach (var to in Contract.Kinds)
                StoredJson.CheckConfig(Encoding.UTF8.GetBytes(Parts.ConfigOf(Parts.Part(from, to, config))), to);
        }
    }

    [Property(MaxTest = 200)]
    public void Converting_what_was_converted_changes_nothing(int seed)
    {
        ForEachWay(seed, (_, to, config, part) =>
        {
            var again = Parts.Part(to, to, Parts.ConfigOf(part));

            Assert.Equal(Parts.ConfigOf(part), Parts.ConfigOf(again));
            Assert.Empty(again.Dropped);
        });
    }

    [Property(MaxTest = 200)]
    public void A_round_trip_drops_nothing_after_the_first(int seed)
    {
        ForEachWay(seed, (from, to, config, part) =>
        {
            var back = Parts.ConfigOf(Parts.Part(to, from, Parts.ConfigOf(part)));
            var there = Parts.ConfigOf(Parts.Part(from, to, back));
            var backAgain = Parts.ConfigOf(Parts.Part(to, from, there));

            Assert.Equal(Sorted(back), Sorted(backAgain));
        });
    }

    [Property(MaxTest = 200)]
    public void The_schemas_of_functions_and_formats_keep_their_text(int seed)
    {
        ForEachWay(seed, (_, to, config, part) =>
        {
            foreach (var schema in SchemasOf(Parts.ConfigOf(part)))
            {
                if (!config.Contains(schema, StringComparison.Ordinal))
                    Assert.Equal("""{"type":"object","properties":{}}""", schema);
            }
        });
    }

    [Property(MaxTest = 200)]
    public void A_preset_of_any_body_makes_a_valid_request_of_each(int seed)
    {
        ForEachWay(seed, (_, to, _, part) =>
        {
            var own = RandomRequest.Make(to, unchecked(seed * 31));
            var request = RandomRequest.Refer(own, new Random(seed));

            if (part.Model is null && RandomRequest.Fields(own).GetValueOrDefault("model") is null or "\"\"")
                return;
            var merged = Merging.Merge(to, request, part).Text();

            BodyFilter.Filter(to, Encoding.UTF8.GetBytes(merged));
            Assert.Null(Merging.Request(to, merged).Reference);
        });
    }

    [Property(MaxTest = 200)]
    public void What_a_locked_field_gives_another_body_no_request_overrides(int seed)
    {
        foreach (var from in Contract.Kinds)
        {
            var config = RandomRequest.Fields(RandomPreset.Config(from, new Random(seed)));
            // What it adds to a messages body beside the flag, a choice of tools, is not locked.
            config.Remove("parallel_tool_calls");
            // Of two tools with one identity a request may repeat one.
            config.Remove("tools");
            foreach (var (name, value) in config)
            {
                foreach (var to in Contract.Kinds)
                {
                    var part = Parts.Part(from, to, $"{{\"{name}\":{value}}}", $"[\"{name}\"]");
                    AssertKept(part, $"{{\"preset\":\"s\",{RandomPreset.Config(to, new Random(seed + 1))[1..]}");
                }
            }
        }
    }

    private static void AssertKept(PresetPart part, string request)
    {
        JsonElement merged;
        try
        {
            merged = JsonElement.Parse(Merging.Merge(part.Kind, request, part).Text());
        }
        catch (Refusal refusal)
        {
            Assert.Equal(RefusalCode.FieldLocked, refusal.Code);
            return;
        }

        var members = part.Members.Select(member => (member.Name, JsonElement.Parse(member.Value.Span)));
        foreach (var (name, value) in members)
        {
            var kept = merged.GetProperty(name);
            if (value.ValueKind != JsonValueKind.Object || part.Locked.Any(path => path.ToString() == name))
                Assert.True(JsonElement.DeepEquals(value, kept), $"{value} became {kept} by {request}");
            else
                Assert.All(value.EnumerateObject(), member =>
                    Assert.True(JsonElement.DeepEquals(member.Value, kept.GetProperty(member.Name)), request));
        }
    }

    private static IEnumerable<string> SchemasOf(string config)
    {
        var open = new Stack<JsonElement>([JsonElement.Parse(config)]);
        while (open.TryPop(out var value))
        {
            if (value.ValueKind == JsonValueKind.Array)
                Array.ForEach([.. value.EnumerateArray()], open.Push);
            if (value.ValueKind != JsonValueKind.Object)
                continue;
            foreach (var member in value.EnumerateObject())
            {
                open.Push(member.Value);
                if (member.Name is "parameters" or "input_schema" or "schema")
                    yield return member.Value.GetRawText();
            }
        }
    }

    private static void ForEachWay(int seed, Action<BodyKind, BodyKind, string, PresetPart> check)
    {
        foreach (var from in Contract.Kinds)
        {
            string[] configs = [RandomPreset.Config(from, new Random(seed)), new RandomBody(from, seed).Config];
            foreach (var config in configs)
                foreach (var to in Contract.Kinds)
                    check(from, to, config, Parts.Part(from, to, config));
        }
    }

    // A request brings the model that a messages body needs.
    private static string WithModel(PresetPart part) => part.Model is not null
        || part.Members.Any(member => member.Name == "model")
            ? Parts.ConfigOf(part)
            : "{" + string.Join(
                ",",
                part.Members.Select(member => $"\"{member.Name}\":{Parts.Text(member.Value)}")
                    .Prepend("\"model\":\"m\"")) + "}";

    private static string[] Sorted(string config)
    {
        using var json = JsonDocument.Parse(config);
        return [.. json.RootElement.EnumerateObject().Select(member => member.ToString()).Order()];
    }
}
