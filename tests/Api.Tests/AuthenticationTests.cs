
namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class OneNodeAuthenticationTests(OneNodeHosts hosts) : AuthenticationTests(hosts);

public abstract class AuthenticationTests(ApiHosts hosts)
{
    private static readonly (HttpMethod Method, string Path)[] CreateRoutes =
    [
        (HttpMethod.Post, "/presets/a/chat/completions"), (HttpMethod.Post, "/presets/a/messages"),
        (HttpMethod.Post, "/presets/a/v1/messages"), (HttpMethod.Post, "/presets/a/responses"),
        (HttpMethod.Post, "/presets/a/versions"),
    ];

    private static readonly (HttpMethod Method, string Path)[] PresetRoutes =
    [
        (HttpMethod.Get, "/presets"), (HttpMethod.Get, "/presets/a"), (HttpMethod.Get, "/presets/a/versions"),
        (HttpMethod.Get, "/presets/a/versions/1"), .. CreateRoutes,
    ];

    private static readonly (HttpMethod Method, string Path)[] ManagementRoutes =
    [
        (HttpMethod.Get, "/keys"), (HttpMethod.Post, "/keys"), (HttpMethod.Get, "/keys/a"),
        (HttpMethod.Patch, "/keys/a"), (HttpMethod.Delete, "/keys/a"),
        (HttpMethod.Get, "/workspaces"), (HttpMethod.Post, "/workspaces"), (HttpMethod.Get, "/workspaces/a"),
        (HttpMethod.Patch, "/workspaces/a"),
        (HttpMethod.Delete, "/workspaces/a"),
    ];

    [Theory, Sqlite, Postgres]
    public async Task Every_route_wants_a_key_before_it_looks_at_anything_else(Engine engine)
    {
        var host = await hosts.OnAsync(engine);

        (HttpMethod, string)[] routes = [.. PresetRoutes, .. ManagementRoutes, (HttpMethod.Get, "/key")];
        foreach (var (method, path) in routes)
        {
            var answer = await host.With(null).SendAsync(method, path);

            answer.IsError(401, "unauthorized");
            Assert.Equal("Bearer", answer.Headers["WWW-Authenticate"]);
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task An_ordinary_key_administers_nothing(Engine engine)
    {
        var host = await hosts.OnAsync(engine);

        foreach (var (method, path) in ManagementRoutes)
            (await host.Client.SendAsync(method, path)).IsError(403, "forbidden");
    }

    [Theory, Sqlite, Postgres]
    public async Task A_management_key_creates_no_version(Engine engine)
    {
        var host = await hosts.OnAsync(engine);

        foreach (var (method, path) in CreateRoutes)
            (await host.Management.SendAsync(method, path)).IsError(403, "forbidden");
        Assert.True(
            (await host.Management.GetAsync("/key")).Expect(200).Data.GetProperty("is_management_key").GetBoolean());
    }

    [Theory, Sqlite, Postgres]
    public async Task Nothing_but_the_key_itself_is_the_key(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        string[] headers =
        [
            "", "Bearer", "Bearer ", host.Key, $"Basic {host.Key}", $"Bearer {host.Key[..^1]}", $"Bearer {host.Key}0",
            $"Bearer {host.Key.ToUpperInvariant()}",
            $"Bearer {ApiHost.NewKey()}", $"Bearer {host.Key.Replace("preset", "or", StringComparison.Ordinal)}",
            $"Bearer {host.Key} {host.Key}",
            "Bearer '; drop table api_keys; --",
        ];

        foreach (var header in headers)
            (await host.With(null).SendAsync(HttpMethod.Get, "/key", (string?)null, ("Authorization", header)))
                .IsError(401, "unauthorized");
        var twice = "GET /api/v1/key HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + $"Authorization: Bearer {host.Key}\r\nAuthorization: Bearer {host.Key}\r\n\r\n";
        Assert.StartsWith("HTTP/1.1 401", await RawHttp.SendAsync(host, twice), StringComparison.Ordinal);
    }

    [Theory, Sqlite]
    public async Task A_key_is_sent_as_bearer_or_as_x_api_key_and_twice_only_as_the_same(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var key = host.Key;
        string[] good =
        [
            $"Authorization: bearer {key}", $"Authorization: BEARER {key}", $"authorization: Bearer  {key}",
            $"Authorization:Bearer     {key}  ", $"x-api-key: {key}", $"X-API-Key:  {key}",
            $"x-api-key: {key}\r\nAuthorization: Bearer {key}", $"x-api-key: {key}\r\nAuthorization: ",
            $"x-api-key: \r\nAuthorization: Bearer {key}",
        ];
        string[] bad =
        [
            "x-api-key: ", $"x-api-key: Bearer {key}", $"x-api-key: {key[..^1]}", $"x-api-key: {ApiHost.NewKey()}",
            $"x-api-key: {key}\r\nx-api-key: {key}", $"x-api-key: {key},{key}", $"Authorization: Bearer{key}",
            $"Authorization: Bearer\t{key}",
            $"x-api-key: {key}\r\nAuthorization: Bearer {host.ManagementKey}",
            $"x-api-key: {host.ManagementKey}\r\nAuthorization: Bearer {key}",
            $"x-api-key: {key}\r\nAuthorization: Basic {key}", $"x-api-key: {key}\r\nAuthorization: Bearer",
            $"x-api-key: {key}\r\nAuthorization: Bearer {key}\r\nAuthorization: Bearer {key}",
        ];

        foreach (var header in good)
            Assert.StartsWith("HTTP/1.1 200", await GetAsync(header), StringComparison.Ordinal);
        foreach (var header in bad)
            Assert.Contains("\"reason\":\"unauthorized\"", await GetAsync(header), StringComparison.Ordinal);

        Task<string> GetAsync(string header) => RawHttp.SendAsync(
            host, $"GET /api/v1/key HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{header}\r\n\r\n");
    }

    [Theory, Sqlite, Postgres]
    public async Task A_key_works_as_soon_as_it_is_made_even_if_it_was_tried_before(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var workspace = await PresetTests.NewWorkspaceAsync(host);

        (await workspace.GetAsync("/key")).Expect(200);
        (await workspace.GetAsync("/presets")).Expect(200);
    }
}
