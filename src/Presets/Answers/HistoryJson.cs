using System.Buffers;

namespace Presets;

/// <summary>Records of the history as the JSON of the contract, in UTF-8.</summary>
public static class HistoryJson
{
    /// <summary>Writes a record as an object.</summary>
    public static void Write(IBufferWriter<byte> json, HistoryRecord record)
    {
        json.Write("{\"revision\":"u8);
        // An import is of no preset.
        var isOfPreset = record.Revision > 0;
        if (isOfPreset)
            PresetJson.WriteNumber(json, record.Revision);
        else
            json.Write("null"u8);
        json.Write(",\"slug\":"u8);
        PresetJson.WriteText(json, isOfPreset ? record.Slug : null);
        json.Write(",\"at\":"u8);
        PresetJson.WriteTime(json, record.At);
        json.Write(",\"key\":"u8);
        if (record.Key is { } key)
        {
            json.Write("{\"hash\":"u8);
            PresetJson.WriteText(json, key.ToString());
            json.Write(",\"name\":"u8);
            PresetJson.WriteText(json, record.KeyName);
            json.Write("}"u8);
        }
        else
        {
            json.Write("null"u8);
        }

        json.Write(",\"user_id\":"u8);
        PresetJson.WriteText(json, record.UserId);
        json.Write(",\"message\":"u8);
        PresetJson.WriteText(json, record.Message);
        json.Write(",\"request_id\":"u8);
        // As log lines spell the trace id.
        PresetJson.WriteText(json, record.RequestId?.ToString("N"));
        json.Write(",\"changes\":"u8);
        PresetJson.WriteStored(json, record.Effects);
        json.Write("}"u8);
    }
}
