using System.Text;
using static Presets.BodyKind;

namespace Presets.Tests;

public class ConfigKindTests
{
    [Theory]
    [InlineData("{}", ChatCompletions)]
    [InlineData("""{"model":"m","temperature":1}""", ChatCompletions)]
    [InlineData("""{"model":"m","max_tokens":1}""", ChatCompletions)]
    [InlineData("""{"model":"m","max_tokens":1,"stop_sequences":["a"]}""", Messages)]
    [InlineData("""{"model":"m","max_output_tokens":1}""", Responses)]
    [InlineData("""{"text":{},"seed":1,"model":"m","include":[]}""", Responses)]
    [InlineData("""{"max_tokens":1,"tools":[{"name":"f","input_schema":{}}]}""", Messages)]
    [InlineData("""{"tools":[1,{"type":"openrouter:bash"},{"type":"function","name":"f"}]}""", Responses)]
    [InlineData("""{"tools":[{"type":"function","function":{"name":"f"}}]}""", ChatCompletions)]
    [InlineData("""{"tool_choice":{"type":"any"}}""", Messages)]
    [InlineData("""{"tool_choice":{"type":"function","name":"f"}}""", Responses)]
    [InlineData("""{"tool_choice":{"type":["x"]},"tools":"x"}""", ChatCompletions)]
    public void A_config_tells_by_its_fields_what_it_was_made_from(string config, BodyKind kind) =>
        Assert.Equal(kind, ConfigKind.Of(Encoding.UTF8.GetBytes(config)));
}
