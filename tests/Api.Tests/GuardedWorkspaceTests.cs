using Microsoft.Extensions.DependencyInjection;

namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class GuardedWorkspaceTests(OneNodeHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task A_key_in_use_knows_at_once_that_its_workspace_was_guarded_or_is_no_longer(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var keys = ((OneNode)host).Services.GetRequiredService<KeyCache>();
        var slug = ApiHost.NewSlug();
        var workspace = await host.Management.PostAsync("/workspaces", $$"""{"slug":"{{slug}}","name":"W"}""");
        var id = workspace.Expect(201).Data.GetProperty("id").GetString();
        var made = await host.Management.PostAsync("/keys", $$"""{"name":"k","workspace_id":"{{id}}"}""");
        var secret = made.Expect(201).Json.GetProperty("key").GetString()!;

        foreach (var guarded in (bool[])[false, true, false])
        {
            var change = $$"""{"guarded":{{(guarded ? "true" : "false")}}}""";
            (await host.Management.PatchAsync($"/workspaces/{slug}", change)).Expect(200);
            (await host.With(secret).GetAsync("/key")).Expect(200);

            Assert.True(keys.TryFind(KeySecret.Hash(secret), out var key));
            Assert.Equal(guarded, key!.InGuardedWorkspace);
        }
    }
}
