namespace Presets.Console.Tests;

/// <summary>Signing in, and what attackers try.</summary>
public sealed class SignInTests
{
    [Theory, Sqlite, Postgres, Cluster]
    public async Task A_key_opens_a_session_whose_cookie_scripts_and_other_sites_do_not_get(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = new Visitor(site.Url);
        var target = "/console/presets?q=a";

        var asked = await visitor.GetAsync(target);
        var form = await visitor.GetAsync(asked.Location!);
        var answer = await visitor.SignInAsync(site.Key, form.Hidden["return"]);

        Assert.Equal((303, 303, target), (asked.Status, answer.Status, answer.Location));
        Assert.Matches(
            "^presets-console=[A-Za-z0-9_-]{43}; max-age=43200; path=/; samesite=lax; httponly$",
            answer.Headers["Set-Cookie"]);
        Assert.Equal(200, (await visitor.GetAsync(target)).Status);
    }

    [Theory, Sqlite]
    public async Task Behind_TLS_the_cookie_is_secure_and_of_this_host_alone(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = new Visitor(site.Url);

        var answer = await visitor.SignInAsync(site.Key, "/console", ("X-Forwarded-Proto", "https"));

        Assert.Matches(
            "^__Host-presets-console=[A-Za-z0-9_-]{43}; max-age=43200; path=/; secure; samesite=lax; httponly$",
            answer.Headers["Set-Cookie"]);
    }

    [Theory, Sqlite, Postgres]
    public async Task Only_a_key_that_may_still_be_used_opens_a_session(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        var disabled = await site.NewKeyAsync("read");
        await site.ApiAsync(
            HttpMethod.Patch, $"/keys/{KeySecret.Hash(disabled)}", """{"disabled": true}""", site.ManagementKey);
        using var visitor = new Visitor(site.Url);

        foreach (var key in new[] { "", "hello", KeySecret.Generate(), disabled })
        {
            var answer = await visitor.SignInAsync(key);
            Assert.Equal((401, null), (answer.Status, visitor.Cookie));
            Assert.Contains("role=\"alert\"", answer.Html, StringComparison.Ordinal);
        }
    }

    [Theory, Sqlite]
    public async Task Failed_sign_ins_are_limited_by_address(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        using var visitor = new Visitor(site.Url);
        for (var i = 0; i < SignInLimit.Most; i++)
            Assert.Equal(401, (await visitor.SignInAsync(KeySecret.Generate())).Status);

        var limited = await visitor.SignInAsync(site.Key);
        var elsewhere = await visitor.SignInAsync(site.Key, "/console", ("X-Forwarded-For", "203.0.113.7"));

        Assert.Equal((429, 303), (limited.Status, elsewhere.Status));
    }

    [Theory, Sqlite, Postgres]
    public async Task Guesses_that_come_at_once_are_limited_too(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        using var visitor = new Visitor(site.Url);

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 60).Select(_ => visitor.SignInAsync(KeySecret.Generate())));

        Assert.Equal(SignInLimit.Most, answers.Count(answer => answer.Status == 401));
        Assert.All(answers, answer => Assert.Contains(answer.Status, new[] { 401, 429 }));
    }

    [Theory, Sqlite, Postgres, Cluster]
    public async Task A_forged_cookie_opens_nothing(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        foreach (var cookie in new[] { new string('A', 43), "x", new string('!', 43), KeySecret.Hash(site.Key) + "" })
        {
            using var visitor = new Visitor(site.Url) { Cookie = cookie };

            Assert.Equal(303, (await visitor.GetAsync("/console/presets")).Status);
        }
    }

    [Theory, Sqlite, Postgres, Cluster]
    public async Task Signing_in_makes_a_new_session_and_ends_the_one_that_the_browser_had(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var attacker = await Visitor.SignedInAsync(site);
        using var victim = new Visitor(site.Url) { Cookie = attacker.Cookie };

        await victim.SignInAsync(site.Key);

        Assert.NotEqual(attacker.Cookie, victim.Cookie);
        Assert.Equal(303, (await attacker.GetAsync("/console/presets")).Status);
        Assert.Equal(200, (await victim.GetAsync("/console/presets")).Status);
    }

    [Theory, Sqlite, Postgres, Cluster]
    public async Task Signing_out_ends_the_session_on_the_server(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = await Visitor.SignedInAsync(site);
        var cookie = visitor.Cookie;
        var page = await visitor.GetAsync("/console/presets");

        var answer = await visitor.PostAsync("/console/sign-out", page.Form());

        Assert.Equal((303, "/console/sign-in"), (answer.Status, answer.Location));
        using var thief = new Visitor(site.Url) { Cookie = cookie };
        Assert.Equal(303, (await thief.GetAsync("/console/presets")).Status);
    }

    [Theory]
    [Sqlite("Origin", "https://evil.example"), Sqlite("Origin", "null")]
    [Sqlite("Sec-Fetch-Site", "cross-site"), Sqlite("Sec-Fetch-Site", "same-site")]
    public async Task A_form_of_another_site_is_refused(Engine engine, string header, string value)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync();
        using var visitor = await Visitor.SignedInAsync(site);
        var path = $"/console/presets/{slug}/designate";
        var page = await visitor.GetAsync(path + "?version=1");

        var answer = await visitor.PostAsync(path, page.Form(("version", "1")), (header, value));
        var signIn = await visitor.SignInAsync(site.Key, "/console", (header, value));

        Assert.Equal((403, 403, 3), (answer.Status, signIn.Status, await site.DesignatedAsync(slug)));
    }

    [Theory]
    [Sqlite("application/json"), Sqlite("text/plain"), Sqlite("multipart/form-data; boundary=x"), Sqlite("nothing")]
    public async Task What_is_no_form_is_refused(Engine engine, string type)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = await Visitor.SignedInAsync(site);
        foreach (var (path, bytes) in new[]
        {
            // A configuration of 1 MiB fits, escaped as a form; signing in keeps one.
            ("/console/sign-in", 4 << 20), ("/console/presets/p/edit", 4 << 20), ("/console/new-preset", 4 << 20),
            ("/console/presets/p/designate", 256 << 10), ("/console/sign-out", 256 << 10),
        })
        {
            var other = await visitor.PostTextAsync(path, "key=x", type);
            var large = await visitor.PostTextAsync(path, "a=" + new string('x', bytes), Visitor.Form);
            var broken = await visitor.PostTextAsync(path, string.Concat(Enumerable.Repeat("a=&", 100)), Visitor.Form);
            Assert.Equal((415, 413, 400), (other.Status, large.Status, broken.Status));
        }
    }

    [Theory, Sqlite]
    public async Task A_form_that_does_not_say_its_length_may_be_as_large_as_one_that_does(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = new Visitor(site.ConsoleUrl);
        // Many fields, none of them too long by itself.
        var fields = string.Concat(Enumerable.Range(0, 60).Select(i => $"&a{i}={new string('x', 100 << 10)}"));

        var large = await visitor.PostChunkedAsync("/console/sign-in", $"key={site.Key}{fields}");
        var small = await visitor.PostChunkedAsync("/console/sign-in", $"key={site.Key}&return=/console");

        Assert.Equal((413, 303), (large.Status, small.Status));
        Assert.Contains("A form may have at most", large.Html, StringComparison.Ordinal);
    }

    [Theory, Sqlite, Postgres, Cluster]
    public async Task A_form_without_the_token_of_the_session_changes_nothing(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync();
        using var visitor = await Visitor.SignedInAsync(site);
        using var other = await Visitor.SignedInAsync(site);
        var path = $"/console/presets/{slug}/designate";
        var page = await visitor.GetAsync(path + "?version=1");
        var foreign = (await other.GetAsync(path + "?version=1")).Hidden[Visit.TokenField];

        foreach (var token in new[] { "", "x", foreign })
        {
            var answer = await visitor.PostAsync(path, page.Form(("version", "1"), (Visit.TokenField, token)));

            Assert.Equal(403, answer.Status);
            Assert.Contains("earlier session", answer.Html, StringComparison.Ordinal);
        }

        Assert.Equal(3, await site.DesignatedAsync(slug));
        Assert.Equal(
            403, (await visitor.PostAsync("/console/sign-out", [(Visit.TokenField, foreign)])).Status);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_key_that_ends_elsewhere_is_out_within_five_seconds(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var key = await site.NewKeyAsync("read");
        using var visitor = await Visitor.SignedInAsync(site, key);
        Assert.Equal(200, (await visitor.GetAsync("/console/presets")).Status);

        await site.DeleteKeyElsewhereAsync(key);

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        while ((await visitor.GetAsync("/console/presets")).Status == 200)
            deadline.Token.ThrowIfCancellationRequested();
        Assert.Equal(303, (await visitor.GetAsync("/console/presets")).Status);
    }

    [Theory, Postgres]
    public async Task A_session_and_its_forms_belong_to_no_node(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        await using var another = await site.StartAnotherAsync();
        var slug = await site.NewPresetAsync();
        var path = $"/console/presets/{slug}/designate";
        using var visitor = await Visitor.SignedInAsync(site);
        using var moved = visitor.At(another);

        var form = await visitor.GetAsync(path + "?version=1");
        var changed = await moved.PostAsync(path, form.Form(("version", "1")));
        var signedOut = await moved.PostAsync("/console/sign-out", form.Form());

        Assert.Equal((303, 303), (changed.Status, signedOut.Status));
        Assert.Equal(303, (await visitor.GetAsync("/console/presets")).Status);
        Assert.Equal(1, await another.DesignatedAsync(slug, site.Key));
    }

    [Theory, Sqlite]
    public async Task A_key_that_was_disabled_for_a_while_opens_no_old_session(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var key = await site.NewKeyAsync("read");
        using var visitor = await Visitor.SignedInAsync(site, key);
        foreach (var disabled in new[] { "true", "false" })
        {
            await site.ApiAsync(
                HttpMethod.Patch,
                $"/keys/{KeySecret.Hash(key)}",
                $$"""{"disabled": {{disabled}}}""",
                site.ManagementKey);
            Assert.Equal(303, (await visitor.GetAsync("/console/presets")).Status);
        }
    }

    [Theory]
    [Sqlite("//evil.example"), Sqlite("/\\evil.example"), Sqlite("https://evil.example/console")]
    [Sqlite("/consoles"), Sqlite("/console/../api"), Sqlite("/console\r\nX: y"), Sqlite("")]
    public async Task A_return_path_stays_on_the_console(Engine engine, string target)
    {
        var site = await ConsoleSite.OnAsync(engine);
        using var visitor = new Visitor(site.Url);

        var answer = await visitor.SignInAsync(site.Key, target);

        Assert.Equal(303, answer.Status);
        Assert.StartsWith("/console", answer.Location, StringComparison.Ordinal);
        Assert.Equal(
            site.Url.Authority, new Uri(site.Url, answer.Location).Authority);
    }

    [Theory, Sqlite]
    public async Task Scopes_bind_the_console_as_they_bind_the_API(Engine engine)
    {
        var site = await ConsoleSite.OnAsync(engine);
        var slug = await site.NewPresetAsync();
        using var reader = await Visitor.SignedInAsync(site, await site.NewKeyAsync("read"));
        using var stranger = await Visitor.SignedInAsync(site, await site.NewKeyAsync("inference"));

        Assert.Equal(200, (await reader.GetAsync($"/console/presets/{slug}")).Status);
        foreach (var gesture in Gestures.All)
        {
            var path = "/console/" + gesture.Route.Replace("{slug}", slug, StringComparison.Ordinal);
            Assert.Equal(403, (await reader.GetAsync(path)).Status);
            Assert.Equal(403, (await reader.PostAsync(path, [])).Status);
        }

        var refused = await stranger.GetAsync("/console/presets");
        Assert.Equal(403, refused.Status);
        Assert.Contains("The key lacks the scope &quot;read&quot;.", refused.Html, StringComparison.Ordinal);
    }

    [Theory, Sqlite, Postgres]
    public async Task No_page_header_or_log_holds_a_key_or_a_cookie(Engine engine)
    {
        await using var site = await ConsoleSite.StartAsync(engine);
        var slug = await site.NewPresetAsync();
        using var visitor = await Visitor.SignedInAsync(site, site.ManagementKey);
        string[] pages =
        [
            "activity", "cluster", "keys", "keys/new", "palette", "presets", "workspaces", "workspaces/new",
            "presets/none", $"presets/{slug}", $"presets/{slug}/history", $"presets/{slug}/compare",
            .. Gestures.All.Select(gesture => gesture.Route.Replace("{slug}", slug, StringComparison.Ordinal)),
        ];

        foreach (var page in pages)
        {
            var seen = await visitor.GetAsync("/console/" + page);
            Assert.Equal("no-store", seen.Headers["Cache-Control"]);
            Assert.DoesNotContain("unsafe", seen.Headers["Content-Security-Policy"], StringComparison.Ordinal);
            AssertNoSecret(seen.Html + string.Concat(seen.Headers.Values));
        }

        Assert.All(site.Logs, AssertNoSecret);

        void AssertNoSecret(string text)
        {
            foreach (var secret in new[] { site.Key, site.ManagementKey, visitor.Cookie! })
                Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }
    }
}
