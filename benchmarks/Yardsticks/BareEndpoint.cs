namespace Presets.Benchmarks.Yardsticks;

/// <summary>
/// Kestrel with one route that answers the same bytes every time: what reading a preset would cost without the service.
/// </summary>
internal static class BareEndpoint
{
    /// <param name="url">Where to listen.</param>
    /// <param name="answer">A file that holds an answer of the service as <c>curl --include</c> prints it.</param>
    public static Task RunAsync(string url, string answer)
    {
        var bytes = File.ReadAllBytes(answer);
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        var headers = System.Text.Encoding.ASCII.GetString(bytes, 0, end).Split("\r\n")[1..]
            .Select(line => line.Split(": ", 2))
            .Where(header => header[0] is not ("Date" or "Server" or "Content-Length" or "Transfer-Encoding"))
            .Select(header => (Name: header[0], Value: header[1]))
            .ToArray();
        var body = bytes.AsMemory(end + 4);

        var app = BareServer.Build(url);
        app.MapGet("/api/v1/presets/{slug}", async context =>
        {
            foreach (var (name, value) in headers)
                context.Response.Headers[name] = value;
            context.Response.ContentLength = body.Length;
            await context.Response.BodyWriter.WriteAsync(body);
        });
        return app.RunAsync();
    }
}
