namespace Presets;

/// <summary>The fields of the config of a version, and of the request that makes a version from one.</summary>
internal static class ConfigFields
{
    internal static readonly Field[] Request =
    [
        new("config", FieldUse.Config, new(JsonTypes.Object)) { Required = true, NullAllowed = false },
        new("system_prompt", FieldUse.SystemText, new(JsonTypes.String)),
        new("message", FieldUse.Message, new(JsonTypes.String) { MaxLength = Change.MaxMessageLength }),
        new("body", FieldUse.Kind, new(JsonTypes.String)
        {
            OneOf = [.. Enum.GetValues<BodyKind>().Select(BodyKinds.NameOf)],
        }),
        new("workspace_id", FieldUse.WorkspaceId, new(JsonTypes.String) { IsUuid = true }),
    ];

    /// <summary>What is stored of a body.</summary>
    internal static Field[] Of(FieldTable body) =>
        [.. body.Fields.Where(field => field.Use == FieldUse.Persisted)];

    /// <summary>
    /// What is stored of any body. Where the bodies differ, this is the rule that takes what any of them takes: that of
    /// chat completions, but for <c>service_tier</c>, of which the document lists no values in a messages body.
    /// </summary>
    internal static Field[] OfAny(FieldTable chat, FieldTable messages, FieldTable responses) =>
    [
        .. messages.Fields.Where(field => field.Name == "service_tier")
            .Concat(chat.Fields).Concat(messages.Fields).Concat(responses.Fields)
            .DistinctBy(field => field.Name),
    ];
}
