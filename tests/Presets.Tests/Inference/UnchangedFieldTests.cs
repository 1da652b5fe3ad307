using static Presets.BodyKind;

namespace Presets.Tests;

public class UnchangedFieldTests
{
    // The fields that are the same wherever they are, and the bodies that have them.
    private static readonly Dictionary<string, BodyKind[]> Fields = new()
    {
        ["model"] = Contract.Kinds,
        ["models"] = Contract.Kinds,
        ["provider"] = Contract.Kinds,
        ["route"] = Contract.Kinds,
        ["plugins"] = Contract.Kinds,
        ["temperature"] = Contract.Kinds,
        ["top_p"] = Contract.Kinds,
        ["top_k"] = Contract.Kinds,
        ["stop_server_tools_when"] = Contract.Kinds,
        ["cache_control"] = Contract.Kinds,
        ["cache_enabled"] = Contract.Kinds,
        ["cache_ttl_seconds"] = Contract.Kinds,
        ["frequency_penalty"] = [ChatCompletions, Responses],
        ["presence_penalty"] = [ChatCompletions, Responses],
        ["top_logprobs"] = [ChatCompletions, Responses],
        ["modalities"] = [ChatCompletions, Responses],
        ["image_config"] = [ChatCompletions, Responses],
        ["prompt_cache_options"] = [ChatCompletions, Responses],
        ["top_a"] = [ChatCompletions],
        ["min_p"] = [ChatCompletions],
        ["repetition_penalty"] = [ChatCompletions],
        ["seed"] = [ChatCompletions],
        ["logit_bias"] = [ChatCompletions],
        ["logprobs"] = [ChatCompletions],
        ["structured_outputs"] = [ChatCompletions],
        ["transforms"] = [ChatCompletions],
        ["speed"] = [Messages],
        ["safeguards"] = [Messages],
        ["context_management"] = [Messages],
        ["truncation"] = [Responses],
        ["include"] = [Responses],
    };

    public static TheoryData<string, BodyKind, BodyKind> Ways()
    {
        var ways = new TheoryData<string, BodyKind, BodyKind>();
        foreach (var (name, kinds) in Fields)
            foreach (var from in kinds)
                foreach (var to in Contract.Kinds)
                    ways.Add(name, from, to);
        return ways;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_field_keeps_its_spelling_where_it_is_and_is_dropped_where_it_is_not(
        string name, BodyKind from, BodyKind to)
    {
        foreach (var value in Contract.Good(Contract.Persisted(from)[name]))
        {
            var config = $"{{\"{name}\":{value}}}";

            var part = Parts.Part(from, to, config);

            var isThere = Fields[name].Contains(to);
            Assert.Equal(isThere ? config : "{}", Parts.ConfigOf(part));
            Assert.Equal(isThere ? [] : [name], part.Dropped);
        }
    }

    [Fact]
    public void Every_persisted_field_has_a_row()
    {
        foreach (var kind in Contract.Kinds)
        {
            var rows = ConvertedFields.All.Select(field => field.In(kind)?.Split('.')[0]).OfType<string>();

            Assert.Equal(Contract.Persisted(kind).Keys.Order(), rows.Distinct().Order());
        }
    }
}
