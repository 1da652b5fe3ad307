using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Presets.Storage;

namespace Presets.Api.Tests;

/// <summary>Every route with every kind of key and every set of scopes.</summary>
[Collection(OneNodeTests.Name)]
public sealed class AccessTests(OneNodeHosts hosts)
{
    private static readonly HttpClient Http = new();

    [Fact]
    public async Task Every_route_has_a_row_and_every_row_a_route()
    {
        var node = (OneNode)await hosts.OnAsync(Engine.Sqlite);
        var mapped = node.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList();

        string[] keyless = [.. mapped.Where(route => route.Metadata.GetMetadata<RequiredKey>() is null).Select(PathOf)];
        string[] demanding =
        [
            .. from route in mapped
               where route.Metadata.GetMetadata<RequiredKey>() is not null
               from method in route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
               where method != HttpMethod.Head.Method
               select $"{method} {PathOf(route)}",
        ];

        Assert.Equal(["/", "/api", "/health/live", "/health/ready", "/openapi/v1.json"], keyless.Order());
        Assert.Equal(
            RouteAccess.All.Select(row => $"{row.Method} /api/v1{row.Pattern}").Distinct().Order(), demanding.Order());

        static string PathOf(RouteEndpoint route) => "/" + route.RoutePattern.RawText!.Trim('/');
    }

    [Theory, Sqlite, Postgres]
    public async Task A_route_lets_in_whom_its_row_names_and_nobody_else(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var callers = await CallersAsync((OneNode)host);
        var reference = ApiHost.NewSlug();
        (await host.Client.CreateAsync(reference)).Expect(200);
        var faults = new List<string>();

        foreach (var row in RouteAccess.All)
            foreach (var caller in callers)
            {
                var slug = reference;
                if (row.NeedsNewPreset && caller.Expected(row) == $"{row.Status}")
                    (await host.Client.CreateAsync(slug = ApiHost.NewSlug())).Expect(200);
                else if (!row.IsOfPresets)
                    slug = ApiHost.NewSlug();
                var actual = await SendAsync(row.ToRequest(host.Url, slug, caller.Query), caller.Key);
                if (actual != caller.Expected(row))
                    faults.Add($"{row} with {caller.Name}: {actual} in place of {caller.Expected(row)}");
            }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    private static async Task<string> SendAsync(HttpRequestMessage request, string? key)
    {
        using (request)
        {
            if (key is not null)
                request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            using var answer = await Http.SendAsync(request);
            var status = $"{(int)answer.StatusCode}";
            if (status is not ("401" or "403"))
                return status;
            if (status == "401")
                Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
            using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
            var error = body.RootElement.GetProperty("error");
            return $"{status} {(error.TryGetProperty("metadata", out var metadata)
                ? metadata.GetProperty("reason").GetString() : ReasonOf(error))}";
        }
    }

    // Anthropic's dialect has no reason.
    private static string ReasonOf(JsonElement error) =>
        error.GetProperty("message").GetString()!.Contains("lacks the scope", StringComparison.Ordinal)
            ? "missing_scope"
            : error.GetProperty("type").GetString() == "permission_error" ? "forbidden" : "unauthorized";

    private static async Task<List<Caller>> CallersAsync(OneNode node)
    {
        var keys = node.Services.GetRequiredService<KeyStore>();
        var workspaces = node.Services.GetRequiredService<WorkspaceStore>();
        var own = (await workspaces.FindDefaultAsync(default))!.Id;
        var now = Timestamp.Now(TimeProvider.System);
        var other = new Workspace(
            Guid.CreateVersion7(), ApiHost.NewSlug(), "W", null, null, null, false, null, now, null);
        await workspaces.CreateAsync(other, own, null, default);

        const string Unauthorized = "401 unauthorized";
        List<Caller> callers =
        [
            new("no key", null, _ => Unauthorized),
            new("an unknown key", ApiHost.NewKey(), _ => Unauthorized),
            new("a disabled key", await AddAsync(own, key => key with { Disabled = true }), _ => Unauthorized),
            new("an expired key", await AddAsync(own, key => key with { ExpiresAt = now }), _ => Unauthorized),
            new("a management key", node.ManagementKey, OfManagement),
            new("a management key without scopes", await AddAsync(own, WithoutScopes), OfManagement),
            new(
                "a key of another workspace",
                await AddAsync(other.Id, key => key),
                row => row is { Access.Ordinary: true, IsOfPresets: true } ? "404" : OfOrdinary(row, KeyScopes.All),
                $"workspace_id={own}"),
        ];
        for (var scopes = KeyScopes.Read; scopes <= KeyScopes.All; scopes++)
        {
            var set = scopes;
            var secret = await AddAsync(own, key => key with { Scopes = set });
            callers.Add(new(KeyScopeNames.TextOf(set), secret, row => OfOrdinary(row, set)));
        }

        return callers;

        async Task<string> AddAsync(Guid workspaceId, Func<ApiKey, ApiKey> change)
        {
            var secret = KeySecret.Generate();
            Assert.True(await keys.AddOnceAsync(change(ApiKey.FromSecret(secret, workspaceId, "k", now)), default));
            return secret;
        }

        static ApiKey WithoutScopes(ApiKey key) => key with { IsManagement = true, Scopes = KeyScopes.None };

        static string OfManagement(RouteAccess row) => row.Access.Management ? $"{row.Status}" : "403 forbidden";

        static string OfOrdinary(RouteAccess row, KeyScopes scopes) =>
            !row.Access.Admits(scopes) ? "403 missing_scope"
            : row.Access.Ordinary ? $"{row.Status}"
            : "403 forbidden";
    }

    /// <param name="Expected">The status of the answer, and the reason of a 401 or 403.</param>
    /// <param name="Query">A parameter of its requests.</param>
    private sealed record Caller(
        string Name, string? Key, Func<RouteAccess, string> Expected, string Query = "");
}
