using System.Buffers;
using System.Buffers.Text;

namespace Presets;

/// <summary>
/// Presets and versions as the JSON of the contract, in UTF-8. A version's config is copied as it is stored; text is
/// escaped only where JSON demands it.
/// </summary>
public static class PresetJson
{
    private static readonly SearchValues<byte> Escaped = SearchValues.Create(
        [.. Enumerable.Range(0, ' ').Select(control => (byte)control), (byte)'"', (byte)'\\']);

    private static ReadOnlySpan<byte> SystemPromptMember => ",\"system_prompt\":"u8;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? scratch;

    /// <summary>The answer to a read or a create: <c>{"data": preset with designated_version}</c>.</summary>
    public static PresetSnapshot SnapshotOf(PresetHead head)
    {
        var (preset, version) = head;
        var json = scratch ??= new ArrayBufferWriter<byte>(4096);
        json.ResetWrittenCount();
        json.Write("{\"data\":{"u8);
        WriteFields(json, preset);
        json.Write(",\"designated_version\":"u8);
        WriteBeforeConfig(json, version, preset.Labels);
        var config = json.WrittenCount;
        json.Write(version.Config.Span);
        var configEnd = json.WrittenCount;
        WriteSystemPrompt(json, version);
        var promptEnd = json.WrittenCount - 1;
        WriteAfterSystemPrompt(json, version);
        json.Write("}}"u8);
        var snapshot = new PresetSnapshot(
            json.WrittenSpan.ToArray(),
            preset.Id,
            preset.Revision,
            version.Version,
            preset.Status,
            config..configEnd,
            version.SystemPrompt is null ? null : (configEnd + SystemPromptMember.Length + 1)..promptEnd)
        {
            LatestVersion = preset.LatestVersion,
            Labels = preset.Labels,
            Locked = preset.Locked,
            Kind = version.Body,
        };
        if (json.Capacity > 1 << 20)
            scratch = null;
        return snapshot;
    }

    /// <summary>A preset without its versions, as an object.</summary>
    public static void WritePreset(IBufferWriter<byte> json, Preset preset)
    {
        json.Write("{"u8);
        WriteFields(json, preset);
        json.Write("}"u8);
    }

    /// <summary>A version with its config and system prompt, as an object.</summary>
    /// <param name="labels">The labels of its preset.</param>
    public static void WriteVersion(IBufferWriter<byte> json, PresetVersion version, LabelSet labels)
    {
        WriteBeforeConfig(json, version, labels);
        json.Write(version.Config.Span);
        WriteSystemPrompt(json, version);
        WriteAfterSystemPrompt(json, version);
    }

    private static void WriteBeforeConfig(IBufferWriter<byte> json, PresetVersion version, LabelSet labels)
    {
        json.Write("{\"id\":"u8);
        WriteGuid(json, version.Id);
        json.Write(",\"preset_id\":"u8);
        WriteGuid(json, version.PresetId);
        json.Write(",\"version\":"u8);
        WriteNumber(json, version.Version);
        json.Write(",\"creator_id\":"u8);
        WriteText(json, version.CreatorId);
        json.Write(",\"body\":"u8);
        WriteText(json, version.Body is { } kind ? BodyKinds.NameOf(kind) : null);
        json.Write(",\"message\":"u8);
        WriteText(json, version.Message);
        json.Write(",\"labels\":["u8);
        var first = true;
        foreach (var label in labels)
        {
            if (label.Version != version.Version)
                continue;
            if (!first)
                json.Write(","u8);
            first = false;
            WriteText(json, label.Name);
        }

        json.Write("],\"config\":"u8);
    }

    private static void WriteSystemPrompt(IBufferWriter<byte> json, PresetVersion version)
    {
        json.Write(SystemPromptMember);
        if (version.SystemPrompt is { } prompt)
            WriteText(json, prompt.Span);
        else
            json.Write("null"u8);
    }

    private static void WriteAfterSystemPrompt(IBufferWriter<byte> json, PresetVersion version)
    {
        json.Write(",\"created_at\":"u8);
        WriteTime(json, version.CreatedAt);
        // A version never changes.
        json.Write(",\"updated_at\":"u8);
        WriteTime(json, version.CreatedAt);
        json.Write("}"u8);
    }

    private static void WriteFields(IBufferWriter<byte> json, Preset preset)
    {
        json.Write("\"id\":"u8);
        WriteGuid(json, preset.Id);
        json.Write(",\"workspace_id\":"u8);
        WriteGuid(json, preset.FullName.WorkspaceId);
        json.Write(",\"slug\":"u8);
        WriteText(json, preset.FullName.Slug);
        json.Write(",\"name\":"u8);
        WriteText(json, preset.Name);
        json.Write(",\"description\":"u8);
        WriteText(json, preset.Description);
        WriteStatus(json, preset);
        json.Write(",\"creator_user_id\":"u8);
        WriteText(json, preset.CreatorUserId);
        json.Write(",\"designated_version_id\":"u8);
        WriteGuid(json, preset.DesignatedVersionId);
        json.Write(",\"created_at\":"u8);
        WriteTime(json, preset.CreatedAt);
        json.Write(",\"updated_at\":"u8);
        WriteTime(json, preset.UpdatedAt);
        json.Write(",\"labels\":{"u8);
        var first = true;
        foreach (var label in preset.Labels)
        {
            if (!first)
                json.Write(","u8);
            first = false;
            WriteText(json, label.Name);
            json.Write(":"u8);
            WriteNumber(json, label.Version);
        }

        json.Write("},\"locked\":"u8);
        WriteStored(json, preset.Locked ?? "[]");
    }

    /// <summary>Writes the members <c>status</c> and <c>status_updated_at</c>, which others precede.</summary>
    internal static void WriteStatus(IBufferWriter<byte> json, Preset preset)
    {
        json.Write(preset.Status switch
        {
            PresetStatus.Active => ",\"status\":\"active\""u8,
            PresetStatus.Disabled => ",\"status\":\"disabled\""u8,
            _ => ",\"status\":\"archived\""u8,
        });
        json.Write(",\"status_updated_at\":"u8);
        if (preset.StatusUpdatedAt is { } changed)
            WriteTime(json, changed);
        else
            json.Write("null"u8);
    }

    /// <summary>Writes JSON as it is stored.</summary>
    internal static void WriteStored(IBufferWriter<byte> json, string text) =>
        json.Write(System.Text.Encoding.UTF8.GetBytes(text));

    internal static void WriteGuid(IBufferWriter<byte> json, Guid id)
    {
        var span = json.GetSpan(38);
        span[0] = (byte)'"';
        id.TryFormat(span[1..], out _);
        span[37] = (byte)'"';
        json.Advance(38);
    }

    internal static void WriteTime(IBufferWriter<byte> json, DateTimeOffset time)
    {
        var span = json.GetSpan(Timestamp.Length + 8);
        span[0] = (byte)'"';
        var length = Timestamp.Format(time, span[1..]);
        span[length + 1] = (byte)'"';
        json.Advance(length + 2);
    }

    internal static void WriteNumber(IBufferWriter<byte> json, long number)
    {
        Utf8Formatter.TryFormat(number, json.GetSpan(20), out var length);
        json.Advance(length);
    }

    /// <summary>Writes a JSON string, escaped only where JSON demands it; null when there is no text.</summary>
    public static void WriteText(IBufferWriter<byte> json, string? text)
    {
        if (text is null)
        {
            json.Write("null"u8);
            return;
        }

        var size = System.Text.Encoding.UTF8.GetMaxByteCount(text.Length);
        var rented = size > 512 ? ArrayPool<byte>.Shared.Rent(size) : null;
        var utf8 = rented ?? stackalloc byte[512];
        WriteText(json, utf8[..System.Text.Encoding.UTF8.GetBytes(text, utf8)]);
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    internal static void WriteText(IBufferWriter<byte> json, ReadOnlySpan<byte> utf8)
    {
        json.Write("\""u8);
        while (true)
        {
            var plain = utf8.IndexOfAny(Escaped);
            if (plain < 0)
                break;
            json.Write(utf8[..plain]);
            WriteEscape(json, utf8[plain]);
            utf8 = utf8[(plain + 1)..];
        }

        json.Write(utf8);
        json.Write("\""u8);
    }

    private static void WriteEscape(IBufferWriter<byte> json, byte character)
    {
        ReadOnlySpan<byte> shortForm = character switch
        {
            (byte)'"' => "\\\""u8,
            (byte)'\\' => "\\\\"u8,
            (byte)'\n' => "\\n"u8,
            (byte)'\r' => "\\r"u8,
            (byte)'\t' => "\\t"u8,
            (byte)'\b' => "\\b"u8,
            (byte)'\f' => "\\f"u8,
            _ => default,
        };
        if (!shortForm.IsEmpty)
        {
            json.Write(shortForm);
            return;
        }

        json.Write("\\u00"u8);
        var span = json.GetSpan(2);
        span[0] = (byte)"0123456789abcdef"[character >> 4];
        span[1] = (byte)"0123456789abcdef"[character & 15];
        json.Advance(2);
    }
}
