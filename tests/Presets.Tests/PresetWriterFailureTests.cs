namespace Presets.Tests;

public sealed class PresetWriterFailureTests
{
    [Fact]
    public async Task A_commit_that_failed_is_tried_again_after_growing_pauses()
    {
        var bench = new WriterBench();
        var change = WriterBench.NewAppend();
        var append = bench.AppendAsync(change);

        var pauses = new List<TimeSpan>();
        for (var i = 0; i < 3; i++)
        {
            var call = await bench.Store.NextCommitAsync();
            Assert.Equal([change.Id], call.Ids);
            call.Fail();
            pauses.Add(await bench.Clock.PassPauseAsync());
        }

        (await bench.Store.NextCommitAsync()).Store();

        Assert.Equal((1, change.Id), WriterBench.Shown((await append).Preset));
        Assert.Equal([50, 100, 200], pauses.Select(pause => pause.TotalMilliseconds));
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task A_change_that_is_not_stored_by_the_deadline_is_unavailable()
    {
        var bench = new WriterBench();
        var begun = bench.Clock.GetTimestamp();
        var append = bench.AppendAsync();

        for (var tries = 1; ; tries++)
        {
            (await bench.Store.NextCommitAsync()).Fail();
            if (tries == 6)
                break;
            await bench.Clock.PassPauseAsync();
        }

        // 50 + 100 + 200 + 400 + 800 ms have passed; 1600 ms more would pass the two seconds of TimeBudget.Turn.
        Assert.Equal(RefusalCode.Unavailable, (await WriterBench.RefusalOf(append)).Code);
        Assert.Equal(1550, bench.Clock.GetElapsedTime(begun).TotalMilliseconds);
        Assert.Empty(bench.Store.Versions);
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_in_doubt_becomes_one_version(bool stored)
    {
        var bench = new WriterBench();
        var change = WriterBench.NewAppend();
        var append = bench.AppendAsync(change);

        (await bench.Store.NextCommitAsync()).LoseAnswer(stored);
        await bench.Clock.PassPauseAsync();
        var second = await bench.Store.NextCommitAsync();
        second.Store();

        var answer = await append;
        Assert.Equal((1, change.Id), WriterBench.Shown(answer.Preset));
        Assert.False(answer.Replayed);
        Assert.True(Assert.Single(second.Request.Changes).MayBeStored);
        Assert.Single(bench.Store.Versions);
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task A_change_in_doubt_at_the_deadline_has_an_unknown_outcome()
    {
        var bench = new WriterBench(new PresetWriterOptions { Pause = TimeBudget.Turn / 4 });
        var append = bench.AppendAsync();

        (await bench.Store.NextCommitAsync()).LoseAnswer(stored: true);
        await bench.Clock.PassPauseAsync();
        // This attempt stored nothing, but the first one may have.
        (await bench.Store.NextCommitAsync()).Fail();
        await bench.Clock.PassPauseAsync();
        (await bench.Store.NextCommitAsync()).Fail();

        Assert.Equal(RefusalCode.OutcomeUnknown, (await WriterBench.RefusalOf(append)).Code);
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task A_change_that_waited_beyond_the_deadline_is_never_sent()
    {
        var bench = new WriterBench();
        var underWay = bench.AppendAsync();
        var call = await bench.Store.NextCommitAsync();
        var late = bench.AppendAsync();
        bench.Clock.Advance(TimeSpan.FromSeconds(2));
        var change = WriterBench.NewAppend();
        var inTime = bench.AppendAsync(change);
        bench.Clock.Advance(TimeSpan.FromSeconds(1.5));

        call.Store();
        var next = await bench.Store.NextCommitAsync();
        next.Store();

        await underWay;
        Assert.Equal(RefusalCode.Unavailable, (await WriterBench.RefusalOf(late)).Code);
        Assert.Equal([change.Id], next.Ids);
        Assert.Equal(2, WriterBench.Number((await inTime).Preset));
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task A_whole_batch_that_fails_is_refused_and_the_next_one_is_stored()
    {
        var bench = new WriterBench(new PresetWriterOptions { Pause = 2 * TimeBudget.Turn });
        var first = bench.AppendAsync();
        var call = await bench.Store.NextCommitAsync();
        var batch = new[] { bench.AppendAsync(), bench.AppendAsync() };
        call.Fail();
        Assert.Equal(RefusalCode.Unavailable, (await WriterBench.RefusalOf(first)).Code);
        call = await bench.Store.NextCommitAsync();
        Assert.Equal(2, call.Request.Changes.Count);
        var next = bench.AppendAsync();
        call.Fail();
        foreach (var append in batch)
            Assert.Equal(RefusalCode.Unavailable, (await WriterBench.RefusalOf(append)).Code);

        (await bench.Store.NextCommitAsync()).Store();

        Assert.Equal(1, WriterBench.Number((await next).Preset));
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task A_defect_surfaces_and_the_writer_goes_on()
    {
        var bench = new WriterBench();
        await bench.StoreOneAsync();
        var append = bench.AppendAsync();
        var call = await bench.Store.NextCommitAsync();
        var waiting = bench.AppendAsync();

        call.SetException(new FormatException("a defect"));

        var defect = await Assert.ThrowsAsync<InvalidOperationException>(() => append);
        Assert.IsType<FormatException>(defect.InnerException);
        Assert.Null(bench.Writer.Fresh());
        (await bench.Store.NextCommitAsync()).Store();
        Assert.Equal(2, WriterBench.Number((await waiting).Preset));
        Assert.Equal(3, WriterBench.Number((await bench.StoreOneAsync()).Preset));
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task A_head_is_not_trusted_after_a_failure()
    {
        var bench = new WriterBench();
        await bench.StoreOneAsync();
        var append = bench.AppendAsync();
        (await bench.Store.NextCommitAsync()).LoseAnswer(stored: true);
        var pause = await bench.Clock.NextPauseAsync();

        // While the writer pauses, readers ask the database.
        var get = bench.GetAsync();
        var read = await bench.Store.NextReadAsync();
        read.Answer();

        Assert.Equal("find", read.Kind);
        Assert.Equal(2, WriterBench.Number(await get));
        bench.Clock.Advance(pause);
        (await bench.Store.NextCommitAsync()).Store();
        Assert.Equal(2, WriterBench.Number((await append).Preset));
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task A_replay_leaves_the_newest_head_in_memory()
    {
        var bench = new WriterBench();
        await bench.StoreOneAsync(WriterBench.NewAppend(key: "key"));
        await bench.StoreOneAsync();
        await bench.StoreOneAsync(WriterBench.NewAppend(key: "key"));

        Assert.Equal(2, WriterBench.Number(bench.Writer.Fresh()));
        Assert.True(bench.Store.IsQuiet);
    }

    [Fact]
    public async Task A_change_that_may_be_stored_is_never_reported_as_not_stored()
    {
        var bench = new WriterBench(new PresetWriterOptions { Pause = 2 * TimeBudget.Turn }, budget: 1);
        var append = bench.AppendAsync(WriterBench.NewAppend() with { MayBeStored = true });
        var call = await bench.Store.NextCommitAsync();

        var overloaded = Assert.Throws<Refusal>(
            () => { _ = bench.AppendAsync(WriterBench.NewAppend() with { MayBeStored = true }); });
        call.Fail();

        Assert.Equal(RefusalCode.OutcomeUnknown, overloaded.Code);
        Assert.Equal(RefusalCode.OutcomeUnknown, (await WriterBench.RefusalOf(append)).Code);
    }

    [Fact]
    public async Task A_commit_is_planned_on_the_state_in_memory()
    {
        var bench = new WriterBench();
        var first = bench.AppendAsync();
        var call = await bench.Store.NextCommitAsync();
        Assert.Null(call.Request.Known);
        call.Store();
        await first;

        var second = bench.AppendAsync();
        call = await bench.Store.NextCommitAsync();
        call.Store();
        await second;

        Assert.Equal((1, 1L), (call.Request.Known!.LatestVersion, call.Request.Known.Revision));
    }
}
