using System.Text.Json.Serialization;

namespace Presets.Api;

/// <summary>The body of every answer that is not a success.</summary>
internal sealed record ErrorResponse(ErrorDetail Error);

/// <summary>What went wrong.</summary>
internal sealed record ErrorDetail
{
    /// <summary>The HTTP status.</summary>
    public required int Code { get; init; }

    /// <summary>A sentence for people; it may change.</summary>
    public required string Message { get; init; }

    public required ErrorMetadata Metadata { get; init; }
}

/// <summary>What programs can go by.</summary>
internal sealed record ErrorMetadata
{
    /// <summary>Why, in snake case; it never changes.</summary>
    public required string Reason { get; init; }

    /// <summary>The field, header or parameter at fault, when there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Field { get; init; }

    /// <summary>What the log of a defect can be found by.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TraceId { get; init; }
}
