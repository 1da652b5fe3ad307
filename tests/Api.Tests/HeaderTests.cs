namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class HeaderTests(OneNodeHosts hosts)
{
    [Theory, Sqlite]
    public async Task Any_byte_but_a_control_may_stand_in_a_header(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        const string Body = """{"messages":[{"role":"user","content":"x"}]}""";
        (string Line, string Key, string Body, int Status)[] requests =
        [
            ($"POST /api/v1/presets/{ApiHost.NewSlug()}/chat/completions", host.Key, Body, 200),
            ("GET /api/v1/presets", host.Key, "", 200), ("GET /api/v1/presets/nope", host.Key, "", 404),
            ("GET /api/v1/key", host.Key, "", 200), ("POST /api/v1/keys", host.ManagementKey, "{}", 400),
            ("GET /api/v1/workspaces", host.ManagementKey, "", 200), ("DELETE /api/v1/keys/a", "", "", 401),
            ("GET /health/live", "", "", 200), ("GET /health/ready", "", "", 200),
            ("GET /openapi/v1.json", "", "", 200),
            ("GET /nope", "", "", 404), ("PUT /api/v1/keys", "", "", 405),
        ];

        foreach (var (line, key, body, status) in requests)
        {
            foreach (var text in (string[])["Caf\u00e9", "\u0080\u00ff", "Caf\u00c3\u00a9", "\"',;:=%\u00a0"])
            {
                var answer = await RawHttp.SendAsync(
                    host,
                    $"{line} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\nX-Title: {text}\r\n"
                    + $"User-Agent: {text}\r\nAccept: {text}\r\nReferer: {text}\r\nX-Forwarded-For: {text}\r\n"
                    + $"traceparent: {text.PadRight(55, '0')}\r\nCookie: {text}\r\nOrigin: {text}\r\n"
                    + "Content-Type: application/json\r\nConnection: close\r\n"
                    + $"Content-Length: {body.Length}\r\n\r\n{body}");

                Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
            }
        }
    }

    [Theory, Sqlite]
    public async Task A_header_of_this_service_is_refused_in_json(Engine engine)
    {
        var host = await hosts.OnAsync(engine);

        (string Header, string Reason)[] requests =
        [
            ("Idempotency-Key: Caf\u00e9", "invalid_parameter\",\"field\":\"Idempotency-Key"),
            ("Content-Type: application/\u00e9", "unsupported_media_type\",\"field\":\"Content-Type"),
            ("Content-Encoding: \u00e9", "unsupported_media_type\",\"field\":\"Content-Encoding"),
            ("x-api-key: \u00e9", "unauthorized"),
        ];
        foreach (var (header, reason) in requests)
        {
            var type = header.StartsWith("Content-Type", StringComparison.Ordinal)
                ? ""
                : "Content-Type: application/json\r\n";

            var answer = await RawHttp.SendAsync(
                host,
                $"POST /api/v1/presets/{ApiHost.NewSlug()}/messages HTTP/1.1\r\nHost: localhost\r\n"
                + $"Authorization: Bearer {host.Key}\r\n{type}{header}\r\nConnection: close\r\n"
                + "Content-Length: 44\r\n\r\n" + """{"model":"m","max_tokens":1,"messages":null}""");

            Assert.Contains($"\"reason\":\"{reason}\"", answer, StringComparison.Ordinal);
        }
    }
}
