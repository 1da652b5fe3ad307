using System.Text.Json;

namespace Presets;

/// <summary>What the service itself reads of a stored config.</summary>
public static class ConfigMembers
{
    /// <summary>The text of the member <c>model</c>; empty when there is none.</summary>
    /// <param name="config">A JSON object that was valid when it was stored.</param>
    public static string ModelOf(ReadOnlySpan<byte> config)
    {
        var reader = new Utf8JsonReader(config);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isModel = reader.ValueTextEquals("model"u8);
            reader.Read();
            if (isModel)
                return reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
            reader.Skip();
        }

        return "";
    }
}
