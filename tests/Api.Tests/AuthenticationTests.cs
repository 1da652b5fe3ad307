
namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class OneNodeAuthenticationTests(OneNodeHosts hosts) : AuthenticationTests(hosts);

public abstract class AuthenticationTests(ApiHosts hosts)
{
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
