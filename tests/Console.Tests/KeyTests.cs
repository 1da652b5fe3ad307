using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Presets.Storage;

namespace Presets.Console.Tests;

/// <summary>The keys of a workspace, for management keys.</summary>
public sealed partial class KeyTests
{
    [BrowserTheory]
    [Sqlite(true), Sqlite(false), Postgres(false)]
    public async Task A_key_is_announced_created_and_shown_once(Engine engine, bool scripts)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        await using var browser = await Browser.OpenAsync(site, scripts, site.ManagementKey);
        await browser.ClickAsync("nav >> text=Keys");
        await browser.ClickAsync("text=Create a key");

        await browser.Page.FillAsync("#name", "<b>CI</b>");
        await browser.Page.UncheckAsync("input[value=write]");
        await browser.Page.UncheckAsync("input[value=promote]");
        await browser.Page.FillAsync("#expires", "2999-12-31");
        await browser.ClickAsync("text=Review");
        var announced = await browser.Page.InnerTextAsync(".announcement");
        Assert.Empty(await KeysAsync(site, "<b>CI</b>"));
        await browser.ClickAsync("main form button");
        var key = await browser.Page.InnerTextAsync("pre");
        Assert.DoesNotContain(key, browser.Page.Url, StringComparison.Ordinal);
        Assert.All(
            await browser.Page.Context.CookiesAsync(),
            cookie => Assert.DoesNotContain(key, cookie.Value, StringComparison.Ordinal));
        await browser.LeaveAsync(() => browser.Page.ReloadAsync());

        Assert.Contains("It may: read, inference", announced, StringComparison.Ordinal);
        Assert.Contains("It expires on 2999-12-31", announced, StringComparison.Ordinal);
        Assert.True(KeySecret.IsWellFormed(key));
        Assert.DoesNotContain(key, await browser.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Contains("has made a key already", await browser.TextAsync(), StringComparison.Ordinal);
        var made = Assert.Single(await KeysAsync(site, "<b>CI</b>"));
        Assert.Equal("""["read","inference"]""", made.GetProperty("scopes").GetRawText());
        Assert.Equal("2999-12-31T00:00:00Z", made.GetProperty("expires_at").GetString());
        await site.ApiAsync(HttpMethod.Get, "/key", key: key);
    }

    [Theory, Sqlite, Postgres]
    public async Task The_answer_with_a_new_key_is_not_stored_and_a_second_post_makes_no_second(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = await Visitor.SignedInAsync(site, site.ManagementKey);
        var name = ConsoleSite.NewSlug();
        var empty = await visitor.GetAsync("/console/keys/new");
        var review = await visitor.PostAsync("/console/keys/new", empty.Form(("name", name), ("scopes", "read")));
        var form = review.Form(("name", name), ("scopes", "read")).ToList();

        var made = await visitor.PostAsync("/console/keys/new", form);
        var again = await visitor.PostAsync("/console/keys/new", form);

        Assert.Equal((200, 409), (made.Status, again.Status));
        Assert.Equal("no-store", made.Headers["Cache-Control"]);
        var key = Secret().Match(made.Html).Value;
        Assert.DoesNotContain(key, again.Html, StringComparison.Ordinal);
        Assert.All(site.Logs, line => Assert.DoesNotContain(key, line, StringComparison.Ordinal));
        Assert.Single(await KeysAsync(site, name));
        Assert.DoesNotContain(key, (await visitor.GetAsync("/console/keys")).Html, StringComparison.Ordinal);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_form_that_made_a_key_says_so_and_makes_another_one_when_it_is_sent_again(Engine engine)
    {
        const string Path = "/console/keys/new";
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = await Visitor.SignedInAsync(site, site.ManagementKey);
        var (name, other) = (ConsoleSite.NewSlug(), ConsoleSite.NewSlug());
        var empty = await visitor.GetAsync(Path);
        var review = await visitor.PostAsync(Path, empty.Form(("name", name), ("scopes", "read")));
        await visitor.PostAsync(Path, review.Form(("name", name), ("scopes", "read")));

        var same = await visitor.PostAsync(Path, review.Form(("name", name), ("scopes", "read")));
        var second = await visitor.PostAsync(Path, same.Form(("name", name), ("scopes", "read")));
        var changed = await visitor.PostAsync(Path, review.Form(("name", other), ("scopes", "read")));
        var reused = await visitor.PostAsync(Path, changed.Form(("name", other), ("scopes", "read")));
        var third = await visitor.PostAsync(Path, reused.Form(("name", other), ("scopes", "read")));

        Assert.Equal(
            (409, 200, 200, 422, 200),
            (same.Status, second.Status, changed.Status, reused.Status, third.Status));
        Assert.Contains("This form has made a key already.", same.Html, StringComparison.Ordinal);
        Assert.Contains("This form has made something else already.", reused.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Idempotency-Key", same.Html + reused.Html, StringComparison.Ordinal);
        Assert.Equal(2, (await KeysAsync(site, name)).Count);
        Assert.Single(await KeysAsync(site, other));
    }

    [BrowserTheory]
    [Sqlite(true), Sqlite(false), Postgres(false)]
    public async Task A_key_is_edited_disabled_enabled_and_deleted(Engine engine, bool scripts)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        var key = await site.NewKeyAsync("read");
        var row = $"tr:has-text(\"{KeySecret.Label(key)}\") >> ";
        await using var browser = await Browser.OpenAsync(site, scripts, site.ManagementKey);
        await browser.Page.GotoAsync("/console/keys");

        await browser.ClickAsync(row + "text=Edit");
        await browser.Page.FillAsync("#name", "Reader");
        await browser.Page.CheckAsync("input[value=inference]");
        await browser.ClickAsync("text=Review");
        Assert.Matches(
            @"scopes:?\s+read\s+→.*read, inference",
            (await browser.Page.InnerTextAsync(".announcement")).ReplaceLineEndings(" "));
        await browser.ClickAsync("main form button");
        Assert.Equal(
            """["read","inference"]""", (await KeysAsync(site, "Reader"))[0].GetProperty("scopes").GetRawText());

        await browser.ClickAsync(row + "text=Disable");
        await browser.ClickAsync("main form button");
        Assert.True((await KeysAsync(site, "Reader"))[0].GetProperty("disabled").GetBoolean());
        await browser.ClickAsync(row + "text=Enable");
        await browser.ClickAsync("main form button");
        Assert.False((await KeysAsync(site, "Reader"))[0].GetProperty("disabled").GetBoolean());

        await browser.ClickAsync(row + "text=Delete");
        Assert.Contains("cannot be brought back", await browser.TextAsync(), StringComparison.Ordinal);
        await browser.ClickAsync("main form button");
        Assert.Empty(await KeysAsync(site, "Reader"));
        Assert.EndsWith("/console/keys?workspace_id=" + await WorkspaceAsync(site), browser.Page.Url,
            StringComparison.Ordinal);
    }

    [Theory, Sqlite, Postgres]
    public async Task The_last_use_of_a_key_is_shown(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        var hash = KeySecret.Hash(await site.NewKeyAsync("read"));
        using var visitor = await Visitor.SignedInAsync(site, site.ManagementKey);
        var used = new DateTimeOffset(2031, 4, 20, 12, 0, 0, TimeSpan.Zero);

        await site.Service<KeyStore>().AddUsesAsync([new(hash, used)], CancellationToken.None);
        var page = await visitor.GetAsync("/console/keys");

        Assert.Contains(
            "Last used <time datetime=\"2031-04-20T12:00:00", page.Html, StringComparison.Ordinal);
        Assert.Contains("No use recorded", page.Html, StringComparison.Ordinal);
    }

    [Theory, Sqlite]
    public async Task What_changed_since_the_review_is_announced_anew(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var hash = KeySecret.Hash(await site.NewKeyAsync("read"));
        var path = $"/console/keys/{hash}/edit";
        using var visitor = await Visitor.SignedInAsync(site, site.ManagementKey);
        var page = await visitor.GetAsync(path);
        var review = await visitor.PostAsync(path, page.Form(("name", "Mine"), ("scopes", "read")));

        await site.ApiAsync(HttpMethod.Patch, $"/keys/{hash}", """{"name": "Theirs"}""", site.ManagementKey);
        var second = await visitor.PostAsync(path, review.Form(("name", "Mine"), ("scopes", "read")));
        var third = await visitor.PostAsync(path, second.Form(("name", "Mine"), ("scopes", "read")));

        Assert.Equal((412, 303), (second.Status, third.Status));
        Assert.Contains("Somebody was faster.", second.Html, StringComparison.Ordinal);
        Assert.Contains("Theirs", second.Html, StringComparison.Ordinal);
        Assert.Contains("value=\"Mine\"", second.Html, StringComparison.Ordinal);
    }

    [Theory, Sqlite]
    public async Task A_change_of_something_else_since_the_form_was_shown_is_told(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var hash = KeySecret.Hash(await site.NewKeyAsync("read"));
        var path = $"/console/keys/{hash}/edit";
        using var visitor = await Visitor.SignedInAsync(site, site.ManagementKey);
        var page = await visitor.GetAsync(path);

        await site.ApiAsync(HttpMethod.Patch, $"/keys/{hash}", """{"scopes": ["read", "write"]}""", site.ManagementKey);
        var review = await visitor.PostAsync(path, page.Form(("name", "Mine"), ("scopes", "read")));

        Assert.Equal(412, review.Status);
        Assert.Contains("Somebody was faster.", review.Html, StringComparison.Ordinal);
        Assert.Contains("read, write", review.Html, StringComparison.Ordinal);
    }

    [Theory, Sqlite]
    public async Task A_key_that_was_deleted_meanwhile_is_said_to_be_gone(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var key = await site.NewKeyAsync("read");
        var path = $"/console/keys/{KeySecret.Hash(key)}/disable";
        using var visitor = await Visitor.SignedInAsync(site, site.ManagementKey);
        var page = await visitor.GetAsync(path);

        await site.DeleteKeyElsewhereAsync(key);
        var gone = await visitor.PostAsync(path, page.Form());

        Assert.Equal(404, gone.Status);
        Assert.Contains("There is no key with this hash.", gone.Html, StringComparison.Ordinal);
    }

    [Theory, Sqlite]
    public async Task What_the_API_refuses_is_said_on_the_form(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = await Visitor.SignedInAsync(site, site.ManagementKey);
        var page = await visitor.GetAsync("/console/keys/new");

        var nameless = await visitor.PostAsync("/console/keys/new", page.Form(("name", ""), ("scopes", "read")));
        var idle = await visitor.PostAsync("/console/keys/new", page.Form(("name", "No scopes")));
        var timeless = await visitor.PostAsync(
            "/console/keys/new", page.Form(("name", "x"), ("scopes", "read"), ("expires", "soon")));

        Assert.Contains("name may not be blank.", nameless.Html, StringComparison.Ordinal);
        Assert.Contains("scopes must name at least one", idle.Html, StringComparison.Ordinal);
        Assert.Contains("value=\"No scopes\"", idle.Html, StringComparison.Ordinal);
        Assert.Contains("expires must be a day", timeless.Html, StringComparison.Ordinal);
        Assert.Equal(404, (await visitor.GetAsync($"/console/keys/{new string('0', 64)}/edit")).Status);
    }

    [Theory, Sqlite]
    public async Task Only_a_management_key_may_and_only_by_a_form_of_its_session(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var hash = KeySecret.Hash(await site.NewKeyAsync("read"));
        using var ordinary = await Visitor.SignedInAsync(site);
        using var visitor = await Visitor.SignedInAsync(site, site.ManagementKey);
        var workspace = await WorkspaceAsync(site);
        string[] paths =
        [
            "keys/new", $"keys/{hash}/edit", $"keys/{hash}/disable", $"keys/{hash}/enable", $"keys/{hash}/delete",
            "workspaces/new", $"workspaces/{workspace}/edit", $"workspaces/{workspace}/delete",
        ];

        foreach (var path in paths.Select(path => "/console/" + path))
        {
            Assert.Equal(403, (await ordinary.GetAsync(path)).Status);
            Assert.Equal(403, (await ordinary.PostAsync(path, [])).Status);
            var page = await visitor.GetAsync(path);
            var forged = await visitor.PostAsync(path, page.Form(("name", "x"), (Visit.TokenField, "x")));
            Assert.Equal(403, forged.Status);
            Assert.Contains("earlier session", forged.Html, StringComparison.Ordinal);
        }

        Assert.Equal(403, (await ordinary.GetAsync("/console/keys")).Status);
        Assert.Equal(403, (await ordinary.GetAsync("/console/workspaces")).Status);
        var key = await site.ApiAsync(HttpMethod.Get, $"/keys/{hash}", key: site.ManagementKey);
        Assert.False(key.GetProperty("data").GetProperty("disabled").GetBoolean());
    }

    [Theory, Sqlite]
    public async Task A_form_whose_session_ended_is_filled_in_again(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        using var visitor = await Visitor.SignedInAsync(site, site.ManagementKey);
        var page = await visitor.GetAsync("/console/keys/new");
        await site.EndSessionsAsync();

        var asked = await visitor.PostAsync(
            "/console/keys/new", page.Form(("name", "Typed"), ("scopes", "read"), ("scopes", "inference")));
        var again = await visitor.PostAsync("/console/sign-in", asked.Form(("key", site.ManagementKey)));

        Assert.Equal((401, 200), (asked.Status, again.Status));
        Assert.Contains("value=\"Typed\"", again.Html, StringComparison.Ordinal);
        Assert.Contains("It may: read, inference", again.Html, StringComparison.Ordinal);
        Assert.Empty(await KeysAsync(site, "Typed"));
    }

    [BrowserTheory, Appearances]
    public async Task Its_pages_are_accessible_fit_and_keep_to_their_policy(
        Engine engine, ColorScheme scheme, int width)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        var name = Pictures.AreWanted ? "Web shop" : PageTests.Hostile;
        var slug = ConsoleSite.NewSlug();
        var made = await ManageAsync(
            HttpMethod.Post, "/workspaces", new { name, slug, description = name, default_text_model = name });
        await ManageAsync(HttpMethod.Patch, $"/workspaces/{slug}", new { guarded = true });
        var workspace_id = made.GetProperty("data").GetProperty("id").GetString();
        string[] read = ["read"];
        var expires_at = new DateTimeOffset(2099, 12, 31, 0, 0, 0, TimeSpan.Zero);
        var key = await ManageAsync(
            HttpMethod.Post, "/keys", new { name, workspace_id, scopes = read, expires_at, creator_user_id = name });
        var hash = key.GetProperty("data").GetProperty("hash").GetString();
        await ManageAsync(HttpMethod.Post, "/keys", new { name = "Checkout", workspace_id });
        await ManageAsync(HttpMethod.Patch, $"/keys/{hash}", new { disabled = true });
        await using var browser = await Browser.OpenAsync(site, key: site.ManagementKey, scheme: scheme, width: width);
        string[] pages =
        [
            "keys", $"keys?workspace_id={workspace_id}", $"keys?workspace_id={workspace_id}&offset=9", "keys/new",
            $"keys/{hash}/edit", $"keys/{hash}/disable", $"keys/{hash}/enable", $"keys/{hash}/delete", "workspaces",
            "workspaces/new", $"workspaces/{slug}/edit", $"workspaces/{slug}/delete",
        ];
        foreach (var page in pages)
        {
            await browser.Page.GotoAsync("/console/" + page);
            await CheckAsync(Regex.Replace(page, "[0-9a-f-]{32,}|t-[0-9a-f]{12}", "x"));
        }

        await browser.Page.GotoAsync("/console/keys/new");
        await browser.Page.FillAsync("#name", name);
        await browser.ClickAsync("text=Review");
        await CheckAsync("keys-new-review");
        await browser.ClickAsync("main form button");
        await CheckAsync("keys-new-made");

        async Task CheckAsync(string page)
        {
            await Pictures.DrawAsync(browser.Page, $"{page}-{width}-{scheme}");
            await browser.AssertAccessibleAsync();
            await browser.AssertFitsAsync();
        }

        Task<JsonElement> ManageAsync(HttpMethod method, string path, object body) =>
            site.ApiAsync(method, path, JsonSerializer.Serialize(body), site.ManagementKey);
    }

    private static async Task<List<JsonElement>> KeysAsync(ConsoleSite site, string name)
    {
        var keys = await site.ApiAsync(HttpMethod.Get, "/keys?include_disabled=true", key: site.ManagementKey);
        return [.. keys.GetProperty("data").EnumerateArray().Where(key => key.GetProperty("name").GetString() == name)];
    }

    private static async Task<string> WorkspaceAsync(ConsoleSite site) =>
        (await site.ApiAsync(HttpMethod.Get, "/key")).GetProperty("data").GetProperty("workspace_id").GetString()!;

    [GeneratedRegex("sk-preset-v1-[0-9a-f]{64}")]
    private static partial Regex Secret();
}
