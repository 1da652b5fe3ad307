using System.Text.Json;

namespace Presets;

/// <summary>
/// An inference request: its text, and what one pass over its top level finds there. The conversation is skipped, never
/// copied.
/// </summary>
public sealed class InferenceRequest
{
    internal InferenceRequest(BodyKind kind, ReadOnlyMemory<byte> body, JsonMembers members)
    {
        Kind = kind;
        Body = body;
        Members = members;
    }

    /// <summary>Which of the three requests it is.</summary>
    public BodyKind Kind { get; }

    /// <summary>The JSON text as it was sent.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The preset that it names; null when it names none, and is forwarded as it is.</summary>
    public PresetReference? Reference { get; internal init; }

    /// <summary>The model as it was sent; null when there is none, or a reference.</summary>
    public string? Model { get; internal init; }

    /// <summary>Whether the answer is to be a stream.</summary>
    public bool IsStream { get; internal init; }

    /// <summary>Where the model stands; of several the last, as parsers take it.</summary>
    internal JsonMember? ModelMember { get; init; }

    /// <summary>The members at top level. With a reference each name is there once.</summary>
    internal JsonMembers Members { get; }

    /// <summary>What the system prompt's variables stand for; null when the request gives none.</summary>
    internal PromptVariables? Variables { get; init; }

    /// <summary>Reads a request.</summary>
    /// <exception cref="Refusal">
    /// <see cref="RefusalCode.InvalidJson"/>: not UTF-8, not one JSON object, nested deeper than
    /// <see cref="BodyFilter.MaxDepth"/>. With a reference also <see cref="RefusalCode.DuplicateMember"/>,
    /// <see cref="RefusalCode.MissingField"/>, and <see cref="RefusalCode.InvalidField"/>: it is malformed, not the
    /// only one, or inside <c>models</c> or <c>fallbacks</c>.
    /// </exception>
    public static InferenceRequest Read(BodyKind kind, ReadOnlyMemory<byte> body)
    {
        BodyFilter.CheckText(body.Span);
        var pass = new RequestPass(kind, body);
        try
        {
            return pass.Run();
        }
        catch (JsonException exception)
        {
            throw BodyFilter.NotJson(body.Span, pass.Depth, BodyFilter.MaxDepth, exception);
        }
    }

    /// <summary>The body with another model, everything else byte for byte.</summary>
    /// <exception cref="InvalidOperationException">The request has no <see cref="Model"/>.</exception>
    public IReadOnlyList<ReadOnlyMemory<byte>> WithModel(string model)
    {
        var member = ModelMember ?? throw new InvalidOperationException("The request has no model.");
        return [Body[..member.Start], JsonPieces.Quote(model), Body[member.End..]];
    }

    /// <summary>
    /// Whether a member has a value. Null is absent, and so is what a client sends with every request.
    /// </summary>
    internal bool IsSet(JsonMember member) => !Members.IsNull(member)
        && (Kind != BodyKind.Responses
            || !Members.NameOf(member).SequenceEqual("service_tier"u8)
            || Members.StringOf(member) != "auto");

    /// <summary>Whether a field of a request with a reference is meant for this service alone.</summary>
    internal bool IsConsumed(ReadOnlySpan<byte> name) => name.SequenceEqual("preset"u8)
        || name.SequenceEqual("preset_variables"u8)
        || name.SequenceEqual("workspace_id"u8)
        || (Kind == BodyKind.Responses && name.SequenceEqual("prompt"u8));
}
