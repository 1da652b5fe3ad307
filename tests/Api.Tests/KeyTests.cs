using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class OneNodeKeyTests(OneNodeHosts hosts) : KeyTests(hosts);

public abstract class KeyTests(ApiHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task A_key_lives_from_its_making_to_its_deletion(Engine engine)
    {
        var host = await hosts.OnAsync(engine);

        const string Body = """{"name":"CI","creator_user_id":"user_1","expires_at":"2099-12-31T23:59:59+00:00"}""";
        var made = (await host.Management.PostAsync("/keys", Body)).Expect(201);
        var secret = made.Json.GetProperty("key").GetString()!;
        var hash = made.Data.GetProperty("hash").GetString()!;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(secret))), hash);
        Assert.Equal($"{secret[..16]}...{secret[^4..]}", made.Data.GetProperty("label").GetString());
        Assert.Equal("2099-12-31T23:59:59Z", made.Data.GetProperty("expires_at").GetString());
        var owner = host.With(secret);
        var created = (await owner.CreateAsync(ApiHost.NewSlug())).Expect(200);
        Assert.Equal("user_1", created.Data.GetProperty("creator_user_id").GetString());
        var current = (await owner.GetAsync("/key")).Expect(200);
        Assert.Equal("user_1", current.Data.GetProperty("creator_user_id").GetString());

        var renamed = (await host.Management.PatchAsync($"/keys/{hash}", """{"name":"CI 2","disabled":true}"""))
            .Expect(200);
        Assert.Equal("CI 2", renamed.Data.GetProperty("name").GetString());
        Assert.EndsWith("Z", renamed.Data.GetProperty("updated_at").GetString(), StringComparison.Ordinal);
        (await owner.GetAsync("/key")).IsError(401, "unauthorized");
        (await host.Management.PatchAsync($"/keys/{hash}", """{"disabled":false}""")).Expect(200);
        (await owner.GetAsync("/key")).Expect(200);
        var read = (await host.Management.GetAsync($"/keys/{hash}")).Expect(200);
        Assert.Equal(
            renamed.Data.GetProperty("created_at").GetString(), read.Data.GetProperty("created_at").GetString());

        Assert.True(
            (await host.Management.DeleteAsync($"/keys/{hash}")).Expect(200).Json.GetProperty("deleted").GetBoolean());
        (await owner.GetAsync("/key")).IsError(401, "unauthorized");
        (await host.Management.GetAsync($"/keys/{hash}")).IsError(404, "not_found");
        (await host.Management.PatchAsync($"/keys/{hash}", "{}")).IsError(404, "not_found");
        (await host.Management.DeleteAsync($"/keys/{hash}")).IsError(404, "not_found");
    }

    [Theory, Sqlite, Postgres]
    public async Task Keys_page_by_a_hundred_and_disabled_ones_only_when_asked_for(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var made = await host.Management.PostAsync("/workspaces", $$"""{"slug":"{{ApiHost.NewSlug()}}","name":"W"}""");
        var workspace = made.Expect(201).Data.GetProperty("id").GetString();
        var hashes = new List<string>();
        for (var i = 0; i < 103; i++)
        {
            made = await host.Management.PostAsync("/keys", $$"""{"name":"{{i}}","workspace_id":"{{workspace}}"}""");
            hashes.Add(made.Expect(201).Data.GetProperty("hash").GetString()!);
        }

        (await host.Management.PatchAsync($"/keys/{hashes[0]}", """{"disabled":true}""")).Expect(200);

        var first = await ListAsync("");
        var second = await ListAsync("&offset=100&include_disabled=false");
        var all = await ListAsync("&offset=100&include_disabled=true");

        Assert.Equal(hashes[1..], [.. first, .. second]);
        Assert.Equal(100, first.Length);
        Assert.Equal(hashes[100..], all);
        foreach (var text in (string[])["True", "TRUE", "1"])
            Assert.Equal(all, await ListAsync($"&offset=100&include_disabled={text}"));
        foreach (var text in (string[])["False", "FALSE", "0", ""])
            Assert.Equal(second, await ListAsync($"&offset=100&include_disabled={text}"));
        foreach (var text in (string[])["2", "yes", "tru"])
        {
            (await host.Management.GetAsync($"/keys?include_disabled={text}"))
                .IsError(400, "invalid_parameter", "include_disabled");
        }
        Assert.Contains(
            host.ManagementKey[^4..],
            string.Join(' ', (await host.Management.GetAsync("/keys")).Expect(200).Each("label")),
            StringComparison.Ordinal);

        async Task<string[]> ListAsync(string more) =>
            (await host.Management.GetAsync($"/keys?workspace_id={workspace}{more}")).Expect(200).Each("hash");
    }

    [Theory]
    [Sqlite("{}", "missing_field", "name"), Postgres("""{"name":null}""", "missing_field", "name")]
    [Sqlite("""{"name":""}""", "invalid_field", "name")]
    [Sqlite("""{"name":1}""", "invalid_field", "name"), Sqlite("""{"name":"a\u0000"}""", "invalid_field", "name")]
    [Sqlite("""{"name":"\ud800"}""", "invalid_field", "name")]
    [Sqlite("""{"name":"a","name":"b"}""", "duplicate_key", "name")]
    [Sqlite("""{"name":"a","n\u0061me":"b"}""", "duplicate_key", "name")]
    [Sqlite("""{"name":"a","expires_at":"2099-12-31T23:59:59"}""", "invalid_field", "expires_at")]
    [Sqlite("""{"name":"a","expires_at":"2099-12-31T23:59:60Z"}""", "invalid_field", "expires_at")]
    [Sqlite("""{"name":"a","expires_at":"2020-01-01T00:00:00Z"}""", "invalid_field", "expires_at")]
    [Sqlite("""{"name":"a","expires_at":"9999-12-31T23:59:59-01:00"}""", "invalid_field", "expires_at")]
    [Sqlite("""{"name":"a","expires_at":"soon"}""", "invalid_field", "expires_at")]
    [Sqlite("""{"name":"a","expires_at":1}""", "invalid_field", "expires_at")]
    [Sqlite("""{"name":"a","creator_user_id":""}""", "invalid_field", "creator_user_id")]
    [Sqlite("""{"name":"a","workspace_id":"x"}""", "invalid_field", "workspace_id")]
    [Postgres(
        """{"name":"a","workspace_id":"0df9e665-d932-5740-b2c7-b52af166bc11"}""", "invalid_field", "workspace_id")]
    [Sqlite("""{"name":"a","workspace_id":"0df9e665-d932-5740-b2c7-b52af166bc11"}""", "invalid_field", "workspace_id")]
    [Sqlite("""{"name":"a","scopes":[]}""", "invalid_field", "scopes")]
    [Sqlite("""{"name":"a","scopes":["read","admin"]}""", "invalid_field", "scopes")]
    [Sqlite("""{"name":"a","scopes":["Read"]}""", "invalid_field", "scopes")]
    [Sqlite("""{"name":"a","scopes":["read",null]}""", "invalid_field", "scopes")]
    [Sqlite("""{"name":"a","scopes":["read",1]}""", "invalid_field", "scopes")]
    [Sqlite("""{"name":"a","scopes":["\ud800"]}""", "invalid_field", "scopes")]
    [Sqlite("""{"name":"a","scopes":"read"}""", "invalid_field", "scopes")]
    [Sqlite("""{"name":"a","scopes":{"read":true}}""", "invalid_field", "scopes")]
    [Sqlite("""{"name":"a","limit":"1"}""", "invalid_field", "limit")]
    [Sqlite("""{"name":"a","limit_reset":"yearly"}""", "invalid_field", "limit_reset")]
    [Sqlite("""{"name":"a","include_byok_in_limit":1}""", "invalid_field", "include_byok_in_limit")]
    [Sqlite("[]", "invalid_json", null), Sqlite("{", "invalid_json", null)]
    public async Task A_key_that_is_not_valid_is_refused(Engine engine, string body, string reason, string? field)
    {
        var host = await hosts.OnAsync(engine);

        (await host.Management.PostAsync("/keys", body)).IsError(400, reason, field);
    }

    [Theory, Sqlite, Postgres]
    public async Task Fields_about_spending_are_accepted_and_named(Engine engine)
    {
        var host = await hosts.OnAsync(engine);

        var made = await host.Management.PostAsync(
            "/keys",
            """{"limit":5.5,"name":"a","limit_reset":"daily","include_byok_in_limit":true,"colour":[],"x":null}""");

        Assert.Equal("limit, limit_reset, include_byok_in_limit, colour", made.Expect(201).Headers["X-Ignored-Fields"]);
        Assert.Equal(JsonValueKind.Null, made.Data.GetProperty("limit").ValueKind);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_key_has_the_scopes_it_was_given_and_by_default_all(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        string[] all = ["read", "write", "promote", "inference"];

        var plain = (await host.Management.PostAsync("/keys", """{"name":"a","scopes":null}""")).Expect(201);
        var made = (await host.Management.PostAsync("/keys", """{"name":"a","scopes":["promote","read","read"]}"""))
            .Expect(201);

        Assert.Equal(all, ScopesOf(plain));
        Assert.Equal(["read", "promote"], ScopesOf(made));
        var path = $"/keys/{made.Data.GetProperty("hash").GetString()}";
        Assert.Equal(["read", "promote"], ScopesOf((await host.Management.GetAsync(path)).Expect(200)));
        var owner = host.With(made.Json.GetProperty("key").GetString());
        Assert.Equal(["read", "promote"], ScopesOf((await owner.GetAsync("/key")).Expect(200)));
        Assert.Equal(all, ScopesOf((await host.Client.GetAsync("/key")).Expect(200)));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_change_of_scopes_holds_for_the_next_request(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var made = (await host.Management.PostAsync("/keys", """{"name":"a","scopes":["write"]}""")).Expect(201);
        var owner = host.With(made.Json.GetProperty("key").GetString());
        var path = $"/keys/{made.Data.GetProperty("hash").GetString()}";
        (await owner.GetAsync("/presets")).IsError(403, "missing_scope");

        var changed = await host.Management.PatchAsync(path, """{"scopes":["read"]}""");
        (await host.Management.PatchAsync(path, """{"name":"b"}""")).Expect(200);

        Assert.Equal(["read"], ScopesOf(changed.Expect(200)));
        (await owner.GetAsync("/presets")).Expect(200);
        var refused = await owner.CreateAsync(ApiHost.NewSlug());
        refused.IsError(403, "missing_scope");
        Assert.Equal(
            "The key lacks the scope \"write\".",
            refused.Json.GetProperty("error").GetProperty("message").GetString());
        foreach (var scopes in (string[])["[]", "[\"all\"]", "true"])
            (await host.Management.PatchAsync(path, $$"""{"scopes":{{scopes}}}"""))
                .IsError(400, "invalid_field", "scopes");
        Assert.Equal(["read"], ScopesOf((await host.Management.GetAsync(path)).Expect(200)));
    }

    [Theory, Sqlite, Postgres]
    public async Task A_management_key_has_no_scopes(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var path = $"/keys/{KeySecret.Hash(host.ManagementKey)}";

        var read = (await host.Management.GetAsync("/key")).Expect(200);

        Assert.True(read.Data.GetProperty("is_management_key").GetBoolean());
        Assert.Equal(JsonValueKind.Null, read.Data.GetProperty("scopes").ValueKind);
        (await host.Management.PatchAsync(path, """{"scopes":["read"]}""")).IsError(400, "invalid_field", "scopes");
        (await host.Management.PatchAsync(path, """{"scopes":null}""")).Expect(200);
    }

    private static string[] ScopesOf(Answer answer) =>
        [.. answer.Data.GetProperty("scopes").EnumerateArray().Select(scope => scope.GetString()!)];

    [Theory, Sqlite, Postgres]
    public async Task A_repeated_request_makes_no_second_key(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        (string, string) header = ("Idempotency-Key", Guid.NewGuid().ToString());

        var first = (await host.Management.PostAsync("/keys", """{"name":"once"}""", header)).Expect(201);
        var again = await host.Management.PostAsync("/keys", """{"name":"once"}""", header);
        var other = await host.Management.PostAsync("/keys", """{"name":"twice"}""", header);

        again.IsError(409, "key_already_created", "Idempotency-Key");
        Assert.Contains(first.Data.GetProperty("hash").GetString()![..32], again.Text, StringComparison.Ordinal);
        other.IsError(422, "idempotency_key_reused", "Idempotency-Key");
    }

    [Theory]
    [Sqlite("2099-12-31T23:59:59Z", "2099-12-31T23:59:59Z"), Postgres("2099-12-31T23:59:59Z", "2099-12-31T23:59:59Z")]
    [Sqlite("2099-12-31T23:59:59.123456789Z", "2099-12-31T23:59:59.123456Z")]
    [Postgres("2099-12-31T23:59:59.999999999Z", "2099-12-31T23:59:59.999999Z")]
    [Sqlite("2099-12-31T23:59:59.5000000000000000000000Z", "2099-12-31T23:59:59.5Z")]
    [Sqlite("2099-12-31T23:59:59.120+02:00", "2099-12-31T21:59:59.12Z")]
    [Sqlite("2099-12-31T23:59:59.000000001-05:30", "2100-01-01T05:29:59Z")]
    [Sqlite("2099-12-31T23:59:59+0000", "2099-12-31T23:59:59Z"), Sqlite("2099-12-31t23:59:59z", "2099-12-31T23:59:59Z")]
    [Sqlite("2099-12-31T23:59+14:00", "2099-12-31T09:59:00Z")]
    [Sqlite("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999Z")]
    [Postgres("9999-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59.999999Z")]
    public async Task An_expiry_is_read_with_any_digits_and_offset_and_told_in_the_shortest_form(
        Engine engine, string sent, string told)
    {
        var host = await hosts.OnAsync(engine);

        var made = await host.Management.PostAsync("/keys", $$"""{"name":"a","expires_at":"{{sent}}"}""");

        Assert.Equal(told, made.Expect(201).Data.GetProperty("expires_at").GetString());
        var read = await host.Management.GetAsync($"/keys/{made.Data.GetProperty("hash").GetString()}");
        Assert.Equal(told, read.Expect(200).Data.GetProperty("expires_at").GetString());
        Assert.DoesNotMatch(@"\.\d*0Z", read.Text);
    }

    [Theory, Sqlite, Postgres]
    public async Task A_key_that_has_expired_opens_nothing(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var soon = DateTimeOffset.UtcNow.AddSeconds(1.5);
        var made = await host.Management.PostAsync(
            "/keys", $$"""{"name":"brief","expires_at":"{{Timestamp.Format(soon)}}"}""");
        var owner = host.With(made.Expect(201).Json.GetProperty("key").GetString());
        (await owner.GetAsync("/key")).Expect(200);

        while (DateTimeOffset.UtcNow <= soon)
            await Task.Delay(soon - DateTimeOffset.UtcNow + TimeSpan.FromMilliseconds(1));

        (await owner.GetAsync("/key")).IsError(401, "unauthorized");
    }
}
