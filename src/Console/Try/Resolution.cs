using System.Buffers;
using System.Text.Json;

namespace Presets.Console;

/// <summary>What a request becomes by a version, and where each part of it comes from.</summary>
/// <param name="Path">The route.</param>
/// <param name="Upstream">What it would be sent to; null for nothing.</param>
/// <param name="Missing">Why it would be sent to nothing.</param>
/// <param name="Fields">All fields but the tools, and who gave each: request, preset or both.</param>
/// <param name="Tools">The tools, and who gave each.</param>
/// <param name="Dropped">The fields of the preset that are left out.</param>
/// <param name="Unfilled">The variables of the system prompt without a text.</param>
/// <param name="Json">All of it, over several lines.</param>
public sealed record Resolution(
    string Path,
    string? Upstream,
    string? Missing,
    IReadOnlyList<(ValueView Value, string Origin)> Fields,
    IReadOnlyList<(ToolView Tool, string Origin)> Tools,
    IReadOnlyList<string> Dropped,
    IReadOnlyList<string> Unfilled,
    string Json)
{
    /// <summary>The lines that configure an upstream, as docs/upstreams.md has them.</summary>
    public const string Settings = """
        # OpenRouter: everything has a default but the key.
        Upstreams__openrouter__Kind=openrouter
        Upstreams__openrouter__KeyVariable=OPENROUTER_API_KEY

        # A server of your own; vLLM here. Ollama is http://127.0.0.1:11434/v1, LiteLLM http://127.0.0.1:4000/v1.
        Upstreams__local__BaseUrl=http://127.0.0.1:8000/v1
        Upstreams__local__Bodies=chat_completions,responses
        """;

    /// <summary>Merges a request with the version it names.</summary>
    /// <exception cref="Refusal">They do not go together, or neither names a model.</exception>
    internal static Resolution Of(InferenceRequest request, PresetPart part, UpstreamSet upstreams)
    {
        var route = InferenceRoute.Of(request.Kind);
        var model = PresetMerge.ModelOf(request, part);
        Upstream? upstream = null;
        string? missing = null;
        try
        {
            upstream = upstreams.Choose(request.Kind, model);
        }
        catch (Refusal refusal) when (refusal.Code == RefusalCode.NoUpstream)
        {
            missing = refusal.Message;
        }

        var merged = PresetMerge.Merge(request, part, upstream?.TargetOf(route, model) ?? MergeTarget.None);
        var provenance = new ArrayBufferWriter<byte>();
        merged.WriteProvenance(provenance);
        using var origins = JsonDocument.Parse(provenance.WrittenMemory);
        using var body = JsonDocument.Parse(TextOf(merged));
        var fields = body.RootElement.EnumerateObject().ToLookup(field => field.Name != "tools");
        return new Resolution(
            route.Path,
            upstream?.Name,
            missing,
            [.. fields[true].Select(field => (ValueView.Of(field), OriginOf(field.Name)))],
            [
                .. body.RootElement.Items("tools").Zip(
                    origins.RootElement.Items("tools"), (tool, origin) => (ToolView.Of(tool), origin.GetString()!)),
            ],
            merged.Dropped,
            merged.Unfilled,
            JsonLayout.Indent(body.RootElement));

        string OriginOf(string field) => origins.RootElement.Member("fields").Text(field) ?? "request";
    }

    private static ReadOnlyMemory<byte> TextOf(MergedBody merged)
    {
        var text = new ArrayBufferWriter<byte>((int)merged.Length);
        foreach (var segment in merged.Segments)
            text.Write(segment.Span);
        return text.WrittenMemory;
    }
}
