using System.Text.Json;

namespace Presets;

/// <summary>Makes the config of one body one of another. Source: the contract, "Merge", rule 6.</summary>
internal static class ConfigConversion
{
    /// <summary>
    /// The fields that a request of the kind <paramref name="to"/> gets, and the places of <paramref name="config"/>
    /// that have no counterpart there.
    /// </summary>
    public static (IReadOnlyList<PresetMember> Members, IReadOnlyList<string> Dropped) Convert(
        ReadOnlyMemory<byte> config, BodyKind from, BodyKind to)
    {
        using var json = JsonDocument.Parse(config);
        var conversion = ObjectConversion.Convert(ConvertedFields.All, json.RootElement, from, to);
        var members = new List<PresetMember>();
        // A value may be one that only its own body takes, such as a text for max_tool_calls.
        foreach (var (name, value) in conversion.ToValues())
        {
            var member = new PresetMember(name, value);
            if (member.IsTakenBy(to))
                members.Add(member);
            else
                conversion.TakeBack(name);
        }

        return (members, [.. conversion.Dropped]);
    }
}
