using System.Text;
using System.Text.Json;

namespace Presets;

/// <summary>
/// What makes two tools the same tool, whatever else they say: their type and, where a request may hold several tools
/// of that type, a name. Source: the contract, "Merge", rule 2.
/// </summary>
/// <param name="Type">The tool's type; <c>custom</c> for a tool of a messages body that has none.</param>
/// <param name="Name">
/// The name of a function, custom tool, namespace, advisor or subagent, or the label of an MCP server; null when the
/// type alone identifies the tool.
/// </param>
public readonly record struct ToolIdentity(string Type, string? Name)
{
    // Which name counts is known only with the type, which may come last.
    private ref struct Found
    {
        internal string? Type, Name, FunctionName, CustomName, ParametersName, ServerLabel, ServerName;
        internal bool HasFunction;
    }

    /// <summary>
    /// The identity of a tool of any of the three bodies. Null when it has none: it is no object, or lacks the name
    /// that tools of its type go by.
    /// </summary>
    /// <param name="tool">One JSON value as UTF-8.</param>
    /// <exception cref="JsonException">It is not JSON, or nested deeper than a body may be.</exception>
    public static ToolIdentity? Of(ReadOnlySpan<byte> tool)
    {
        var found = Read(tool);
        var type = found.Type ?? (found.HasFunction ? "function" : "custom");
        return type switch
        {
            "function" => Named(type, found.FunctionName ?? found.Name),
            "custom" => Named(type, found.CustomName ?? found.Name),
            "namespace" => Named(type, found.Name),
            "mcp" => Named(type, found.ServerLabel),
            "mcp_toolset" => Named(type, found.ServerName),
            // Several may differ by name; one without a name is the default.
            "openrouter:advisor" or "openrouter:subagent" => new ToolIdentity(type, found.ParametersName),
            _ => new ToolIdentity(type, null),
        };
    }

    private static ToolIdentity? Named(string type, string? name) =>
        name is null ? null : new ToolIdentity(type, name);

    private static Found Read(ReadOnlySpan<byte> tool)
    {
        var found = new Found();
        var reader = new BodyReader(tool);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
            return found;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var member = Text(reader);
            reader.Read();
            if (member.SequenceEqual("type"u8))
                found.Type = String(reader);
            else if (member.SequenceEqual("name"u8))
                found.Name = String(reader);
            else if (member.SequenceEqual("server_label"u8))
                found.ServerLabel = String(reader);
            else if (member.SequenceEqual("mcp_server_name"u8))
                found.ServerName = String(reader);
            else if (member.SequenceEqual("function"u8))
            {
                found.HasFunction = true;
                found.FunctionName = NameIn(ref reader);
            }
            else if (member.SequenceEqual("custom"u8))
                found.CustomName = NameIn(ref reader);
            else if (member.SequenceEqual("parameters"u8))
                found.ParametersName = NameIn(ref reader);
            reader.Skip();
        }
        return found;
    }

    // The string member "name" of the value that starts, which is read to its end.
    private static string? NameIn(ref BodyReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return null;
        string? name = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isName = Text(reader).SequenceEqual("name"u8);
            reader.Read();
            if (isName)
                name = String(reader);
            reader.Skip();
        }
        return name;
    }

    private static string? String(in BodyReader reader) =>
        reader.TokenType == JsonTokenType.String ? Encoding.UTF8.GetString(Text(reader)) : null;

    // Half of a surrogate pair, which a request may hold, is no fault here.
    private static ReadOnlySpan<byte> Text(in BodyReader reader) =>
        JsonText.Plain(reader.ValueSpan, reader.ValueIsEscaped);
}
