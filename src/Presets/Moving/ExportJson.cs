using System.Buffers;

namespace Presets;

/// <summary>
/// The records of an export: a line of JSON for each preset, with everything that is stored of it. A large preset goes
/// on in further records. The config stands in a string, so that its white space cannot break the line.
/// </summary>
public static class ExportJson
{
    /// <summary>Starts a record; versions follow.</summary>
    /// <param name="part">The number of the record among those of the preset; the first has the preset itself.</param>
    public static void WriteStart(IBufferWriter<byte> json, Preset preset, int part)
    {
        json.Write("{\"slug\":"u8);
        PresetJson.WriteText(json, preset.FullName.Slug);
        json.Write(",\"part\":"u8);
        PresetJson.WriteNumber(json, part);
        if (part == 1)
            WritePreset(json, preset);
        json.Write(",\"versions\":["u8);
    }

    /// <summary>Writes a version, all of it.</summary>
    /// <param name="isFirst">Whether it is the first of the record.</param>
    public static void WriteVersion(IBufferWriter<byte> json, PresetVersion version, bool isFirst)
    {
        json.Write(isFirst ? "{\"version\":"u8 : ",{\"version\":"u8);
        PresetJson.WriteNumber(json, version.Version);
        json.Write(",\"id\":"u8);
        PresetJson.WriteGuid(json, version.Id);
        json.Write(",\"revision\":"u8);
        if (version.Revision == 0)
            json.Write("null"u8);
        else
            PresetJson.WriteNumber(json, version.Revision);
        json.Write(",\"creator_id\":"u8);
        PresetJson.WriteText(json, version.CreatorId);
        json.Write(",\"created_at\":"u8);
        PresetJson.WriteTime(json, version.CreatedAt);
        json.Write(",\"body\":"u8);
        PresetJson.WriteText(json, version.Body is { } kind ? BodyKinds.NameOf(kind) : null);
        json.Write(",\"config\":"u8);
        PresetJson.WriteText(json, version.Config.Span);
        json.Write(",\"system_prompt\":"u8);
        if (version.SystemPrompt is { } prompt)
            PresetJson.WriteText(json, prompt.Span);
        else
            json.Write("null"u8);
        WriteRequest(json, version.Key, version.Message, version.RequestId);
        json.Write(version.Designates ? ",\"designates\":true,\"effects\":"u8 : ",\"designates\":false,\"effects\":"u8);
        PresetJson.WriteStored(json, version.Effects ?? "null");
        json.Write("}"u8);
    }

    /// <summary>Ends the versions of a record; other changes follow.</summary>
    public static void WriteVersionsEnd(IBufferWriter<byte> json) => json.Write("],\"history\":["u8);

    /// <summary>Writes a change that is not a version.</summary>
    /// <param name="isFirst">Whether it is the first of the record.</param>
    public static void WriteChange(IBufferWriter<byte> json, HistoryEntry change, bool isFirst)
    {
        json.Write(isFirst ? "{\"revision\":"u8 : ",{\"revision\":"u8);
        PresetJson.WriteNumber(json, change.Revision);
        json.Write(",\"id\":"u8);
        PresetJson.WriteGuid(json, change.Id);
        json.Write(",\"at\":"u8);
        PresetJson.WriteTime(json, change.At);
        json.Write(",\"user_id\":"u8);
        PresetJson.WriteText(json, change.UserId);
        WriteRequest(json, change.Key, change.Message, change.RequestId);
        json.Write(",\"effects\":"u8);
        PresetJson.WriteStored(json, change.Effects);
        json.Write("}"u8);
    }

    /// <summary>Ends a record, and the line.</summary>
    /// <param name="isPurged">The preset was purged meanwhile; its record is not complete.</param>
    public static void WriteEnd(IBufferWriter<byte> json, bool isLast, bool isPurged = false)
    {
        if (isPurged)
            json.Write("],\"purged\":true"u8);
        else
            json.Write("]"u8);
        json.Write(isLast ? ",\"last\":true}\n"u8 : ",\"last\":false}\n"u8);
    }

    private static void WritePreset(IBufferWriter<byte> json, Preset preset)
    {
        json.Write(",\"id\":"u8);
        PresetJson.WriteGuid(json, preset.Id);
        json.Write(",\"name\":"u8);
        PresetJson.WriteText(json, preset.Name);
        json.Write(",\"description\":"u8);
        PresetJson.WriteText(json, preset.Description);
        PresetJson.WriteStatus(json, preset);
        json.Write(",\"creator_user_id\":"u8);
        PresetJson.WriteText(json, preset.CreatorUserId);
        json.Write(",\"created_at\":"u8);
        PresetJson.WriteTime(json, preset.CreatedAt);
        json.Write(",\"updated_at\":"u8);
        PresetJson.WriteTime(json, preset.UpdatedAt);
        json.Write(",\"latest_version\":"u8);
        PresetJson.WriteNumber(json, preset.LatestVersion);
        json.Write(",\"designated_version\":"u8);
        PresetJson.WriteNumber(json, preset.DesignatedVersion);
        json.Write(",\"revision\":"u8);
        PresetJson.WriteNumber(json, preset.Revision);
        json.Write(",\"labels\":"u8);
        PresetJson.WriteStored(json, preset.Labels.ToText() ?? "[]");
        json.Write(",\"locked\":"u8);
        PresetJson.WriteStored(json, preset.Locked ?? "[]");
    }

    private static void WriteRequest(IBufferWriter<byte> json, KeyHash? key, string? message, Guid? requestId)
    {
        json.Write(",\"key_hash\":"u8);
        PresetJson.WriteText(json, key?.ToString());
        json.Write(",\"message\":"u8);
        PresetJson.WriteText(json, message);
        json.Write(",\"request_id\":"u8);
        if (requestId is { } id)
            PresetJson.WriteGuid(json, id);
        else
            json.Write("null"u8);
    }
}
