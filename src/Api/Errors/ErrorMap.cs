using System.Text.Json;

namespace Presets.Api;

/// <summary>
/// The one place where a refusal gets its status and its stable reason. Source: the contract, "Errors".
/// </summary>
public static class ErrorMap
{
    /// <summary>The HTTP status of a refusal, and the <c>reason</c> that clients may rely on.</summary>
    public static (int Status, string Reason) Of(RefusalCode code) => (StatusOf(code), ReasonOf(code));

    private static string ReasonOf(RefusalCode code) => code switch
    {
        // The one that kept the reason it had before members were called so.
        RefusalCode.DuplicateMember => "duplicate_key",
        // The same, told by another status than to a write.
        RefusalCode.ArchivedNotFound => "preset_archived",
        RefusalCode.DisabledForbidden => "preset_disabled",
        _ => JsonNamingPolicy.SnakeCaseLower.ConvertName(code.ToString()),
    };

    private static int StatusOf(RefusalCode code) => code switch
    {
        RefusalCode.Unauthorized => 401,
        RefusalCode.Forbidden
            or RefusalCode.MissingScope
            or RefusalCode.FieldLocked
            or RefusalCode.DisabledForbidden => 403,
        RefusalCode.NotFound
            or RefusalCode.RouteNotFound
            or RefusalCode.ArchivedNotFound
            or RefusalCode.PresetPurged
            or RefusalCode.NoUpstream => 404,
        RefusalCode.MethodNotAllowed => 405,
        RefusalCode.RequestTimeout => 408,
        RefusalCode.PresetArchived
            or RefusalCode.PresetNotArchived
            or RefusalCode.PresetDisabled
            or RefusalCode.KeyAlreadyCreated => 409,
        RefusalCode.PreconditionFailed => 412,
        RefusalCode.BodyTooLarge => 413,
        RefusalCode.UnsupportedMediaType => 415,
        RefusalCode.IdempotencyKeyReused => 422,
        RefusalCode.UpstreamUnauthorized => 424,
        RefusalCode.InternalError => 500,
        RefusalCode.UpstreamFailed => 502,
        RefusalCode.UpstreamTimeout => 504,
        RefusalCode.Unavailable or RefusalCode.OutcomeUnknown or RefusalCode.Overloaded => 503,
        _ => 400,
    };
}
