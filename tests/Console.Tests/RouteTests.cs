using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Presets.Api;

namespace Presets.Console.Tests;

/// <summary>Where the console is, and what stands beside its pages.</summary>
public sealed class RouteTests
{
    [Theory, Sqlite]
    public async Task The_root_sends_browsers_to_the_console_and_tells_others_what_there_is(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = new Visitor(site.Url);

        var browser = await visitor.GetAsync("/", ("Accept", "text/html,application/xhtml+xml,*/*;q=0.8"));
        var client = await visitor.GetAsync("/", ("Accept", "*/*"));

        Assert.Equal((302, "/console"), (browser.Status, browser.Location));
        var json = JsonDocument.Parse(client.Html).RootElement;
        Assert.Equal("Presets", json.GetProperty("name").GetString());
        Assert.Matches(@"^\d+\.\d+\.\d+$", json.GetProperty("version").GetString());
        Assert.Equal("/console", json.GetProperty("links").GetProperty("console").GetString());
    }

    [Theory, Sqlite]
    public async Task It_can_be_turned_off(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine, "--Console:Enabled", "false");
        using var visitor = new Visitor(site.Url);

        Assert.Equal(404, (await visitor.GetAsync("/console/sign-in")).Status);
        Assert.Equal(200, (await visitor.GetAsync("/", ("Accept", "text/html"))).Status);
    }

    [Theory, Sqlite]
    public async Task It_can_be_put_elsewhere(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine, "--Console:Path", "/admin/presets");
        using var visitor = new Visitor(site.Url);

        var asked = await visitor.GetAsync("/admin/presets/presets");
        var signedIn = await visitor.PostAsync(
            "/admin/presets/sign-in", [("key", site.Key), ("return", "/admin/presets/presets")]);
        var page = await visitor.GetAsync(signedIn.Location!);

        Assert.Equal("/admin/presets/sign-in?return=%2Fadmin%2Fpresets%2Fpresets", asked.Location);
        Assert.Contains("action=\"/admin/presets/presets\"", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("\"/console", page.Html, StringComparison.Ordinal);
    }

    [Theory, Sqlite]
    public async Task A_path_that_other_routes_have_is_refused(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var taken = site.Service<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => endpoint.RoutePattern.RawText!.TrimStart('/').Split('/')[0])
            .Where(segment => segment is not ("" or "console")).Distinct().ToList();

        Assert.Contains("docs", taken);
        foreach (var path in taken.Append("API").Append("docs/console"))
        {
            var fault = await Assert.ThrowsAsync<SettingsException>(
                () => ConsoleSite.StartAsync(engine, "--Console:Path", "/" + path));
            Assert.StartsWith("Console:Path (Console__Path) ", Assert.Single(fault.Faults), StringComparison.Ordinal);
        }
    }

    [Theory, Sqlite]
    public async Task It_can_listen_apart_from_the_API(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine, "--Console:Urls", "http://127.0.0.1:0");
        using var client = new Visitor(site.Url);
        using var visitor = new Visitor(site.ConsoleUrl);
        string[] ofConsole =
            ["/console/sign-in", "/docs/", "/docs/scalar.js", $"/console/assets/{Assets.NameOf("console.css")}"];

        foreach (var path in ofConsole)
            Assert.Equal((404, 200), ((await client.GetAsync(path)).Status, (await visitor.GetAsync(path)).Status));
        foreach (var (path, status) in new[] { ("/api/v1/presets", 401), ("/health/live", 200) })
            Assert.Equal((status, 404), ((await client.GetAsync(path)).Status, (await visitor.GetAsync(path)).Status));
        Assert.Equal(404, (await client.PostAsync("/console/presets", [])).Status);
        Assert.Equal(405, (await visitor.PostAsync("/console/presets", [])).Status);
        foreach (var each in new[] { client, visitor })
            Assert.Equal(200, (await each.GetAsync("/openapi/v1.json")).Status);
        var root = await client.GetAsync("/", ("Accept", "text/html"));
        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(root.Html).RootElement.GetProperty("links")
            .GetProperty("console").ValueKind);
        Assert.Equal("/console", (await visitor.GetAsync("/", ("Accept", "text/html"))).Location);
        Assert.Contains(
            "\"hideTestRequestButton\":true",
            (await visitor.GetAsync("/docs/")).Html.Replace(" ", "", StringComparison.Ordinal),
            StringComparison.OrdinalIgnoreCase);
        Assert.Contains(
            $"listens on {OriginOf(client.Url)}\nConsole: {OriginOf(visitor.Url)}/console\n",
            Welcome.Text("", site.Service<Listeners>(), null, "/console"),
            StringComparison.Ordinal);
    }

    [Theory, Sqlite]
    public async Task Apart_from_the_API_it_signs_in_and_shows_where_the_API_is(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine, "--Console:Urls", "http://127.0.0.1:0");
        await using var elsewhere = await ConsoleSite.StartAsync(
            engine, "--Console:Urls", "http://127.0.0.1:0", "--Console:ApiUrl", "https://presets.example/llm/");
        using var visitor = new Visitor(site.ConsoleUrl);

        var foreign = await visitor.SignInAsync(site.Key, "/console", ("Origin", OriginOf(site.Url)));
        var own = await visitor.SignInAsync(site.Key, "/console", ("Origin", OriginOf(site.ConsoleUrl)));
        using var other = await Visitor.SignedInAsync(elsewhere);

        Assert.Equal((403, 303), (foreign.Status, own.Status));
        Assert.Contains(
            $"curl {site.Url}api/v1/", (await visitor.GetAsync("/console/presets")).Html, StringComparison.Ordinal);
        Assert.Contains(
            "curl https://presets.example/llm/api/v1/",
            (await other.GetAsync("/console/presets")).Html,
            StringComparison.Ordinal);
    }

    [Theory, Sqlite, Cluster]
    public async Task Assets_are_kept_by_their_fingerprint_and_one_of_another_release_is_not(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = new Visitor(site.Url);
        var name = Assets.NameOf("console.css");

        var asset = await visitor.GetAsync($"/console/assets/{name}");
        var known = await visitor.GetAsync(
            $"/console/assets/{name}", ("If-None-Match", asset.Headers["ETag"]));
        var former = await visitor.GetAsync("/console/assets/console.0123456789.css");

        Assert.Equal(
            (200, "public, max-age=31536000, immutable", "text/css; charset=utf-8"),
            (asset.Status, asset.Headers["Cache-Control"], asset.Headers["Content-Type"]));
        Assert.Equal((304, 200, "no-cache"), (known.Status, former.Status, former.Headers["Cache-Control"]));
        Assert.Equal(404, (await visitor.GetAsync("/console/assets/none.0123456789.css")).Status);
    }

    [Theory, Sqlite]
    public async Task What_answers_GET_answers_HEAD(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = await Visitor.SignedInAsync(site);

        foreach (var path in new[] { "presets", "sign-in?return=/console", "assets/" + Assets.NameOf("times.js"), "x" })
        {
            var (get, head) = (await visitor.GetAsync("/console/" + path), await visitor.HeadAsync("/console/" + path));
            Assert.Equal((get.Status, ""), (head.Status, head.Html));
            Assert.Equal(get.Headers.Keys.Order(), head.Headers.Keys.Order());
        }
    }

    [Theory, Sqlite]
    public async Task What_is_not_there_is_a_page_that_says_so(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = await Visitor.SignedInAsync(site);

        foreach (var path in new[] { "presets/none-such", "presets/none-such/history", "presets/%20", "nothing" })
        {
            var page = await visitor.GetAsync("/console/" + path);
            Assert.InRange(page.Status, 400, 404);
            Assert.StartsWith("<!DOCTYPE html>", page.Html, StringComparison.Ordinal);
        }
    }

    private static string OriginOf(Uri url) => url.GetLeftPart(UriPartial.Authority);
}
