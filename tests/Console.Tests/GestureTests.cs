namespace Presets.Console.Tests;

/// <summary>What a person does to a preset, with and without scripts.</summary>
public sealed class GestureTests
{
    [BrowserTheory]
    [Sqlite(true), Sqlite(false), Postgres(true), Postgres(false), Cluster(true), Cluster(false)]
    public async Task A_rollback_takes_two_clicks_and_says_before_what_it_will_do(Engine engine, bool scripts)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync();
        await using var browser = await Browser.OpenAsync(site, scripts);
        await browser.GoToAsync(slug);

        await browser.ClickAsync("text=Roll back to v1");
        var announced = await browser.Page.InnerTextAsync(".announcement");
        Assert.Equal(3, await site.DesignatedAsync(slug));
        await browser.ClickAsync("main form button");

        Assert.Matches(@"designated:?\s+v3\s+→.*v1", announced.ReplaceLineEndings(" "));
        Assert.Equal(1, await site.DesignatedAsync(slug));
        Assert.Contains("Done.", await browser.TextAsync(), StringComparison.Ordinal);
        Assert.Contains("Version 1", await browser.TextAsync(), StringComparison.Ordinal);
    }

    [BrowserTheory]
    [Sqlite(true), Sqlite(false), Postgres(false), Cluster(true)]
    public async Task A_label_is_set_moved_and_removed(Engine engine, bool scripts)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync();
        await using var browser = await Browser.OpenAsync(site, scripts);

        await browser.GoToAsync(slug);
        await browser.ClickAsync("text=Set a label");
        await browser.Page.FillAsync("#label", "production");
        await browser.ClickAsync("text=Review");
        Assert.Contains("production", await browser.Page.InnerTextAsync(".announcement"), StringComparison.Ordinal);
        await browser.ClickAsync("main form button");
        Assert.Equal("""{"production":3}""", await LabelsAsync());

        await browser.ClickAsync("text=Move");
        await browser.Page.SelectOptionAsync("#version", "1");
        await browser.Page.SelectOptionAsync("#protected", "true");
        await browser.Page.FillAsync("#message", "As agreed");
        await browser.ClickAsync("text=Review");
        await browser.ClickAsync("main form button");
        Assert.Equal("""{"production":1}""", await LabelsAsync());

        await browser.ClickAsync("text=Remove");
        await browser.ClickAsync("main form button");
        Assert.Equal("{}", await LabelsAsync());
        await browser.GoToAsync(slug, "history");
        Assert.Contains("As agreed", await browser.TextAsync(), StringComparison.Ordinal);

        async Task<string> LabelsAsync() => (await site.PresetAsync(slug)).GetProperty("labels").GetRawText();
    }

    [BrowserTheory]
    [Sqlite(true), Sqlite(false), Postgres(false), Cluster(true)]
    public async Task Name_and_description_are_reviewed_before_they_are_saved(Engine engine, bool scripts)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await using var browser = await Browser.OpenAsync(site, scripts);
        await browser.GoToAsync(slug, "details");

        await browser.Page.FillAsync("#name", "عربي 🚆 <script>alert(1)</script>");
        await browser.Page.FillAsync("#description", "\nTwo\nlines");
        await browser.ClickAsync("text=Review");
        var before = await site.PresetAsync(slug);
        await browser.ClickAsync("text=Save");

        var preset = await site.PresetAsync(slug);
        Assert.Equal(slug, before.GetProperty("name").GetString());
        Assert.Equal("عربي 🚆 <script>alert(1)</script>", preset.GetProperty("name").GetString());
        Assert.Equal("\nTwo\nlines", preset.GetProperty("description").GetString());
        Assert.Equal("عربي 🚆 <script>alert(1)</script>", await browser.Page.InnerTextAsync("h1"));
    }

    [BrowserTheory]
    [Sqlite(true), Sqlite(false)]
    public async Task A_description_whose_lines_end_with_CR_LF_is_changed_by_the_second_press(
        Engine engine, bool scripts)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await site.ApiAsync(HttpMethod.Patch, $"/presets/{slug}", """{"description": "One\r\ntwo"}""");
        await using var browser = await Browser.OpenAsync(site, scripts);
        await browser.GoToAsync(slug, "details");

        await browser.Page.FillAsync("#description", "One\ntwo\nthree");
        await browser.ClickAsync("main form button");
        Assert.Contains("three", await browser.Page.InnerTextAsync(".announcement"), StringComparison.Ordinal);
        await browser.ClickAsync("main form button");

        Assert.Contains("Done.", await browser.TextAsync(), StringComparison.Ordinal);
        Assert.Equal("One\ntwo\nthree", (await site.PresetAsync(slug)).GetProperty("description").GetString());
    }

    [BrowserTheory]
    [Sqlite(true), Sqlite(false), Postgres(false)]
    public async Task A_preset_is_archived_and_restored(Engine engine, bool scripts)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await using var browser = await Browser.OpenAsync(site, scripts);

        await browser.GoToAsync(slug);
        await browser.ClickAsync("text=Archive …");
        await browser.ClickAsync("main form button");
        Assert.Equal("archived", (await site.PresetAsync(slug)).GetProperty("status").GetString());

        await browser.ClickAsync("text=Restore …");
        await browser.ClickAsync("main form button");
        Assert.Equal("active", (await site.PresetAsync(slug)).GetProperty("status").GetString());
    }

    [BrowserTheory]
    [Sqlite(true), Sqlite(false), Postgres(false)]
    public async Task Fields_are_locked_and_unlocked(Engine engine, bool scripts)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync();
        await using var browser = await Browser.OpenAsync(site, scripts);

        await browser.GoToAsync(slug);
        await browser.ClickAsync("text=Lock …");
        await browser.Page.FillAsync("#locked", "model\n\n provider.sort ");
        await browser.ClickAsync("text=Review");
        var announced = await browser.Page.InnerTextAsync(".announcement");
        Assert.Equal("[]", await LockedAsync());
        await browser.ClickAsync("text=Save the locks");

        Assert.Matches(@"locked:?\s+none\s+→.*model, provider\.sort", announced.ReplaceLineEndings(" "));
        Assert.Equal("""["model","provider.sort"]""", await LockedAsync());
        Assert.Equal(
            ["locked", "sort locked"], await browser.Page.Locator(".fields th .chip").AllInnerTextsAsync());
        await browser.ClickAsync("text=Lock …");
        Assert.Equal("model\nprovider.sort", await browser.Page.InputValueAsync("#locked"));
        await browser.Page.FillAsync("#locked", "model..x");
        await browser.ClickAsync("text=Review");
        Assert.Contains("locked", await browser.Page.InnerTextAsync(".alert"), StringComparison.Ordinal);
        await browser.Page.FillAsync("#locked", "");
        await browser.ClickAsync("text=Review");
        await browser.ClickAsync("text=Save the locks");
        Assert.Equal("[]", await LockedAsync());
        await browser.GoToAsync(slug, "history");
        Assert.Matches(
            @"locked:?\s+model, provider\.sort\s+→.*none", (await browser.TextAsync()).ReplaceLineEndings(" "));

        async Task<string> LockedAsync() => (await site.PresetAsync(slug)).GetProperty("locked").GetRawText();
    }

    [BrowserTheory]
    [Sqlite(true), Sqlite(false), Postgres(false)]
    public async Task A_preset_is_disabled_and_enabled(Engine engine, bool scripts)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await using var browser = await Browser.OpenAsync(site, scripts);

        await browser.GoToAsync(slug);
        await browser.ClickAsync("text=Disable …");
        await browser.ClickAsync("main form button");
        Assert.Equal("disabled", (await site.PresetAsync(slug)).GetProperty("status").GetString());
        Assert.Equal(0, await browser.Page.Locator("text=Archive …").CountAsync());

        await browser.ClickAsync("text=Enable …");
        await browser.ClickAsync("main form button");
        Assert.Equal("active", (await site.PresetAsync(slug)).GetProperty("status").GetString());
    }

    [BrowserTheory, Sqlite]
    public async Task Presets_are_archived_and_restored_from_the_list(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await using var browser = await Browser.OpenAsync(site);

        await browser.Page.GotoAsync($"/console/presets?q={slug}");
        await browser.ClickAsync(".list .act");
        await browser.ClickAsync("main form button");
        await browser.Page.GotoAsync($"/console/presets?q={slug}&status=archived");
        await browser.ClickAsync(".list .act");
        await browser.ClickAsync("main form button");

        Assert.Equal("active", (await site.PresetAsync(slug)).GetProperty("status").GetString());
    }

    [BrowserTheory]
    [Sqlite(true), Sqlite(false), Postgres(false), Cluster(true)]
    public async Task Who_is_second_keeps_what_was_typed_and_sees_what_the_first_did(Engine engine, bool scripts)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync();
        await using var browser = await Browser.OpenAsync(site, scripts);
        await browser.GoToAsync(slug, "details");
        await browser.Page.FillAsync("#name", "Mine");
        await browser.ClickAsync("text=Review");

        await site.ApiAsync(HttpMethod.Patch, $"/presets/{slug}", """{"designated_version": 2, "name": "Theirs"}""");
        await browser.ClickAsync("text=Save");

        Assert.Equal("Theirs", (await site.PresetAsync(slug)).GetProperty("name").GetString());
        Assert.Equal("Mine", await browser.Page.InputValueAsync("#name"));
        var warning = await browser.Page.InnerTextAsync(".warn");
        Assert.Contains("Somebody was faster", warning, StringComparison.Ordinal);
        Assert.Contains("Theirs", warning, StringComparison.Ordinal);
        Assert.Matches("Theirs.*Mine", (await browser.Page.InnerTextAsync(".announcement")).ReplaceLineEndings(" "));

        await browser.ClickAsync("text=Save");
        Assert.Equal("Mine", (await site.PresetAsync(slug)).GetProperty("name").GetString());
    }

    [BrowserTheory]
    [Sqlite(true), Sqlite(false), Postgres(false), Cluster(true)]
    public async Task A_form_whose_session_ended_is_filled_in_again_after_signing_in(Engine engine, bool scripts)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await using var browser = await Browser.OpenAsync(site, scripts, site.ManagementKey);
        await browser.GoToAsync(slug, "details");
        await browser.Page.FillAsync("#name", "Typed for long");
        await browser.Page.FillAsync("#description", "\"quoted\"\nand long");
        await browser.ClickAsync("text=Review");

        await site.EndSessionsAsync();
        await browser.ClickAsync("text=Save");
        Assert.Contains("Your session has ended", await browser.TextAsync(), StringComparison.Ordinal);
        await browser.Page.FillAsync("#key", KeySecret.Generate());
        await browser.ClickAsync("main button:text('Sign in')");
        await browser.Page.FillAsync("#key", site.ManagementKey);
        await browser.ClickAsync("main button:text('Sign in')");

        Assert.Equal(slug, (await site.PresetAsync(slug)).GetProperty("name").GetString());
        Assert.Equal("Typed for long", await browser.Page.InputValueAsync("#name"));
        Assert.Equal("\"quoted\"\nand long", await browser.Page.InputValueAsync("#description"));
        await browser.ClickAsync("text=Save");
        Assert.Equal("Typed for long", (await site.PresetAsync(slug)).GetProperty("name").GetString());
    }

    [BrowserTheory, Sqlite]
    public async Task What_is_refused_is_said_on_the_form_and_stays_there(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync(1);
        await site.ApiAsync(
            HttpMethod.Put, $"/presets/{slug}/labels/production", """{"version": 1, "protected": true}""");
        await using var browser = await Browser.OpenAsync(site, key: await site.NewKeyAsync("read", "write"));

        await browser.GoToAsync(slug, "label?label=Not+valid&version=1");
        Assert.Contains("starts with a letter", await browser.Page.InnerTextAsync(".alert"), StringComparison.Ordinal);
        Assert.Equal("Not valid", await browser.Page.InputValueAsync("#label"));
        await browser.GoToAsync(slug, "remove-label?label=production");
        Assert.Contains("is protected", await browser.Page.InnerTextAsync(".alert"), StringComparison.Ordinal);
        Assert.Equal(0, await browser.Page.Locator("text=Roll back").CountAsync());
    }
}
