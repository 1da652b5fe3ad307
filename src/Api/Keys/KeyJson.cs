using System.Text.Json;

namespace Presets.Api;

/// <summary>
/// API keys as the JSON of the document. This service does not meter: what is about spending is zero or null.
/// </summary>
internal static class KeyJson
{
    private static readonly JsonEncodedText[] Spending =
    [
        .. new[]
        {
            "usage", "usage_daily", "usage_weekly", "usage_monthly", "byok_usage", "byok_usage_daily", "byok_usage_weekly", "byok_usage_monthly",
        }.Select(name => JsonEncodedText.Encode(name)),
    ];

    /// <summary>A key as a management key sees it.</summary>
    public static void Write(Utf8JsonWriter json, ApiKey key)
    {
        json.WriteStartObject();
        json.WriteString("hash"u8, key.Hash);
        json.WriteString("name"u8, key.Name);
        json.WriteBoolean("disabled"u8, key.Disabled);
        json.WriteString("created_at"u8, Timestamp.Format(key.CreatedAt));
        json.WriteString("updated_at"u8, key.UpdatedAt is { } updated ? Timestamp.Format(updated) : null);
        json.WriteNull("external_user"u8); // The published client demands it, though the document does not know it.
        WriteCommon(json, key);
        json.WriteEndObject();
    }

    /// <summary>A key as it sees itself.</summary>
    public static void WriteCurrent(Utf8JsonWriter json, ApiKey key)
    {
        json.WriteStartObject();
        json.WriteBoolean("is_free_tier"u8, false);
        json.WriteBoolean("is_management_key"u8, key.IsManagement);
        json.WriteBoolean("is_provisioning_key"u8, key.IsManagement);
        json.WriteStartObject("rate_limit"u8);
        json.WriteNumber("requests"u8, -1);
        json.WriteString("interval"u8, "10s"u8);
        json.WriteString("note"u8, "This field is deprecated and safe to ignore."u8);
        json.WriteEndObject();
        WriteWhatTheClientDemands(json);
        WriteCommon(json, key);
        json.WriteEndObject();
    }

    // The published client refuses an answer without these, though the document does not know them.
    private static void WriteWhatTheClientDemands(Utf8JsonWriter json)
    {
        json.WriteNull("organization_id"u8);
        json.WriteStartArray("allowed_data_regions"u8);
        json.WriteStringValue("global"u8);
        json.WriteEndArray();
        json.WriteStartObject("free_model_daily_requests"u8);
        json.WriteNumber("limit"u8, 0);
        json.WriteNumber("remaining"u8, 0);
        json.WriteNumber("used"u8, 0);
        json.WriteEndObject();
    }

    private static void WriteCommon(Utf8JsonWriter json, ApiKey key)
    {
        json.WriteString("workspace_id"u8, key.WorkspaceId);
        json.WriteString("label"u8, key.Label);
        json.WriteString("creator_user_id"u8, key.UserId);
        json.WriteString("expires_at"u8, key.ExpiresAt is { } end ? Timestamp.Format(end) : null);
        json.WriteNull("limit"u8);
        json.WriteNull("limit_remaining"u8);
        json.WriteNull("limit_reset"u8);
        json.WriteBoolean("include_byok_in_limit"u8, false);
        foreach (var name in Spending)
            json.WriteNumber(name, 0);
    }
}
