using System.Text;
using System.Text.Json;
using FsCheck.Xunit;

namespace Presets.Tests;

public class ConfigFilterProperties
{
    [Property(MaxTest = 1000)]
    public void What_a_version_shows_is_accepted_and_kept_byte_for_byte(int seed)
    {
        foreach (var kind in Contract.Kinds)
        {
            var stored = BodyFilter.Filter(kind, Encoding.UTF8.GetBytes(new RandomBody(kind, seed).Json));
            foreach (var named in new BodyKind?[] { kind, null })
            {
                var version = ConfigFilterTests.Version(named, stored.Config, stored.SystemPrompt);

                var kept = ConfigFilter.Filter(ConfigFilterTests.AnswerOf(version));

                Assert.Equal(stored.Config, kept.Config);
                Assert.Equal(stored.SystemPrompt, kept.SystemPrompt);
                Assert.Equal((named, "Why"), (kept.Kind, kept.Message));
            }
        }
    }

    [Property(MaxTest = 1000)]
    public void A_damaged_request_is_refused_or_gives_valid_json(int seed)
    {
        foreach (var kind in Contract.Kinds)
        {
            var config = new RandomBody(kind, seed).Config;
            var request = Encoding.UTF8.GetBytes($"{{\"config\":{config},\"body\":\"{BodyKinds.NameOf(kind)}\"}}");
            var random = new Random(seed);
            for (var i = 0; i < 5; i++)
            {
                request = BodyFilterProperties.Damage(request, random);
                AssertRefusedOrValid(request);
            }
        }
    }

    [Property(MaxTest = 1000)]
    public void Any_bytes_are_refused(byte[] request) => Assert.Throws<Refusal>(() => ConfigFilter.Filter(request));

    private static void AssertRefusedOrValid(byte[] request)
    {
        FilteredBody kept;
        try
        {
            kept = ConfigFilter.Filter(request);
        }
        catch (Refusal refusal)
        {
            Assert.NotEmpty(refusal.Message);
            Assert.InRange(refusal.Code, RefusalCode.InvalidJson, RefusalCode.UnknownField);
            return;
        }
        using var document = JsonDocument.Parse(request);
        using var config = JsonDocument.Parse(kept.Config);
        var sent = document.RootElement.GetProperty("config").EnumerateObject()
            .Where(member => member.Value.ValueKind != JsonValueKind.Null);
        Assert.Equal(
            sent.Select(BodyFilterProperties.Spelling),
            config.RootElement.EnumerateObject().Select(BodyFilterProperties.Spelling));
    }
}
