using System.Text;
using Presets.Testing;

namespace Presets.Storage.Tests;

public sealed class VerbatimTests
{
    private const string SqlText = "'; drop table presets; -- \" \\ % _ ` $1 @id :id ?1 {0} \t\r\n";

    public static TheoryData<Engine, string, string?> Texts()
    {
        string[] configs =
        [
            "{}",
            "{ \"b\" : 1 ,\n\t\"a\":  [ 1.0, 1e400, -0, 0.10, 1E+2 ] }",
            "{\"seed\":" + new string('9', 400) + "}",
            """{"a":"\u00e9\ud83d\ude00é😀\/\"\\\b\f\n\r\t\u0001","\u0061b":{"z":1,"a":2}}""",
            "{\"a\":\"\u007f\u0080\u2028\u2029\ufeff\ufffe\u202e\U0010ffff\"}",
            "{\"a\":\"'; drop table presets; -- $1 @id :id ?1 {0}\"}",
            "{\"a\":\"" + new string('x', 1 << 20) + "\"}",
            "{\"a\":\"" + string.Concat(Enumerable.Repeat("日本語", 100_000)) + "\"}",
        ];
        var data = new TheoryData<Engine, string, string?>();
        foreach (var engine in Enum.GetValues<Engine>())
            foreach (var config in configs)
                data.Add(engine, config, config.Length % 2 == 0 ? null : config);
        foreach (var engine in Enum.GetValues<Engine>())
        {
            data.Add(engine, "{}", "");
            data.Add(engine, "{}", SqlText);
            data.Add(engine, "{}", "line\u2028 é 😀 \u0001 \u001f \u007f \ufffd");
        }

        return data;
    }

    [Theory, Sqlite, Postgres]
    public async Task Config_and_prompt_come_back_byte_for_byte(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        foreach (var row in Texts().Where(row => row[0].Equals(engine)))
        {
            var (config, prompt) = ((string)row[1], (string?)row[2]);
            var name = test.NewName();
            var append = Appends.New(config, prompt);
            var keyed = Appends.New(config, prompt, key: Guid.NewGuid().ToString());

            // Alone, and with an idempotency key, which takes another way through the store.
            await test.CommitOneAsync(name, append);
            await test.CommitOneAsync(name, keyed);

            var versions = (await test.Store.ListVersionsAsync(name, 0, 2, CancellationToken.None))!.Items;
            var designated = (await test.Store.FindAsync(name, CancellationToken.None))!.Designated;
            var replayed = (await test.CommitOneAsync(name, append)).Earlier();
            foreach (var version in versions.Append(designated).Append(replayed))
            {
                Assert.True(version.Config.Span.SequenceEqual(Encoding.UTF8.GetBytes(config)));
                Assert.Equal(prompt is null, version.SystemPrompt is null);
                if (prompt is not null)
                    Assert.True(version.SystemPrompt!.Value.Span.SequenceEqual(Encoding.UTF8.GetBytes(prompt)));
            }
        }
    }

    [Theory, Sqlite, Postgres]
    public async Task Sql_text_is_text_in_every_field(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine);
        // The store takes any text for a slug: it is the API that refuses most of it.
        var name = new PresetName(test.WorkspaceId, SqlText + Guid.NewGuid());
        var append = Appends.New($$"""{"model":"'; drop table presets; --"}""", SqlText, user: SqlText, key: SqlText);

        var first = await test.CommitOneAsync(name, append);
        var replayed = await test.CommitOneAsync(name, append with { Id = Guid.CreateVersion7() });

        Assert.Equal(1, first.Done().Version);
        Assert.True(Assert.IsType<Outcome.Earlier>(replayed).Replayed);
        var head = (await test.Store.FindAsync(name, CancellationToken.None))!;
        Assert.Equal(
            (name.Slug, name.Slug, SqlText),
            (head.Preset.FullName.Slug, head.Preset.Name, head.Preset.CreatorUserId));
        Assert.Equal((SqlText, SqlText), (head.Designated.CreatorId, head.Designated.SystemPrompt!.Value.Text()));
        var page = await test.Store.ListAsync(test.WorkspaceId, 0, 10, CancellationToken.None);
        Assert.Equal(name, Assert.Single(page.Items).FullName);
    }
}
