using System.Text;
using System.Text.Json.Nodes;

namespace Presets.Api;

/// <summary>
/// Follows a stream of server-sent events, so that it can be ended with an error event of its dialect. Source: the
/// contract, "Routes".
/// </summary>
internal sealed class EventStreamEnd(BodyKind body, TimeProvider clock)
{
    // The last four bytes.
    private uint last;
    private bool hasBegun;
    private SequenceNumbers numbers = new();

    private bool IsBetweenEvents
    {
        get
        {
            // A blank line ends an event, and a line ends with CR, LF or both.
            var before = (ushort)last == ('\r' << 8 | '\n') ? last >> 16 : IsLineEnd(last) ? last >> 8 : 0;
            return IsLineEnd(before);

            static bool IsLineEnd(uint bytes) => (byte)bytes is (byte)'\n' or (byte)'\r';
        }
    }

    /// <summary>Notes bytes that came.</summary>
    public void Note(ReadOnlySpan<byte> bytes)
    {
        foreach (var each in bytes[^Math.Min(sizeof(uint), bytes.Length)..])
            last = last << 8 | each;
        hasBegun |= !bytes.IsEmpty;
        if (body == BodyKind.Responses)
            numbers.Note(bytes);
    }

    /// <summary>The event that ends the stream here.</summary>
    /// <param name="isLate">Whether it paused for too long; else it broke off.</param>
    /// <returns>Null when no event can follow: nothing came at all, or half an event.</returns>
    public ReadOnlyMemory<byte>? After(bool isLate)
    {
        if (!hasBegun || !IsBetweenEvents)
            return null;
        var fault = isLate ? UpstreamFaults.Late() : UpstreamFaults.Broken();
        return Encoding.UTF8.GetBytes(body switch
        {
            BodyKind.ChatCompletions => $"data: {ChunkOf(fault).ToJsonString()}\n\n",
            BodyKind.Messages => $"event: error\ndata: {MessagesEventOf(fault).ToJsonString()}\n\n",
            _ => $"event: error\ndata: {ResponsesEventOf(fault).ToJsonString()}\n\n",
        });
    }

    private JsonObject ChunkOf(Refusal fault) => new()
    {
        ["id"] = "error",
        ["object"] = "chat.completion.chunk",
        ["created"] = clock.GetUtcNow().ToUnixTimeSeconds(),
        ["model"] = "",
        ["choices"] = new JsonArray(new JsonObject
        {
            ["index"] = 0,
            ["delta"] = new JsonObject { ["content"] = "" },
            ["finish_reason"] = "error",
        }),
        ["error"] = new JsonObject
        {
            ["code"] = ErrorMap.Of(fault.Code).Status,
            ["message"] = fault.Message,
            ["metadata"] = new JsonObject
            {
                // OpenRouter's client refuses metadata without it.
                ["error_type"] = fault.Code == RefusalCode.UpstreamTimeout ? "timeout" : "provider_unavailable",
                ["reason"] = ErrorMap.Of(fault.Code).Reason,
            },
        },
    };

    private static JsonObject MessagesEventOf(Refusal fault) => new()
    {
        ["type"] = "error",
        ["error"] = new JsonObject
        {
            ["type"] = AnthropicError.TypeOf(ErrorMap.Of(fault.Code).Status),
            ["message"] = fault.Message,
        },
    };

    private JsonObject ResponsesEventOf(Refusal fault) => new()
    {
        ["type"] = "error",
        ["code"] = ErrorMap.Of(fault.Code).Reason,
        ["message"] = fault.Message,
        ["param"] = null,
        ["sequence_number"] = numbers.Next,
    };
}
