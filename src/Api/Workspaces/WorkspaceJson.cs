using System.Security.Cryptography;
using System.Text.Json;

namespace Presets.Api;

/// <summary>Workspaces as the JSON of the document. What is about billing, images and logging has its neutral value.</summary>
internal static class WorkspaceJson
{
    /// <summary>A workspace as an object.</summary>
    public static void Write(Utf8JsonWriter json, Workspace workspace)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, workspace.Id);
        json.WriteString("slug"u8, workspace.Slug);
        json.WriteString("name"u8, workspace.Name);
        json.WriteString("description"u8, workspace.Description);
        json.WriteString("default_text_model"u8, workspace.DefaultTextModel);
        json.WriteString("default_provider_sort"u8, workspace.DefaultProviderSort);
        json.WriteString("created_by"u8, workspace.CreatedBy);
        json.WriteString("created_at"u8, Timestamp.Format(workspace.CreatedAt));
        json.WriteString("updated_at"u8, workspace.UpdatedAt is { } updated ? Timestamp.Format(updated) : null);
        json.WriteString("default_guardrail_id"u8, GuardrailId(workspace.Id));
        json.WriteNull("default_image_model"u8);
        json.WriteBoolean("include_byok_in_budgets"u8, false);
        json.WriteBoolean("is_data_discount_logging_enabled"u8, false);
        json.WriteBoolean("is_observability_broadcast_enabled"u8, false);
        json.WriteBoolean("is_observability_io_logging_enabled"u8, false);
        json.WriteNumber("io_logging_sampling_rate"u8, 1);
        json.WriteNull("io_logging_api_key_ids"u8);
        json.WriteEndObject();
    }

    // The document demands an id that follows from the workspace's; nothing is behind it here. UUID version 8 (RFC 9562): of our own making.
    private static Guid GuardrailId(Guid workspaceId)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(workspaceId.ToByteArray(bigEndian: true), hash);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }
}
