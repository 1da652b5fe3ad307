using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Presets.Api.Tests;

public sealed class PresetResolverTests
{
    [Fact]
    public async Task What_is_in_memory_is_found_at_once_and_costs_next_to_nothing()
    {
        const int Rounds = 1000;
        await using var node = await OneNode.StartAsync(
            Engine.Sqlite, settings: ["--Presets:HeadMaxAge", "3600"]);
        for (var seed = 1; seed <= 2; seed++)
            (await node.Client.CreateAsync("a", $"\"model\":\"m\",\"seed\":{seed}")).Expect(200);
        var resolver = node.Services.GetRequiredService<PresetResolver>();
        var workspaceId = node.Services.GetRequiredService<FirstStart>().DefaultWorkspaceId;
        var caller = ApiKey.FromSecret(node.Key, workspaceId, "k", DateTimeOffset.UnixEpoch);
        var context = new DefaultHttpContext();
        foreach (var (pin, version) in (IEnumerable<(string, int)>)[("", 2), (":1", 1)])
        {
            var request = InferenceRequest.Read(
                BodyKind.Messages, Encoding.UTF8.GetBytes($$"""{"model":"@preset/a{{pin}}","messages":[]}"""));
            var first = await resolver.ResolveAsync(context, caller, request);
            Assert.Equal((version, BodyKind.Messages), (first.Version.Version, first.Kind));

            var before = GC.GetAllocatedBytesForCurrentThread();
            var same = true;
            for (var i = 0; i < Rounds; i++)
            {
                var found = resolver.ResolveAsync(context, caller, request);
                same &= found.IsCompletedSuccessfully && await found == first;
            }

            Assert.True(same);
            Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Rounds, 0, 64);
        }
    }
}
