namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class OneNodeCreateOptionTests(OneNodeHosts hosts) : CreateOptionTests(hosts);

/// <summary>What a request for a new version says beside its body.</summary>
public abstract class CreateOptionTests(ApiHosts hosts)
{
    private const string Skip = "handling=skip-unchanged";

    [Theory, Sqlite, Postgres]
    public async Task A_version_is_saved_without_being_designated(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/presets/{ApiHost.NewSlug()}";

        var first = await PostAsync(host.Client, path, "?designate=false", 1);
        var second = await PostAsync(host.Client, path, "?designate=False", 2);
        var third = await PostAsync(host.Client, path, "?designate=1", 3);

        Assert.Equal(("1", 1), Numbers(first));
        Assert.Equal(("2", 1), Numbers(second));
        Assert.Equal(("3", 3), Numbers(third));
        Assert.DoesNotContain("X-Designated", second.Headers.Keys);
        (await host.Client.PostAsync(path + "/messages?designate=no", """{"model":"m","messages":[]}"""))
            .IsError(400, "invalid_parameter", "designate");
    }

    [Theory, Sqlite, Postgres]
    public async Task A_create_sets_labels_in_its_commit(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/presets/{ApiHost.NewSlug()}";

        var first = await PostAsync(host.Client, path, "?label=a&label=b&label=a", 1);
        var second = await PostAsync(host.Client, path, "?label=b&designate=false", 2);

        Assert.Equal("""{"a":1,"b":1}""", first.Data.GetProperty("labels").GetRawText());
        Assert.Equal("""{"a":1,"b":2}""", second.Data.GetProperty("labels").GetRawText());
        Assert.Equal(2, Revision(second));
    }

    [Theory, Sqlite, Postgres]
    public async Task An_unchanged_create_is_skipped_when_it_prefers_so(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/presets/{ApiHost.NewSlug()}";
        var first = await PostAsync(host.Client, path, "", 1, ("Prefer", Skip));

        var same = await PostAsync(host.Client, path, "", 1, ("Prefer", Skip));
        var labelled = await PostAsync(host.Client, path, "?label=ci", 1, ("Prefer", $"respond-async, {Skip}; x=1"));
        var forced = await PostAsync(host.Client, path, "", 1, ("Prefer", "respond-async"));
        var changed = await PostAsync(host.Client, path, "?designate=false", 2, ("Prefer", Skip));
        var latest = await PostAsync(
            host.Client, path, "?designate=false", 2, ("Prefer", "HANDLING=\"skip-unchanged\""));
        var designated = await PostAsync(host.Client, path, "", 1, ("Prefer", "a, b"), ("Prefer", Skip));

        Assert.All([first, forced, changed], answer =>
            Assert.DoesNotContain("Preference-Applied", answer.Headers.Keys));
        Assert.All([same, labelled, latest, designated], answer =>
            Assert.Equal(Skip, answer.Headers["Preference-Applied"]));
        Assert.Equal(("1", 1), Numbers(same));
        Assert.Equal((first.Tag, first.Text), (same.Tag, same.Text));
        Assert.Equal("""{"ci":1}""", labelled.Data.GetProperty("labels").GetRawText());
        Assert.Equal(("2", 2), Numbers(forced));
        Assert.Equal(("3", 2), Numbers(changed));
        Assert.Equal(("3", 2), Numbers(latest));
        Assert.Equal(("2", 2), Numbers(designated));
    }

    [Theory, Sqlite, Postgres]
    public async Task In_a_guarded_workspace_a_key_without_promote_saves_and_does_not_release(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var (workspace, writer, promoter) = await GuardedAsync(host);
        var path = $"/presets/{ApiHost.NewSlug()}";

        var first = await PostAsync(writer, path, "", 1);
        var second = await PostAsync(writer, path, "", 2);
        var skipped = await PostAsync(writer, path, "", 2, ("Prefer", Skip));
        var tried = await PostAsync(writer, path, "?dry_run=true", 3);
        var third = await PostAsync(promoter, path, "?label=live", 3);

        Assert.Equal(("1", 1), Numbers(first));
        Assert.DoesNotContain("X-Designated", first.Headers.Keys);
        Assert.Equal(("2", 1), Numbers(second));
        Assert.Equal(("2", 1), Numbers(skipped));
        Assert.Equal(("3", 1), Numbers(tried));
        Assert.All([second, skipped, tried], answer => Assert.Equal("false", answer.Headers["X-Designated"]));
        Assert.Equal(("3", 3), Numbers(third));
        Assert.DoesNotContain("X-Designated", third.Headers.Keys);
        (await writer.PostAsync(path + "/messages?label=live", BodyOf(4))).IsError(403, "missing_scope");
        (await writer.PostAsync(path + "/messages?label=new", BodyOf(4))).IsError(403, "missing_scope");
        (await writer.PutAsync(path + "/labels/new", """{"version":1}""")).IsError(403, "missing_scope");
        (await writer.DeleteAsync(path + "/labels/live")).IsError(403, "missing_scope");
        (await promoter.PutAsync(path + "/labels/live", """{"version":1}""")).Expect(200);
        (await host.Management.PatchAsync($"{path}?workspace_id={workspace}", """{"designated_version":2}"""))
            .Expect(200);
    }

    [Theory]
    [Sqlite("%zz"), Postgres("%00"), Sqlite("%"), Sqlite("%4"), Sqlite("a%E9"), Sqlite("%C3"), Sqlite("%1B[1m")]
    [Sqlite("%0D%0AX-Evil:%201"), Sqlite("%ED%A0%80"), Sqlite("%7F"), Sqlite("%C2%85"), Sqlite("% 4")]
    public async Task A_message_that_is_no_text_is_refused(Engine engine, string message)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await EditTests.NewPresetAsync(host);

        foreach (var write in WriteRoute.All)
            (await write.SendAsync(host, slug, headers: ("X-Version-Message", message)))
                .IsError(400, "invalid_parameter", "X-Version-Message");
    }

    [Theory]
    [Sqlite("Hallo, %C3%A9%E2%82%AC%F0%9F%98%80!", "Hallo, é€😀!"), Postgres("%C3%A9%E2%82%AC", "é€")]
    [Sqlite("a%0Ab%09c", "a\nb\tc"), Sqlite("100%25", "100%"), Sqlite("a+b", "a+b"), Sqlite("\"\\%22", "\"\\\"")]
    [Sqlite("\u00C3\u00A9", "é"), Sqlite("caf\u00E9", "café"), Postgres("caf\u00E9", "café")]
    [Sqlite("\u00C3\u00A9 %25", "é %"), Sqlite("", null), Sqlite("%20", " ")]
    public async Task A_message_is_shown_with_its_version(Engine engine, string header, string? message)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/api/v1/presets/{ApiHost.NewSlug()}";

        var answer = await RawHttp.SendAsync(host, RequestOf(host, path, $"X-Version-Message: {header}\r\n"));

        Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        var version = (await host.Client.GetAsync(path["/api/v1".Length..] + "/versions/1")).Expect(200);
        Assert.Equal(message, version.Data.GetProperty("message").GetString());
    }

    [Theory, Sqlite, Postgres]
    public async Task A_message_has_at_most_500_characters_and_is_given_once(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/presets/{ApiHost.NewSlug()}";
        var longest = string.Concat(Enumerable.Repeat("%F0%9F%98%80", 500));

        await PostAsync(host.Client, path, "", 1, ("X-Version-Message", longest));

        Assert.Equal(
            1000,
            (await host.Client.GetAsync(path + "/versions/1")).Data.GetProperty("message").GetString()!.Length);
        (await host.Client.PatchAsync(path, "{}", ("X-Version-Message", longest + "x")))
            .IsError(400, "invalid_parameter", "X-Version-Message");
        var twice = await RawHttp.SendAsync(
            host, RequestOf(host, "/api/v1" + path, "X-Version-Message: a\r\nX-Version-Message: b\r\n"));
        Assert.Contains(
            "\"reason\":\"invalid_parameter\",\"field\":\"X-Version-Message\"", twice, StringComparison.Ordinal);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_preference_of_any_bytes_is_ignored(Engine engine)
    {
        var host = await hosts.OnAsync(engine);

        foreach (var value in (string[])["", ",", ";", "=", "caf\u00E9", "handling", "handling=strict; skip-unchanged"])
        {
            var answer = await RawHttp.SendAsync(
                host, RequestOf(host, $"/api/v1/presets/{ApiHost.NewSlug()}", $"Prefer: {value}\r\n"));
            Assert.StartsWith("HTTP/1.1 200", answer, StringComparison.Ordinal);
        }
    }

    // A workspace that is guarded, and keys of it with write alone and with all scopes.
    private static async Task<(string Id, ApiClient Writer, ApiClient Promoter)> GuardedAsync(ApiHost host)
    {
        var workspace = (await host.Management.PostAsync(
            "/workspaces", $$"""{"slug":"{{ApiHost.NewSlug()}}","name":"W","guarded":true}""")).Expect(201);
        var id = workspace.Data.GetProperty("id").GetString()!;
        return (id, await ClientAsync("\"read\",\"write\""), await ClientAsync("\"read\",\"write\",\"promote\""));

        async Task<ApiClient> ClientAsync(string scopes)
        {
            var key = await host.Management.PostAsync(
                "/keys", $$"""{"name":"k","workspace_id":"{{id}}","scopes":[{{scopes}}]}""");
            return host.With(key.Expect(201).Json.GetProperty("key").GetString());
        }
    }

    private static async Task<Answer> PostAsync(
        ApiClient client, string path, string query, int topK, params (string Name, string Value)[] headers) =>
        (await client.PostAsync($"{path}/messages{query}", BodyOf(topK), headers)).Expect(200);

    private static string BodyOf(int topK) => $$"""{"model":"m","top_k":{{topK}},"messages":[]}""";

    private static string RequestOf(ApiHost host, string path, string headers) =>
        $"POST {path}/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {host.Key}\r\n"
        + $"Content-Type: application/json\r\nContent-Length: 27\r\n{headers}Connection: close\r\n\r\n"
        + """{"model":"m","messages":[]}""";

    private static (string Created, int Designated) Numbers(Answer answer) =>
        (answer.Headers["X-Created-Version"], EditTests.NumberOf(answer));

    private static int Revision(Answer answer) =>
        int.Parse(answer.Tag!.Trim('"').Split('.')[1], System.Globalization.CultureInfo.InvariantCulture);
}
