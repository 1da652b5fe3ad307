using System.Text;

namespace Presets.Tests;

/// <summary>A merge of texts.</summary>
internal static class Merging
{
    internal static PresetPart Part(
        BodyKind kind, string config = "{}", string? system = null, params string[] locked) => PresetPart.Of(
        new ServedVersion(
            Guid.NewGuid(), "s", 1, kind, Encoding.UTF8.GetBytes(config),
            system is null ? default(ReadOnlyMemory<byte>?) : Encoding.UTF8.GetBytes(system),
            locked.Length == 0 ? null : $"[{string.Join(',', locked.Select(path => $"\"{path}\""))}]"),
        kind);

    internal static InferenceRequest Request(BodyKind kind, string body) =>
        InferenceRequest.Read(kind, Encoding.UTF8.GetBytes(body));

    internal static MergedBody Merge(BodyKind kind, string body, PresetPart part, MergeTarget? target = null) =>
        PresetMerge.Merge(Request(kind, body), part, target ?? MergeTarget.None);

    /// <summary>The merged body as text.</summary>
    internal static string Text(this MergedBody merged)
    {
        var text = Join(merged.Segments);
        Assert.Equal(merged.Length, Encoding.UTF8.GetByteCount(text));
        return text;
    }

    internal static string Join(IReadOnlyList<ReadOnlyMemory<byte>> segments) =>
        Encoding.UTF8.GetString([.. segments.SelectMany(segment => segment.ToArray())]);
}
