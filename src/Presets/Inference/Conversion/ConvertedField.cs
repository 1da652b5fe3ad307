namespace Presets;

/// <summary>
/// One thing that an object of a request can say, and the place where each of the three bodies says it: a member's
/// name, or two with a dot between. Null where a body cannot say it.
/// </summary>
/// <param name="Conversion">What changes the value's shape; null: it is carried as it is spelled.</param>
internal sealed record ConvertedField(
    string? Chat, string? Messages, string? Responses, Action<ObjectConversion>? Conversion = null)
{
    /// <summary>The place in bodies of a kind.</summary>
    public string? In(BodyKind kind) => kind switch
    {
        BodyKind.ChatCompletions => Chat,
        BodyKind.Messages => Messages,
        BodyKind.Responses => Responses,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
