using System.Text;
using System.Text.Json;

namespace Presets;

/// <summary>A field that a preset gives a request.</summary>
/// <param name="Name">Its name, not escaped.</param>
/// <param name="Value">Its value as JSON in UTF-8, never null.</param>
public sealed record PresetMember(string Name, ReadOnlyMemory<byte> Value)
{
    /// <summary>
    /// What precedes the value behind another member: <c>,"name":</c>. No field's name needs escapes.
    /// </summary>
    internal byte[] Opening { get; } = Encoding.UTF8.GetBytes($",\"{Name}\":");

    /// <summary>The group of <see cref="ExclusiveFields"/> that it belongs to.</summary>
    internal int Group { get; } = ExclusiveFields.GroupOf(Encoding.UTF8.GetBytes(Name));

    /// <summary>Its name as UTF-8.</summary>
    internal ReadOnlySpan<byte> NameBytes => Opening.AsSpan()[2..^2];

    /// <summary>The members of a stored config, each value a slice of it. Null is absent.</summary>
    internal static List<PresetMember> ReadAll(ReadOnlyMemory<byte> config)
    {
        var members = new List<PresetMember>();
        var reader = new BodyReader(config.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = NameOf(reader);
            reader.Read();
            var start = reader.TokenStartIndex;
            var isNull = reader.TokenType == JsonTokenType.Null;
            reader.Skip();
            if (!isNull)
                members.Add(new PresetMember(name, config[start..reader.BytesConsumed]));
        }

        return members;
    }

    /// <summary>Whether a request of a kind may have such a field with such a value.</summary>
    internal bool IsTakenBy(BodyKind kind)
    {
        if (FieldTable.ForConfig(kind).Fields.All(field => field.Name != Name))
            return false;
        try
        {
            StoredJson.CheckConfig(JsonElements.Object((Name, Value.ToArray())), kind);
            return true;
        }
        catch (Refusal)
        {
            return false;
        }
    }

    // Imported configs may spell a name with escapes.
    private static string NameOf(in BodyReader reader)
    {
        if (!reader.ValueIsEscaped)
            return Encoding.UTF8.GetString(reader.ValueSpan);
        var text = new byte[reader.ValueSpan.Length];
        return Encoding.UTF8.GetString(text, 0, JsonText.Unescape(reader.ValueSpan, text, out _));
    }
}
