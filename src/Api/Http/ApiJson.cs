using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Presets.Api;

/// <summary>Every record that is read from a request or written to an answer.</summary>
[JsonSerializable(typeof(CreateKeyRequest))]
[JsonSerializable(typeof(UpdateKeyRequest))]
[JsonSerializable(typeof(CreateKeyResponse))]
[JsonSerializable(typeof(Single<KeyResponse>))]
[JsonSerializable(typeof(Single<CurrentKeyResponse>))]
[JsonSerializable(typeof(ListKeysResponse))]
[JsonSerializable(typeof(CreateWorkspaceRequest))]
[JsonSerializable(typeof(UpdateWorkspaceRequest))]
[JsonSerializable(typeof(Single<WorkspaceResponse>))]
[JsonSerializable(typeof(Listing<WorkspaceResponse>))]
[JsonSerializable(typeof(DeletedResponse))]
[JsonSerializable(typeof(HealthResponse))]
[JsonSerializable(typeof(ErrorResponse))]
[JsonSerializable(typeof(AnthropicErrorResponse))]
[JsonSerializable(typeof(RootResponse))]
[JsonSerializable(typeof(Single<PresetResponse>))]
[JsonSerializable(typeof(Listing<PresetSummary>))]
[JsonSerializable(typeof(Single<VersionResponse>))]
[JsonSerializable(typeof(Listing<VersionResponse>))]
[JsonSerializable(typeof(UpdatePresetRequest))]
[JsonSerializable(typeof(SetLabelRequest))]
[JsonSerializable(typeof(Listing<LabelResponse>))]
[JsonSerializable(typeof(Listing<HistoryResponse>))]
[JsonSerializable(typeof(WorkspaceHistoryResponse))]
[JsonSerializable(typeof(Single<DiffResponse>))]
[JsonSerializable(typeof(Single<UsageResponse>))]
[JsonSerializable(typeof(ImportResult))]
[JsonSerializable(typeof(ForwardedRequest))]
[JsonSerializable(typeof(ForwardedAnswer))]
[JsonSerializable(typeof(Single<ResolvedResponse>))]
[JsonSerializable(typeof(ModelListResponse))]
[JsonSerializable(typeof(ModelPage))]
[JsonSerializable(typeof(Single<ModelCount>))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>The context with the API's options.</summary>
    public static readonly ApiJson Instance = new(Configure(new JsonSerializerOptions()));

    /// <summary>How the API's records are spelled in JSON.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.Converters.Add(new TimeConverter());
        return options;
    }
}
