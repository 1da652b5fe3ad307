using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace Presets.Benchmarks.Yardsticks;

/// <summary>
/// A model provider without a model: answers a chat completion at once, as one JSON document of 1 KB, or as 50 events
/// of 150 bytes, each flushed by itself, when the request asks for a stream.
/// </summary>
internal static class DummyUpstream
{
    private const int Events = 50;

    private static readonly byte[] Answer = Encoding.UTF8.GetBytes(
        """
        {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"test/model","choices":[{"index":0,"message":
        {"role":"assistant","content":"TEXT"},"finish_reason":"stop"}],"usage":{"total_tokens":9}}
        """.Replace("TEXT", new string('x', 850), StringComparison.Ordinal));

    private static readonly byte[] Event = Encoding.UTF8.GetBytes(
        """
        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"TEXT"}}]}
        """.Replace("TEXT", new string('x', 40), StringComparison.Ordinal) + "\n\n");

    private static readonly byte[] End = "data: [DONE]\n\n"u8.ToArray();

    /// <param name="url">Where to listen.</param>
    public static Task RunAsync(string url)
    {
        var app = BareServer.Build(url);
        app.MapGet("/", () => Results.Ok());
        app.MapPost("/v1/chat/completions", AnswerAsync);
        return app.RunAsync();
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var body = await ReadAsync(context.Request.BodyReader);
        var isStream = (body.IsSingleSegment ? body.FirstSpan : body.ToArray()).IndexOf("\"stream\":true"u8) >= 0;
        context.Request.BodyReader.AdvanceTo(body.End);

        var response = context.Response;
        if (!isStream)
        {
            response.ContentType = "application/json";
            response.ContentLength = Answer.Length;
            await response.BodyWriter.WriteAsync(Answer);
            return;
        }

        response.ContentType = "text/event-stream";
        for (var i = 0; i < Events; i++)
            await response.BodyWriter.WriteAsync(Event);
        await response.BodyWriter.WriteAsync(End);
    }

    private static async Task<ReadOnlySequence<byte>> ReadAsync(PipeReader reader)
    {
        while (true)
        {
            var read = await reader.ReadAsync();
            if (read.IsCompleted)
                return read.Buffer;
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
