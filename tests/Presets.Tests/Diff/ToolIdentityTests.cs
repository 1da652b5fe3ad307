using System.Text;

namespace Presets.Tests;

public class ToolIdentityTests
{
    [Theory]
    [InlineData("""{"type":"function","function":{"description":"d","name":"f"}}""", "function", "f")]
    [InlineData("""{"function":{"name":"f"}}""", "function", "f")]
    [InlineData("""{"type":"function","name":"f","parameters":{"name":"p"}}""", "function", "f")]
    [InlineData("""{"\u0074ype":"function","name":"\u0066"}""", "function", "f")]
    [InlineData("""{"type":"function","parameters":{"object":{"name":{"name":"p"}}},"name":"f"}""", "function", "f")]
    [InlineData("""{"type":"openrouter:advisor","parameters":{"model":"m","name":"a"}}""", "openrouter:advisor", "a")]
    [InlineData("""{"type":"openrouter:advisor","parameters":{"model":"m"}}""", "openrouter:advisor", null)]
    [InlineData("""{"type":"openrouter:subagent","parameters":{"name":"s"}}""", "openrouter:subagent", "s")]
    [InlineData("""{"type":"openrouter:web_search","parameters":{"name":"n"}}""", "openrouter:web_search", null)]
    [InlineData("""{"type":"web_search_20250305","name":"web_search"}""", "web_search_20250305", null)]
    [InlineData("""{"type":"mcp","server_label":"s","server_url":"u"}""", "mcp", "s")]
    [InlineData("""{"type":"mcp_toolset","mcp_server_name":"s"}""", "mcp_toolset", "s")]
    [InlineData("""{"name":"t","input_schema":{"name":"i"}}""", "custom", "t")]
    [InlineData("""{"type":null,"name":"t"}""", "custom", "t")]
    [InlineData("""{"type":"custom","name":"t"}""", "custom", "t")]
    [InlineData("""{"type":"custom","custom":{"name":"t"}}""", "custom", "t")]
    [InlineData("""{"type":"namespace","name":"n","tools":[{"type":"function","name":"f"}]}""", "namespace", "n")]
    [InlineData("""{"type":"\ud800"}""", "\uFFFD\uFFFD\uFFFD", null)]
    public void A_tool_is_told_by_its_type_and_the_name_that_its_type_goes_by(string tool, string type, string? name) =>
        Assert.Equal(new ToolIdentity(type, name), ToolIdentity.Of(Encoding.UTF8.GetBytes(tool)));

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"type":"function"}""")]
    [InlineData("""{"type":"function","function":"f"}""")]
    [InlineData("""{"type":"function","name":1}""")]
    [InlineData("""{"type":"mcp","name":"n"}""")]
    [InlineData("""{"type":{"name":"n"}}""")]
    [InlineData("""[{"type":"web_search"}]""")]
    [InlineData("\"web_search\"")]
    [InlineData("null")]
    public void What_lacks_the_name_has_no_identity(string tool) =>
        Assert.Null(ToolIdentity.Of(Encoding.UTF8.GetBytes(tool)));
}
