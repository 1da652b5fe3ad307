namespace Presets.Tests;

public sealed class PresetWriterFailureTests
{
    [Fact]
    public async Task What_was_not_stored_is_tried_again_after_growing_pauses()
    {
        var bench = new WriterBench();
        var draft = WriterBench.NewDraft();
        var append = bench.AppendAsync(draft);

        var pauses = new List<TimeSpan>();
        for (var i = 0; i < 3; i++)
        {
            var call = await bench.Store.NextAppendAsync();
            Assert.Equal([draft.VersionId], call.Ids);
            call.Fail();
            pauses.Add(await bench.Clock.PassPauseAsync());
        }

        (await bench.Store.NextAppendAsync()).Store();

        Assert.Equal((1, draft.VersionId), WriterBench.Shown((await append).Preset));
        Assert.Equal([50, 100, 200], pauses.Select(pause => pause.TotalMilliseconds));
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task What_was_never_stored_until_the_deadline_is_unavailable()
    {
        var bench = new WriterBench();
        var begun = bench.Clock.GetTimestamp();
        var append = bench.AppendAsync();

        for (var tries = 1; ; tries++)
        {
            (await bench.Store.NextAppendAsync()).Fail();
            if (tries == 6)
                break;
            await bench.Clock.PassPauseAsync();
        }

        // 50 + 100 + 200 + 400 + 800 ms have passed; 1600 ms more would pass the deadline of 3 s.
        Assert.Equal(RefusalCode.Unavailable, (await WriterBench.RefusalOf(append)).Code);
        Assert.Equal(1550, bench.Clock.GetElapsedTime(begun).TotalMilliseconds);
        Assert.Empty(bench.Store.Versions);
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_in_doubt_becomes_one_version(bool stored)
    {
        var bench = new WriterBench();
        var draft = WriterBench.NewDraft();
        var append = bench.AppendAsync(draft);

        (await bench.Store.NextAppendAsync()).Doubt(stored);
        await bench.Clock.PassPauseAsync();
        var second = await bench.Store.NextAppendAsync();
        second.Store();

        var answer = await append;
        Assert.Equal((1, draft.VersionId), WriterBench.Shown(answer.Preset));
        Assert.False(answer.Replayed);
        Assert.True(Assert.Single(second.Drafts).MayBeStored);
        Assert.Single(bench.Store.Versions);
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task What_stays_in_doubt_until_the_deadline_is_unknown()
    {
        var bench = new WriterBench(new PresetWriterOptions { Deadline = TimeSpan.FromMilliseconds(200) });
        var append = bench.AppendAsync();

        (await bench.Store.NextAppendAsync()).Doubt(stored: true);
        await bench.Clock.PassPauseAsync();
        // That this attempt stored nothing says nothing of the one before.
        (await bench.Store.NextAppendAsync()).Fail();
        await bench.Clock.PassPauseAsync();
        (await bench.Store.NextAppendAsync()).Fail();

        Assert.Equal(RefusalCode.OutcomeUnknown, (await WriterBench.RefusalOf(append)).Code);
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task A_draft_that_waited_beyond_the_deadline_is_never_sent()
    {
        var bench = new WriterBench();
        var underWay = bench.AppendAsync();
        var call = await bench.Store.NextAppendAsync();
        var late = bench.AppendAsync();
        bench.Clock.Advance(TimeSpan.FromSeconds(2));
        var draft = WriterBench.NewDraft();
        var inTime = bench.AppendAsync(draft);
        bench.Clock.Advance(TimeSpan.FromSeconds(1.5));

        call.Store();
        var next = await bench.Store.NextAppendAsync();
        next.Store();

        await underWay;
        Assert.Equal(RefusalCode.Unavailable, (await WriterBench.RefusalOf(late)).Code);
        Assert.Equal([draft.VersionId], next.Ids);
        Assert.Equal(2, WriterBench.Number((await inTime).Preset));
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task A_whole_batch_that_fails_is_refused_and_the_next_one_is_stored()
    {
        var bench = new WriterBench(new PresetWriterOptions { Deadline = TimeSpan.Zero });
        var first = bench.AppendAsync();
        var call = await bench.Store.NextAppendAsync();
        var batch = new[] { bench.AppendAsync(), bench.AppendAsync() };
        call.Fail();
        Assert.Equal(RefusalCode.Unavailable, (await WriterBench.RefusalOf(first)).Code);
        call = await bench.Store.NextAppendAsync();
        Assert.Equal(2, call.Drafts.Count);
        var next = bench.AppendAsync();
        call.Fail();
        foreach (var append in batch)
            Assert.Equal(RefusalCode.Unavailable, (await WriterBench.RefusalOf(append)).Code);

        (await bench.Store.NextAppendAsync()).Store();

        Assert.Equal(1, WriterBench.Number((await next).Preset));
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task A_defect_surfaces_and_the_writer_goes_on()
    {
        var bench = new WriterBench();
        await bench.StoreOneAsync();
        var append = bench.AppendAsync();
        var call = await bench.Store.NextAppendAsync();
        var waiting = bench.AppendAsync();

        call.SetException(new FormatException("a defect"));

        var defect = await Assert.ThrowsAsync<InvalidOperationException>(() => append);
        Assert.IsType<FormatException>(defect.InnerException);
        Assert.Null(bench.Writer.Fresh());
        (await bench.Store.NextAppendAsync()).Store();
        Assert.Equal(2, WriterBench.Number((await waiting).Preset));
        Assert.Equal(3, WriterBench.Number((await bench.StoreOneAsync()).Preset));
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task A_head_is_not_trusted_after_a_failure()
    {
        var bench = new WriterBench(shared: false);
        await bench.StoreOneAsync();
        var append = bench.AppendAsync();
        (await bench.Store.NextAppendAsync()).Doubt(stored: true);
        var pause = await bench.Clock.NextPauseAsync();

        // While the append pauses, readers ask the database.
        var get = bench.GetAsync();
        var read = await bench.Store.NextReadAsync();
        read.Answer();

        Assert.Equal("find", read.Kind);
        Assert.Equal(2, WriterBench.Number(await get));
        bench.Clock.Advance(pause);
        (await bench.Store.NextAppendAsync()).Store();
        Assert.Equal(2, WriterBench.Number((await append).Preset));
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task A_head_whose_text_an_append_has_not_seen_is_loaded()
    {
        var bench = new WriterBench(shared: false);
        var draft = WriterBench.NewDraft(key: "key");
        await bench.StoreOneAsync(draft);
        await bench.StoreOneAsync();
        await bench.StoreOneAsync(WriterBench.NewDraft(key: "key"));

        var get = bench.GetAsync();
        (await bench.Store.NextReadAsync()).Answer();

        Assert.Equal(2, WriterBench.Number(await get));
    }
}
