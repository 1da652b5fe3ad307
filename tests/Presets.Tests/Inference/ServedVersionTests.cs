using System.Text;

namespace Presets.Tests;

public sealed class ServedVersionTests
{
    private const string Prompt = "Say \"hi\".\n\u00e9 \\";

    [Fact]
    public void The_designated_version_and_the_same_one_by_number_are_served_alike()
    {
        var head = NewHead("""{"model":"m", "seed":1.0}""", Prompt, BodyKind.Messages);

        var designated = ServedVersion.Of(PresetJson.SnapshotOf(head), "slug");
        var byNumber = ServedVersion.Of(head.Designated, "slug", head.Preset.Locked);

        foreach (var served in (ServedVersion[])[designated, byNumber])
        {
            Assert.Equal(
                (head.Preset.Id, "slug", 3, BodyKind.Messages, """["model"]"""),
                (served.PresetId, served.Slug, served.Version, served.Body, served.Locked));
            Assert.Equal("""{"model":"m", "seed":1.0}""", Encoding.UTF8.GetString(served.Config.Span));
            Assert.Equal(
                """Say \"hi\".\n""" + "\u00e9" + """ \\""", Encoding.UTF8.GetString(served.SystemPrompt!.Value.Span));
        }
    }

    [Fact]
    public void A_version_without_a_system_prompt_has_none()
    {
        var head = NewHead("{}", null, BodyKind.Responses);

        Assert.Null(ServedVersion.Of(PresetJson.SnapshotOf(head), "slug").SystemPrompt);
        Assert.Null(ServedVersion.Of(head.Designated, "slug", null).SystemPrompt);
    }

    [Fact]
    public void A_version_that_does_not_tell_its_kind_is_told_by_its_fields()
    {
        var head = NewHead("""{"max_output_tokens":5}""", null, null);

        Assert.Equal(BodyKind.Responses, ServedVersion.Of(PresetJson.SnapshotOf(head), "slug").Body);
        Assert.Equal(BodyKind.Responses, ServedVersion.Of(head.Designated, "slug", null).Body);
    }

    [Fact]
    public void A_number_or_a_label_names_a_version()
    {
        var head = NewHead("{}", null, null);
        var snapshot = PresetJson.SnapshotOf(head with
        {
            Preset = head.Preset with { Labels = LabelSet.None.With(new Label("live", 2, false)) },
        });

        int?[] expected = [1, 5, null, null, 5, 3, 2, null, null];
        Assert.Equal(
            expected,
            ((string[])["1", "5", "6", "0", "latest", "designated", "live", "dead", ""]).Select(snapshot.NumberOf));
    }

    private static PresetHead NewHead(string config, string? prompt, BodyKind? kind)
    {
        var now = DateTimeOffset.UnixEpoch;
        var preset = Preset.New(new PresetName(Guid.NewGuid(), "slug"), "user", now) with
        {
            LatestVersion = 5,
            DesignatedVersion = 3,
            Revision = 5,
            Locked = """["model"]""",
        };
        var version = new PresetVersion(
            Guid.NewGuid(), preset.Id, 3, 3, "user", now, kind, Encoding.UTF8.GetBytes(config),
            prompt is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(prompt));
        return new PresetHead(preset, version);
    }
}
