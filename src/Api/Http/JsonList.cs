using System.Buffers;
using System.Globalization;
using System.Text;

namespace Presets.Api;

/// <summary>Sends <c>{"data": [...], "total_count": n}</c>, part by part: a page of versions may be large.</summary>
public static class JsonList
{
    private const int FlushBytes = 32 * 1024;

    /// <summary>Sends a page.</summary>
    /// <param name="totalCount">How many entries the whole list has; null when they are not counted.</param>
    /// <param name="write">Writes one entry as a JSON value.</param>
    /// <param name="more">A JSON object whose members follow; empty for none.</param>
    public static async Task WriteAsync<T>(
        HttpContext context, IReadOnlyList<T> items, long? totalCount, Action<IBufferWriter<byte>, T> write,
        ReadOnlyMemory<byte> more = default)
    {
        context.Response.ContentType = "application/json";
        var writer = context.Response.BodyWriter;
        writer.Write("{\"data\":["u8);
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0)
                writer.Write(","u8);
            write(writer, items[i]);
            if (writer.UnflushedBytes >= FlushBytes && (await writer.FlushAsync()).IsCompleted)
                return;
        }

        var total = totalCount?.ToString(CultureInfo.InvariantCulture) ?? "null";
        writer.Write(Encoding.ASCII.GetBytes($"],\"total_count\":{total}"));
        if (!more.IsEmpty)
        {
            writer.Write(","u8);
            writer.Write(more.Span[1..^1]);
        }

        writer.Write("}"u8);
    }
}
