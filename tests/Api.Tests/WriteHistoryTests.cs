namespace Presets.Api.Tests;

[Collection(OneNodeTests.Name)]
public sealed class OneNodeWriteHistoryTests(OneNodeHosts hosts) : WriteHistoryTests(hosts);

/// <summary>What the history says of each write.</summary>
public abstract class WriteHistoryTests(ApiHosts hosts)
{
    [Theory, Sqlite, Postgres]
    public async Task Every_write_is_told_with_its_message_and_a_purge_in_the_workspace_alone(Engine engine)
    {
        var host = await hosts.OnAsync(engine);
        var slug = await EditTests.NewPresetAsync(host, versions: 2);
        var told = new List<(string?, string)>();

        foreach (var write in WriteRoute.All)
        {
            var message = write.ToString().Replace('"', '\'');
            (await write.SendAsync(host, slug, headers: ("X-Version-Message", Uri.EscapeDataString(message))))
                .Expect(write.Status);
            var query = write.IsPurge ? $"/history?slug={slug}" : $"/presets/{slug}/history?status=all&limit=1";
            var record = (await host.Client.GetAsync(query)).Expect(200).Data[0];
            Assert.Equal(message, record.GetProperty("message").GetString());
            told.Add((write.Path, string.Join(' ', record.GetProperty("changes").EnumerateArray()
                .Select(change => change.GetProperty("what").GetString()))));
        }

        Assert.Equal(
            [
                ("/chat/completions", "version_created designated"),
                ("/messages", "version_created designated"),
                ("/responses", "version_created designated"),
                ("/versions", "version_created designated"),
                ("", "edited locked designated"),
                ("/labels/live", "label_set label_protected"),
                ("/labels/live", "label_removed"),
                ("", "disabled"),
                ("", "enabled"),
                ("", "archived"),
                ("/restore", "restored"),
                ("?dry_run=false", "archived"),
                ("?purge=true", "purged"),
            ],
            told);
        Assert.Single((await host.Client.GetAsync($"/history?slug={slug}")).Expect(200).Each("revision"));
    }
}
