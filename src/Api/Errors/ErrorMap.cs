namespace Presets.Api;

/// <summary>
/// The one place where a refusal gets its status and its stable reason. Source: the contract, "Errors".
/// </summary>
public static class ErrorMap
{
    /// <summary>The HTTP status of a refusal, and the <c>reason</c> that clients may rely on.</summary>
    public static (int Status, string Reason) Of(RefusalCode code) => code switch
    {
        RefusalCode.InvalidJson => (400, "invalid_json"),
        RefusalCode.MissingField => (400, "missing_field"),
        RefusalCode.InvalidField => (400, "invalid_field"),
        RefusalCode.DuplicateMember => (400, "duplicate_key"),
        RefusalCode.NestedPreset => (400, "nested_preset"),
        RefusalCode.InvalidSlug => (400, "invalid_slug"),
        RefusalCode.InvalidParameter => (400, "invalid_parameter"),
        RefusalCode.WorkspaceNotEmpty => (400, "workspace_not_empty"),
        RefusalCode.SlugTaken => (400, "slug_taken"),
        RefusalCode.Unauthorized => (401, "unauthorized"),
        RefusalCode.Forbidden => (403, "forbidden"),
        RefusalCode.NotFound => (404, "not_found"),
        RefusalCode.MethodNotAllowed => (405, "method_not_allowed"),
        RefusalCode.MissingScope => (403, "missing_scope"),
        RefusalCode.PresetPurged => (404, "preset_purged"),
        RefusalCode.PresetArchived => (409, "preset_archived"),
        RefusalCode.PresetNotArchived => (409, "preset_not_archived"),
        RefusalCode.PresetDisabled => (409, "preset_disabled"),
        RefusalCode.PreconditionFailed => (412, "precondition_failed"),
        RefusalCode.KeyAlreadyCreated => (409, "key_already_created"),
        RefusalCode.BodyTooLarge => (413, "body_too_large"),
        RefusalCode.UnsupportedMediaType => (415, "unsupported_media_type"),
        RefusalCode.IdempotencyKeyReused => (422, "idempotency_key_reused"),
        RefusalCode.Unavailable => (503, "unavailable"),
        RefusalCode.OutcomeUnknown => (503, "outcome_unknown"),
        RefusalCode.Overloaded => (503, "overloaded"),
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "a refusal without a status"),
    };
}
