using System.Buffers;
using System.Text.Json;

namespace Presets;

/// <summary>A request and its preset as one body.</summary>
public sealed class MergedBody
{
    private readonly InferenceRequest request;
    private readonly PresetPart part;
    private readonly MergeTarget target;

    internal MergedBody(InferenceRequest request, PresetPart part, MergeTarget target, Segments segments)
    {
        this.request = request;
        this.part = part;
        this.target = target;
        Segments = segments.ToList();
        Length = segments.Length;
    }

    /// <summary>The JSON text: slices of the request and of the preset, with little between them.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Segments { get; }

    /// <summary>The bytes of <see cref="Segments"/> together.</summary>
    public long Length { get; }

    /// <summary>What the preset has and the body lacks: the request or the upstream does not take it.</summary>
    public IReadOnlyList<string> Dropped { get; internal init; } = [];

    /// <summary>The variables of the system prompt that the request gives no text for.</summary>
    public IReadOnlyList<string> Unfilled { get; internal init; } = [];

    /// <summary>The text of <c>cache_enabled</c>, printable ASCII; null when it is not moved.</summary>
    public string? CacheEnabled { get; internal init; }

    /// <summary>The text of <c>cache_ttl_seconds</c>, printable ASCII; null when it is not moved.</summary>
    public string? CacheTtlSeconds { get; internal init; }

    /// <summary>
    /// Writes where each field and each tool comes from, by merging once more:
    /// <c>{"fields": {"model": "preset", "tools": "both"}, "tools": ["preset", "request"]}</c>. The tools stand in the
    /// order of the body. Both means made of the two.
    /// </summary>
    public void WriteProvenance(IBufferWriter<byte> json)
    {
        var provenance = new Provenance();
        new MergePass(request, part, target, provenance).Run();
        using var writer = new Utf8JsonWriter(json);
        provenance.Write(writer);
    }
}
