using System.Text;
using System.Text.Json;

namespace Presets.Console;

/// <summary>Finds what is wrong with a configuration, by the rules that storing it follows.</summary>
internal static class ConfigFaults
{
    // Enough to begin with. Further ones show once these are fixed.
    private const int Most = 20;

    // Far more than any kind of request has. Each that is checked may cost an exception.
    private const int MostChecked = 100;

    /// <summary>The faults, at most one in each field, in the order of the text.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="body">The kind of request; null when it is not known.</param>
    public static IReadOnlyList<ConfigFault> Of(string text, string? body)
    {
        if (FaultOf(text, body) is not { } refusal)
            return [];
        var utf8 = Encoding.UTF8.GetBytes(text);
        var faults = new List<ConfigFault>();
        try
        {
            Find(text, utf8, body, faults);
        }
        catch (JsonException e)
        {
            return [ConfigFault.Of(text, e)];
        }

        // A fault of the configuration as a whole: a field that is missing or repeated.
        if (faults.Count == 0)
            faults.Add(ConfigFault.At(text, refusal.Message, refusal.Field, 0, 1));
        return faults;
    }

    // Storing stops at the first fault, so each field is checked alone. A fault of another field, which is then
    // missing, does not count.
    private static void Find(string text, byte[] utf8, string? body, List<ConfigFault> faults)
    {
        var reader = new Utf8JsonReader(utf8);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return;
        for (var tried = 0;
            reader.Read() && reader.TokenType == JsonTokenType.PropertyName
                && faults.Count < Most && tried < MostChecked;
            tried++)
        {
            var start = (int)reader.TokenStartIndex;
            var name = Encoding.UTF8.GetString(reader.ValueSpan);
            reader.Read();
            var valueStart = (int)reader.TokenStartIndex;
            reader.Skip();
            var end = (int)reader.BytesConsumed;
            var member = Encoding.UTF8.GetString(utf8, start, end - start);
            var path = $"config.{name}";
            if (FaultOf($"{{{member}}}", body) is not { Field: { } field } refusal
                || !(field == path || field.StartsWith(path + '.') || field.StartsWith(path + '[')))
                continue;
            var (from, length) = JsonPlace.Find(utf8.AsSpan(valueStart, end - valueStart), path, field)
                is { } place && field != path
                ? (valueStart + place.Start, place.Length)
                : (start, end - start);
            var index = Encoding.UTF8.GetCharCount(utf8, 0, from);
            faults.Add(ConfigFault.At(
                text, refusal.Message, field, index, index + Encoding.UTF8.GetCharCount(utf8, from, length)));
        }

        // The rest has to be JSON too.
        while (reader.Read())
            reader.Skip();
    }

    private static Refusal? FaultOf(string config, string? body)
    {
        try
        {
            ConfigFilter.Filter(Draft.RequestOf(config, "", body));
            return null;
        }
        catch (Refusal refusal)
        {
            return refusal;
        }
    }
}
