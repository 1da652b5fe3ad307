using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Presets.Storage;

namespace Presets.Console.Tests;

/// <summary>The workspaces, for management keys.</summary>
public sealed class WorkspaceTests
{
    [BrowserTheory]
    [Sqlite(true), Sqlite(false), Postgres(false)]
    public async Task A_workspace_is_created_edited_and_deleted(Engine engine, bool scripts)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = ConsoleSite.NewSlug();
        await using var browser = await Browser.OpenAsync(site, scripts, site.ManagementKey);
        await browser.Page.GotoAsync("/console/workspaces");

        await browser.ClickAsync("text=Create a workspace");
        await browser.Page.FillAsync("#name", $"Team {slug}");
        await browser.Page.FillAsync("#slug", slug);
        await browser.Page.FillAsync("#description", "For tests");
        await browser.ClickAsync("text=Review");
        await browser.ClickAsync("main form button");
        Assert.Contains($"Team {slug}", await browser.Page.InnerTextAsync(".where"), StringComparison.Ordinal);
        Assert.Equal("For tests", (await WorkspaceAsync(site, slug)).GetProperty("description").GetString());

        await browser.ClickAsync($"li:has-text(\"{slug}\") >> text=Edit");
        await browser.Page.FillAsync("#description", "");
        await browser.Page.SelectOptionAsync("#guarded", "true");
        await browser.ClickAsync("text=Review");
        Assert.Contains("guarded", await browser.Page.InnerTextAsync(".announcement"), StringComparison.Ordinal);
        await browser.ClickAsync("main form button");
        var edited = await WorkspaceAsync(site, slug);
        Assert.Equal(JsonValueKind.Null, edited.GetProperty("description").ValueKind);
        Assert.True(edited.GetProperty("guarded").GetBoolean());

        await browser.ClickAsync($"li:has-text(\"{slug}\") >> text=Delete");
        Assert.Contains("cannot be brought back", await browser.TextAsync(), StringComparison.Ordinal);
        await browser.ClickAsync("main form button");
        Assert.DoesNotContain(slug, await browser.Page.ContentAsync(), StringComparison.Ordinal);
    }

    [Theory, Sqlite]
    public async Task A_workspace_with_active_keys_is_not_deleted_and_the_form_says_why(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = ConsoleSite.NewSlug();
        var made = await site.ApiAsync(
            HttpMethod.Post, "/workspaces", $$"""{"name": "Used", "slug": "{{slug}}"}""", site.ManagementKey);
        var id = made.GetProperty("data").GetProperty("id").GetString();
        await site.ApiAsync(
            HttpMethod.Post, "/keys", $$"""{"name": "Active", "workspace_id": "{{id}}"}""", site.ManagementKey);
        using var visitor = await Visitor.SignedInAsync(site, site.ManagementKey);
        var path = $"/console/workspaces/{id}/delete";

        var refused = await visitor.PostAsync(path, (await visitor.GetAsync(path)).Form());

        Assert.Equal(400, refused.Status);
        Assert.Contains("The workspace has active keys", refused.Html, StringComparison.Ordinal);
        Assert.Equal("Used", (await WorkspaceAsync(site, slug)).GetProperty("name").GetString());
    }

    [Theory, Sqlite]
    public async Task A_form_whose_workspace_is_deleted_says_so_and_makes_another_one_when_sent_again(Engine engine)
    {
        const string Path = "/console/workspaces/new";
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = await Visitor.SignedInAsync(site, site.ManagementKey);
        var slug = ConsoleSite.NewSlug();
        (string, string?)[] typed = [("name", "Again"), ("slug", slug)];
        var review = await visitor.PostAsync(Path, (await visitor.GetAsync(Path)).Form(typed));
        await visitor.PostAsync(Path, review.Form(typed));
        await site.ApiAsync(HttpMethod.Delete, $"/workspaces/{slug}", key: site.ManagementKey);

        var gone = await visitor.PostAsync(Path, review.Form(typed));
        var made = await visitor.PostAsync(Path, gone.Form(typed));

        Assert.Equal((404, 303), (gone.Status, made.Status));
        Assert.Contains("which has been deleted since", gone.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("Idempotency-Key", gone.Html, StringComparison.Ordinal);
    }

    [Theory, Sqlite]
    public async Task A_second_post_creates_no_second_workspace(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = await Visitor.SignedInAsync(site, site.ManagementKey);
        const string Path = "/console/workspaces/new";
        (string, string?)[] typed = [("name", "Twice"), ("slug", ConsoleSite.NewSlug())];
        var review = await visitor.PostAsync(Path, (await visitor.GetAsync(Path)).Form(typed));

        var first = await visitor.PostAsync(Path, review.Form(typed));
        var second = await visitor.PostAsync(Path, review.Form(typed));

        Assert.Equal((303, 303, first.Location), (first.Status, second.Status, second.Location));
    }

    [Theory, Sqlite]
    public async Task A_rename_leaves_what_somebody_else_changes_at_the_same_time(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = ConsoleSite.NewSlug();
        await site.ApiAsync(
            HttpMethod.Post,
            "/workspaces",
            $$"""{"name": "Old", "slug": "{{slug}}", "description": "Old"}""",
            site.ManagementKey);
        var context = new DefaultHttpContext { RequestServices = site.Service<IServiceProvider>() };
        var key = await site.Service<KeyStore>().FindAsync(KeySecret.Hash(site.ManagementKey), CancellationToken.None);
        var workspace = await site.Service<WorkspaceStore>()
            .FindByIdOrSlugAsync(slug, CancellationToken.None);
        var visit = new Visit(context, new Frame("/console"), [], key!, workspace!);
        var form = ActivatorUtilities.CreateInstance<WorkspaceForms>(context.RequestServices).All
            .Single(each => each.Route == "workspaces/{id}/edit");

        var draft = await form.OpenAsync(visit, slug);
        var typed = new Dictionary<string, string>(draft.Initial) { ["name"] = "New", ["default_text_model"] = "" };
        var change = draft.ChangeOf(new Fields(typed));
        await site.ApiAsync(
            HttpMethod.Patch,
            $"/workspaces/{slug}",
            """{"description": "New", "default_text_model": "a/b", "guarded": true}""",
            site.ManagementKey);
        await change.MakeAsync(new Idempotency("k", new byte[32]));

        var after = await WorkspaceAsync(site, slug);
        Assert.Equal(
            ("New", "New", "a/b", true),
            (after.GetProperty("name").GetString(), after.GetProperty("description").GetString(),
                after.GetProperty("default_text_model").GetString(), after.GetProperty("guarded").GetBoolean()));
    }

    private static async Task<JsonElement> WorkspaceAsync(ConsoleSite site, string slug) =>
        (await site.ApiAsync(HttpMethod.Get, $"/workspaces/{slug}", key: site.ManagementKey)).GetProperty("data");
}
