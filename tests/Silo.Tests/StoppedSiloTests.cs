using Presets.Api.Tests;

namespace Presets.Silo.Tests;

public sealed class StoppedSiloTests
{
    [Theory, Sqlite, Postgres]
    public async Task Requests_that_arrive_while_and_after_the_silo_stops_are_served_direct(Engine engine)
    {
        await using var node = await OneNode.StartAsync(engine);
        string[] slugs = [.. Enumerable.Range(0, 20).Select(_ => ApiHost.NewSlug())];
        foreach (var slug in slugs)
            (await node.Client.CreateAsync(slug)).Expect(200);

        var stopping = node.StopSiloAsync();
        var creates = 1;
        for (var isLast = false; !isLast; creates++)
        {
            // One round at least begins when the silo is gone.
            isLast = stopping.IsCompleted;
            await Task.WhenAll(slugs.Select(async slug => (await node.Client.CreateAsync(slug)).Expect(200)));
        }

        await stopping;
        foreach (var slug in slugs)
        {
            var preset = (await node.Client.GetAsync($"/presets/{slug}")).Expect(200).Data;
            Assert.Equal(creates, preset.GetProperty("designated_version").GetProperty("version").GetInt32());
        }
    }
}
