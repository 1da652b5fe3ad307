using Microsoft.Extensions.Time.Testing;
using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>What a search for presets finds, and in which order.</summary>
public sealed class SearchTests
{
    private static readonly PresetStatus[] Usable = [PresetStatus.Active, PresetStatus.Disabled];

    private readonly FakeTimeProvider clock = new(new DateTimeOffset(2026, 4, 20, 12, 0, 0, TimeSpan.Zero));

    [Theory, Sqlite, Postgres]
    public async Task A_part_of_the_slug_or_the_name_is_found_in_either_case_and_taken_literally(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock);
        await AddAsync(test, "Support-Triage");
        await AddAsync(test, "other", "Answers 100% of _triage\\ Ä");
        await AddAsync(test, "third", "1000 of xtriage");

        await AssertAsync(test, Text("TRIAGE"), "third", "other", "Support-Triage");
        await AssertAsync(test, Text("t-t"), "Support-Triage");
        await AssertAsync(test, Text("00%"), "other");
        await AssertAsync(test, Text("_TRIAGE"), "other");
        await AssertAsync(test, Text("triage\\"), "other");
        await AssertAsync(test, Text("Ä"), "other");
        await AssertAsync(test, Text("nothing"));

        PresetQuery Text(string text) => new(test.WorkspaceId, Usable) { Text = text };
    }

    [Theory, Sqlite, Postgres]
    public async Task A_label_is_found_by_its_whole_name(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock);
        foreach (var (slug, label) in
            ((string, string)[])[("a", "prod"), ("b", "prod-eu"), ("c", "p.od"), ("d", "p_od")])
        {
            await AddAsync(test, slug);
            await test.CommitOneAsync(
                new(test.WorkspaceId, slug), new SetLabel(Guid.CreateVersion7(), "user_1", label, 1));
        }

        await AssertAsync(test, With("prod"), "a");
        await AssertAsync(test, With("p_od"), "d");
        await AssertAsync(test, With("eu"));
        await AssertAsync(test, With("label"));
        await AssertAsync(test, With("latest"), "d", "c", "b", "a");

        PresetQuery With(string label) => new(test.WorkspaceId, Usable) { Label = label };
    }

    [Theory, Sqlite, Postgres]
    public async Task The_model_is_that_of_the_designated_version(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock);
        var name = new PresetName(test.WorkspaceId, "a");
        await AddAsync(test, "a");
        await AddAsync(test, "b");
        await test.CommitOneAsync(name, Appends.New("""{"model":"test/two"}"""));
        await AssertAsync(test, Of("test/one"), "b");
        await AssertAsync(test, Of("test/two"), "a");

        clock.Advance(TimeSpan.FromSeconds(1));
        await test.CommitOneAsync(name, new Edit(Guid.CreateVersion7(), "user_1") { DesignatedVersion = 1 });

        await AssertAsync(test, Of("test/one"), "a", "b");
        await AssertAsync(test, Of("test"));

        PresetQuery Of(string model) => new(test.WorkspaceId, Usable) { Model = model };
    }

    [Theory, Sqlite, Postgres]
    public async Task The_model_of_a_row_of_an_earlier_release_is_read_from_its_version_and_then_noted(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock, own: true);
        await AddAsync(test, "a");
        await AddAsync(test, "b", config: """{"seed":1}""");
        Assert.Equal(0, await UnreadAsync());
        await test.ExecuteAsync("update presets set model = null");
        var query = new PresetQuery(test.WorkspaceId, Usable) { Model = "test/one" };
        var before = (await test.Store.FindAsync(new(test.WorkspaceId, "a"), CancellationToken.None))!.Preset;
        await AssertAsync(test, query, "a");
        Assert.Equal(2, await UnreadAsync());

        await test.Store.SettleListsAsync(clock.GetUtcNow(), CancellationToken.None);

        Assert.Equal(0, await UnreadAsync());
        await AssertAsync(test, query, "a");
        Assert.Equal(
            before with { Model = "test/one" },
            (await test.Store.FindAsync(new(test.WorkspaceId, "a"), CancellationToken.None))!.Preset);

        Task<long> UnreadAsync() => test.CountAsync("select count(*) from presets where model is null");
    }

    [Theory, Sqlite, Postgres]
    public async Task Status_creator_and_order_are_asked_for_together_and_pages_tell_the_total(Engine engine)
    {
        await using var test = await TestDatabase.StartAsync(engine, clock);
        foreach (var slug in (string[])["b", "C", "a", "d", "e"])
            await AddAsync(test, slug, user: slug == "e" ? "user_2" : "user_1");
        await SetStatusAsync("a", PresetStatus.Archived);
        await SetStatusAsync("d", PresetStatus.Disabled);
        var all = new PresetQuery(test.WorkspaceId, Enum.GetValues<PresetStatus>());

        await AssertAsync(test, all with { Order = PresetOrder.Slug }, "C", "a", "b", "d", "e");
        await AssertAsync(test, all with { Order = PresetOrder.OldestFirst }, "b", "C", "e", "a", "d");
        await AssertAsync(test, all with { Statuses = [PresetStatus.Archived] }, "a");
        await AssertAsync(test, all with { Statuses = Usable, CreatorUserId = "user_1" }, "d", "C", "b");
        await AssertAsync(test, all with { CreatorUserId = "user_2", Text = "E" }, "e");
        await AssertAsync(test, all with { WorkspaceId = Guid.CreateVersion7() });
        var last = await test.Store.SearchAsync(all, 4, 2, CancellationToken.None);
        Assert.Equal(("b", 5), (Assert.Single(last.Items).FullName.Slug, last.TotalCount));
        var behind = await test.Store.SearchAsync(all, long.MaxValue, 2, CancellationToken.None);
        Assert.Equal((0, 5), (behind.Items.Count, behind.TotalCount));

        async Task SetStatusAsync(string slug, PresetStatus status)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await test.CommitOneAsync(
                new(test.WorkspaceId, slug), new Edit(Guid.CreateVersion7(), "user_1") { Status = status });
        }
    }

    private async Task AddAsync(
        TestDatabase test,
        string slug,
        string? name = null,
        string user = "user_1",
        string config = """{"model":"test/one"}""")
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        List<Change> changes = [Appends.New(config, user: user)];
        if (name is not null)
            changes.Add(new Edit(Guid.CreateVersion7(), user) { Name = name });
        await test.CommitAsync(new(test.WorkspaceId, slug), changes);
    }

    private static async Task AssertAsync(TestDatabase test, PresetQuery query, params string[] slugs)
    {
        var page = await test.Store.SearchAsync(query, 0, 100, CancellationToken.None);

        Assert.Equal(slugs, page.Items.Select(preset => preset.FullName.Slug));
        Assert.Equal(slugs.Length, page.TotalCount);
    }
}
