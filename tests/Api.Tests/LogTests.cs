using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Presets.Api.Tests;

public sealed class LogTests
{
    [Theory, Sqlite, Postgres]
    public async Task No_key_and_no_prompt_is_ever_logged(Engine engine)
    {
        const string Prompt = "Xyzzy is the password.";
        await using var node = await OneNode.StartAsync(engine, configure: builder =>
            builder.Services.PostConfigure<LoggerFilterOptions>(filter =>
            {
                filter.MinLevel = LogLevel.Trace;
                filter.Rules.Clear();
            }));

        var made = (await node.Management.PostAsync("/keys", """{"name":"k"}""")).Expect(201);
        var secret = made.Json.GetProperty("key").GetString()!;
        const string Chat = "/presets/a/chat/completions";
        var messages = $$"""[{"role":"system","content":"{{Prompt}}"}]""";
        (await node.With(secret).PostAsync(Chat, $$"""{"messages":{{messages}}}""")).Expect(200);
        (await node.Client.PostAsync(Chat, $$"""{"messages":{{messages}},"temperature":9}""")).Expect(400);
        (await node.Client.PostAsync("/presets/a/messages", $$"""{"system":"{{Prompt}}" """)).Expect(400);
        (await node.Management.PostAsync("/keys", $$"""{"name":"{{Prompt}}" """)).Expect(400);
        (await node.With(secret[..^1]).GetAsync("/presets/a")).Expect(401);
        (await node.With(ApiHost.NewKey()).GetAsync("/presets/a")).Expect(401);

        var log = string.Join('\n', node.Logs.Lines.Select(line => line.Text));
        Assert.NotEmpty(log);
        Assert.All(
            [secret, secret[..^1], node.Key, node.ManagementKey],
            key => Assert.DoesNotContain(key[13..], log, StringComparison.Ordinal));
        Assert.DoesNotContain("Xyzzy", log, StringComparison.Ordinal);
    }
}
