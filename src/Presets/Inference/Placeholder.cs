using System.Collections.Frozen;
using System.Text.Json;

namespace Presets;

public sealed class InferenceRequest
{
    private Range model;

    public BodyKind Kind { get; private init; }
    public ReadOnlyMemory<byte> Body { get; private init; }
    public PresetReference? Reference { get; private set; }
    public string? Model { get; private set; }
    public bool IsStream { get; private set; }

    public static InferenceRequest Read(BodyKind kind, ReadOnlyMemory<byte> body)
    {
        var request = new InferenceRequest { Kind = kind, Body = body };
        try
        {
            var reader = new Utf8JsonReader(body.Span);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw new Refusal(RefusalCode.InvalidJson, "The body must be a JSON object.");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                if (name == "model" && reader.TokenType == JsonTokenType.String)
                {
                    request.Model = reader.GetString();
                    request.model = start..(int)reader.BytesConsumed;
                }

                if (name == "stream")
                    request.IsStream = reader.TokenType == JsonTokenType.True;
                reader.Skip();
            }

            reader.Read();
        }
        catch (JsonException)
        {
            throw new Refusal(RefusalCode.InvalidJson, "The body is not valid JSON.");
        }

        if (request.Model?.StartsWith("@preset/", StringComparison.Ordinal) == true)
        {
            request.Reference = new PresetReference(request.Model[8..], null, null, null);
            request.Model = null;
        }

        return request;
    }

    public IReadOnlyList<ReadOnlyMemory<byte>> WithModel(string name) =>
        [Body[..model.Start], JsonSerializer.SerializeToUtf8Bytes(name), Body[model.End..]];
}

public sealed record PresetReference(string Slug, string? Pin, string? Model, string? Suffix);

public sealed record MergeTarget
{
    public static readonly MergeTarget None = new();
    public FrozenSet<string> Drop { get; init; } = FrozenSet<string>.Empty;
    public string StripPrefix { get; init; } = "";
    public bool MovesCacheFields { get; init; }
}

public static class PresetMerge
{
    public static string ModelOf(InferenceRequest request, PresetPart part) => part.Model!;

    public static MergedBody Merge(InferenceRequest request, PresetPart part, MergeTarget target) => new()
    {
        Segments = request.WithModel(part.Model![target.StripPrefix.Length..]),
        Dropped = [.. part.Members.Select(member => member.Name).Where(target.Drop.Contains)],
        Unfilled = [],
    };
}

public sealed class MergedBody
{
    public required IReadOnlyList<ReadOnlyMemory<byte>> Segments { get; init; }
    public long Length => Segments.Sum(segment => (long)segment.Length);
    public required IReadOnlyList<string> Dropped { get; init; }
    public required IReadOnlyList<string> Unfilled { get; init; }
    public string? CacheEnabled { get; init; }
    public string? CacheTtlSeconds { get; init; }
}
