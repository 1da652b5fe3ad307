using System.Text;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Presets.Api.Tests;

/// <summary>Where the keys of clients and of upstreams show up when inference requests succeed and fail.</summary>
public sealed class KeySecrecyTests : ProgramTests
{
    private const string UpstreamSecret = "5e2c0b7a41d98f36";
    private const string UpstreamKey = "sk-upstream-" + UpstreamSecret;

    [Fact]
    public async Task Keys_are_in_no_log_trace_or_answer_and_the_upstream_gets_its_own_alone()
    {
        var (key, management) = (ApiHost.NewKey(), ApiHost.NewKey());
        await using var collector = await Collector.StartAsync(HttpProtocols.Http1);
        await using var upstream = await ScriptedUpstream.StartAsync();
        var answers = "";

        var (output, error, _) = await ServeAsync(
            isFirst: true,
            async printed =>
                answers = await UseAsync(new Uri(Url().Match(printed).Value), key, management, upstream),
            [
                ("Presets__BootstrapKey", key),
                ("Presets__BootstrapManagementKey", management),
                // Before every other rule.
                ("Logging__Console__LogLevel__Default", "Trace"),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Url),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
                .. Upstream("main", upstream.Url),
                .. Upstream("late", upstream.Url, ("Prefixes", "late/"), ("FirstByteTimeout", "0.1")),
                .. Upstream("paused", upstream.Url, ("Prefixes", "paused/"), ("IdleTimeout", "0.1")),
                .. Upstream("away", "http://127.0.0.1:1", ("Prefixes", "away/")),
            ]);

        var sent = collector.Received("/v1/metrics") + collector.Received("/v1/traces");
        Assert.Contains("http.client.request.duration", sent, StringComparison.Ordinal);
        Assert.Contains("/api/v1/chat/completions", sent, StringComparison.Ordinal);
        Assert.Contains("\"LogLevel\":\"Trace\"", error, StringComparison.Ordinal);
        Assert.Contains("Yarp.ReverseProxy", error, StringComparison.Ordinal);
        Assert.Contains("main refused its key", error, StringComparison.Ordinal);
        string[] clientSecrets = [key[13..^1], management[13..]];
        Assert.All(
            [output, error, sent, answers],
            text => Assert.All(
                [.. clientSecrets, UpstreamSecret],
                secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal)));
        Assert.All(upstream.Calls, call =>
        {
            Assert.Equal("Bearer " + UpstreamKey, call.Headers["Authorization"]);
            var rest = call.Target + call.Text + string.Join('\n', call.Headers
                .Where(header => header.Key != "Authorization")
                .Select(header => $"{header.Key}: {header.Value}"));
            Assert.All(
                [.. clientSecrets, UpstreamSecret],
                secret => Assert.DoesNotContain(secret, rest, StringComparison.Ordinal));
        });
    }

    // Requests of each kind to each route. Returns their answers, with the headers.
    private static async Task<string> UseAsync(Uri url, string key, string management, ScriptedUpstream upstream)
    {
        var client = new ApiClient(url, key);
        (await client.CreateAsync("locked", "\"model\":\"m\",\"temperature\":0.2")).Expect(200);
        (await client.PatchAsync("/presets/locked", """{"locked":["temperature"]}""")).Expect(200);
        (string Body, Func<UpstreamCall, Task> Script, int Status)[] requests =
        [
            ("""{"model":"m","messages":[]}""", Answer, 200),
            ("""{"model":"@preset/locked","messages":[]}""", Answer, 200),
            ("""{"model":"m","messages":[]}""", RefuseKey, 424),
            ("""{"model":"@preset/locked","stream":true,"messages":[]}""", RefuseKey, 424),
            ("""{"model":"m","messages":[]}""", Reset, 502),
            ("""{"model":"late/m","messages":[]}""", call => call.Left, 504),
            ("""{"model":"paused/m@preset/locked","stream":true,"messages":[]}""", Pause, 200),
            ("""{"model":"away/m@preset/locked","messages":[]}""", Answer, 502),
            ("""{"model":"@preset/locked","temperature":1,"messages":[]}""", Answer, 403),
            ("""{"model":"@preset/none","messages":[]}""", Answer, 404),
            ("""{"model":"@preset/locked","messages":[""", Answer, 400),
        ];
        using var http = new HttpClient();
        var answers = new StringBuilder();
        foreach (var route in (string[])["chat/completions", "messages", "responses"])
        {
            foreach (var (body, script, status) in requests)
            {
                upstream.Script = script;
                await SendAsync(HttpMethod.Post, route, body, status, ("Authorization", "Bearer " + key));
                await SendAsync(HttpMethod.Post, route, body, status, ("x-api-key", key), ("api-key", key));
            }

            await SendAsync(HttpMethod.Post, route, "{}", 401, ("Authorization", $"Bearer {key[..^1]}"));
            await SendAsync(HttpMethod.Post, route, "{}", 403, ("x-api-key", management));
        }

        foreach (var script in (Func<UpstreamCall, Task>[])[RefuseKey, Answer])
        {
            upstream.Script = script;
            await SendAsync(HttpMethod.Get, "models", null, 200, ("Authorization", "Bearer " + key));
        }

        return answers.ToString();

        async Task SendAsync(
            HttpMethod method, string path, string? body, int status, params (string Name, string Value)[] headers)
        {
            using var request = new HttpRequestMessage(method, new Uri(url, "/api/v1/" + path))
            {
                Content = body is null ? null : ApiClient.JsonContent(body),
            };
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
            using var response = await http.SendAsync(request);
            var text = await response.Content.ReadAsStringAsync();
            Assert.True((int)response.StatusCode == status, $"{path} {body}: {(int)response.StatusCode} {text}");
            answers.Append(response).Append(text);
        }
    }

    private static Task Answer(UpstreamCall call) => call.AnswerAsync("""{"id":"1"}""");

    private static Task RefuseKey(UpstreamCall call) => call.AnswerAsync(
        $$"""{"error":"Incorrect API key: {{UpstreamKey}}"}""", 401,
        ("WWW-Authenticate", $"Bearer realm=\"{UpstreamKey}\""), ("X-Echo", UpstreamKey));

    private static Task Reset(UpstreamCall call)
    {
        call.Reset();
        return Task.CompletedTask;
    }

    private static async Task Pause(UpstreamCall call)
    {
        await call.SendAsync("data: {}\n\n");
        await call.Left;
    }

    private static IEnumerable<(string Name, string Value)> Upstream(
        string name, string url, params (string Name, string Value)[] more) =>
        more.Concat<(string Name, string Value)>(
            [("BaseUrl", url), ("Key", UpstreamKey), ("Bodies", "chat_completions,messages,responses")])
            .Select(setting => ($"Upstreams__{name}__{setting.Name}", setting.Value));
}
