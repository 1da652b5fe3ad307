using System.Text;

namespace Presets.Tests;

/// <summary>Versions that are served, and what the tests ask of their parts.</summary>
internal static class Parts
{
    internal static ServedVersion Version(BodyKind body, string config, string? locked = null, string? prompt = null) =>
        new(
            Guid.Empty,
            "support-bot",
            12,
            body,
            Encoding.UTF8.GetBytes(config),
            prompt is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(prompt),
            locked);

    internal static PresetPart Part(BodyKind body, BodyKind kind, string config, string? locked = null) =>
        PresetPart.Of(Version(body, config, locked), kind);

    /// <summary>
    /// A preset of the first body gives a request of the second these fields and no others, and drops these places,
    /// with a space between two.
    /// </summary>
    internal static void AssertConverts(
        BodyKind from, BodyKind to, string config, string expected, string dropped)
    {
        var part = Part(from, to, config);

        Assert.Equal(expected, ConfigOf(part));
        Assert.Equal(dropped, string.Join(' ', part.Dropped));
    }

    internal static string ConfigOf(PresetPart part) =>
        "{" + string.Join(",", part.Members.Select(member => $"\"{member.Name}\":{Text(member.Value)}")) + "}";

    internal static string Text(ReadOnlyMemory<byte> json) => Encoding.UTF8.GetString(json.Span);
}
