using System.Net.Sockets;
using System.Text;

namespace Presets.Api.Tests;

/// <summary>Sends a request as it is written: a client library would tidy its path up.</summary>
public static class RawHttp
{
    /// <summary>Sends a request without a body and returns all of the answer.</summary>
    public static Task<string> SendAsync(ApiHost host, string method, string path, string key) =>
        SendAsync(
            host,
            $"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n");

    /// <summary>Sends bytes and returns all that comes back until the server closes.</summary>
    public static async Task<string> SendAsync(ApiHost host, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host.Url.Host, host.Url.Port);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
    }
}
