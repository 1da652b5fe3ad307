using System.Text;
using System.Text.Json;
using FsCheck.Xunit;

namespace Presets.Tests;

public class BodyFilterProperties
{
    [Property(MaxTest = 1500)]
    public void What_comes_back_is_the_persisted_fields_byte_for_byte_and_nothing_else(int seed)
    {
        foreach (var kind in Contract.Kinds)
        {
            var body = new RandomBody(kind, seed);

            var kept = BodyFilter.Filter(kind, Encoding.UTF8.GetBytes(body.Json));

            Assert.Equal(body.Config, Encoding.UTF8.GetString(kept.Config));
            Assert.Equal(body.System, kept.SystemPrompt is null ? null : Encoding.UTF8.GetString(kept.SystemPrompt));
            Assert.Equal(body.IgnoredFields, kept.IgnoredFields);
        }
    }

    [Property(MaxTest = 1500)]
    public void A_damaged_body_is_refused_or_gives_valid_json(int seed)
    {
        foreach (var kind in Contract.Kinds)
        {
            var body = Encoding.UTF8.GetBytes(new RandomBody(kind, seed).Json);
            var random = new Random(seed);
            for (var i = 0; i < 5; i++)
            {
                body = Damage(body, random);
                AssertRefusedOrValid(kind, body);
            }
        }
    }

    [Property(MaxTest = 1000)]
    public void Any_bytes_are_refused(byte[] body)
    {
        foreach (var kind in Contract.Kinds.Except([BodyKind.Responses]))
            Assert.Throws<Refusal>(() => BodyFilter.Filter(kind, body));
    }

    [Property(MaxTest = 2000)]
    public void A_bound_is_judged_like_exact_decimal_arithmetic(int digits, byte scale, bool exponent)
    {
        // Small enough for decimal, which has 28 digits, to be exact.
        var value = new decimal(digits) / (decimal)Math.Pow(10, scale % 11);
        var text = exponent
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{digits}e-{scale % 11}")
            : value.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var isInteger = decimal.IsInteger(value);

        Assert.Equal(value is >= 0 and <= 2, Passes($"{{\"messages\":[0],\"temperature\":{text}}}"));
        Assert.Equal(value is >= -2 and <= 2, Passes($"{{\"messages\":[0],\"presence_penalty\":{text}}}"));
        Assert.Equal(isInteger, Passes($"{{\"messages\":[0],\"seed\":{text}}}"));
        Assert.Equal(isInteger && value is >= 0 and <= 20, Passes($"{{\"messages\":[0],\"top_logprobs\":{text}}}"));
    }

    private static void AssertRefusedOrValid(BodyKind kind, byte[] body)
    {
        FilteredBody kept;
        try
        {
            kept = BodyFilter.Filter(kind, body);
        }
        catch (Refusal refusal)
        {
            Assert.NotEmpty(refusal.Message);
            Assert.InRange(refusal.Code, RefusalCode.InvalidJson, RefusalCode.NestedPreset);
            return;
        }
        using var document = JsonDocument.Parse(body);
        using var config = JsonDocument.Parse(kept.Config);
        var persisted = document.RootElement.EnumerateObject()
            .Where(member => Contract.Persisted(kind).ContainsKey(member.Name))
            .Where(member => member.Value.ValueKind != JsonValueKind.Null);
        Assert.Equal(persisted.Select(Spelling), config.RootElement.EnumerateObject().Select(Spelling));
    }

    internal static (string, string) Spelling(JsonProperty member) => (member.Name, member.Value.GetRawText());

    internal static byte[] Damage(byte[] body, Random random)
    {
        var at = random.Next(body.Length);
        var end = Math.Min(body.Length, at + random.Next(1, 4));
        const string Likely = "{}[]\",:\\ud800e-+.0919tnx \n\uFEFFé";
        var likely = Encoding.UTF8.GetBytes(Likely[random.Next(Likely.Length)].ToString());
        return random.Next(5) switch
        {
            0 => [.. body[..at], (byte)random.Next(256), .. body[(at + 1)..]],
            1 => [.. body[..at], .. body[end..], (byte)' '],
            2 => [.. body[..at], .. likely, .. body[at..]],
            3 => [.. body[..at], .. likely, .. body[end..], (byte)' '],
            _ => [.. body[..end], .. body[at..]],
        };
    }

    private static bool Passes(string body)
    {
        try
        {
            BodyFilter.Filter(BodyKind.ChatCompletions, Encoding.UTF8.GetBytes(body));
            return true;
        }
        catch (Refusal refusal) when (refusal.Code == RefusalCode.InvalidField)
        {
            return false;
        }
    }
}
