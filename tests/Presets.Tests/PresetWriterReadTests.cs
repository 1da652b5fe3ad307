namespace Presets.Tests;

public sealed class PresetWriterReadTests
{
    private static readonly TimeSpan MaxAge = new PresetWriterOptions().HeadMaxAge;

    [Fact]
    public async Task Concurrent_readers_share_one_query()
    {
        var bench = new WriterBench();
        bench.Store.Store(bench.Name, WriterBench.NewAppend());

        var gets = Enumerable.Range(0, 50).Select(_ => bench.GetAsync()).ToArray();
        var read = await bench.Store.NextReadAsync();
        Assert.Equal("find", read.Kind);
        read.Answer();

        Assert.All(await Task.WhenAll(gets), answer => Assert.Equal(1, WriterBench.Number(answer)));
        Assert.True(bench.Store.IsQuiet);
    }

    [Fact]
    public async Task A_preset_that_is_missing_is_null_and_is_asked_for_again()
    {
        var bench = new WriterBench();

        for (var i = 0; i < 2; i++)
        {
            var get = bench.GetAsync();
            (await bench.Store.NextReadAsync()).Answer();
            Assert.Null(await get);
        }

        Assert.Null(bench.Writer.Fresh());
    }

    [Fact]
    public async Task A_head_that_was_just_written_answers_from_memory()
    {
        var bench = new WriterBench();
        var change = WriterBench.NewAppend();
        await bench.StoreOneAsync(change);
        bench.Clock.Advance(MaxAge - TimeSpan.FromTicks(1));

        var answer = await bench.GetAsync();

        Assert.Equal((1, change.Id), WriterBench.Shown(answer));
        Assert.Same(answer, bench.Writer.Fresh());
        Assert.True(bench.Store.IsQuiet);
    }

    [Fact]
    public async Task An_old_head_is_renewed_by_its_revision_alone()
    {
        var bench = new WriterBench();
        var written = (await bench.StoreOneAsync()).Preset;
        bench.Clock.Advance(MaxAge);
        Assert.Null(bench.Writer.Fresh());

        var gets = new[] { bench.GetAsync(), bench.GetAsync() };
        var read = await bench.Store.NextReadAsync();
        read.Answer();

        Assert.Equal("revision", read.Kind);
        Assert.All(await Task.WhenAll(gets), answer => Assert.Same(written, answer));
        Assert.Same(written, bench.Writer.Fresh());
        Assert.True(bench.Store.IsQuiet);
    }

    [Fact]
    public async Task A_heads_age_counts_from_the_question_and_not_from_the_answer()
    {
        var bench = new WriterBench();
        bench.Store.Store(bench.Name, WriterBench.NewAppend());
        var get = bench.GetAsync();
        var read = await bench.Store.NextReadAsync();
        bench.Clock.Advance(MaxAge);
        read.Answer();

        Assert.Equal(1, WriterBench.Number(await get));
        Assert.Null(bench.Writer.Fresh());
    }

    [Fact]
    public async Task A_head_that_another_node_has_changed_is_loaded_again()
    {
        var bench = new WriterBench();
        await bench.StoreOneAsync();
        bench.Store.Store(bench.Name, WriterBench.NewAppend());
        Assert.Equal(1, WriterBench.Number(await bench.GetAsync()));
        bench.Clock.Advance(MaxAge);

        var get = bench.GetAsync();
        (await bench.Store.NextReadAsync()).Answer();
        var second = await bench.Store.NextReadAsync();
        second.Answer();

        Assert.Equal("find", second.Kind);
        Assert.Equal(2, WriterBench.Number(await get));
        Assert.Equal(2, WriterBench.Number(bench.Writer.Fresh()));
    }

    [Fact]
    public async Task A_read_that_races_a_write_never_installs_an_older_head()
    {
        var bench = new WriterBench();
        bench.Store.Store(bench.Name, WriterBench.NewAppend());
        var get = bench.GetAsync();
        var read = await bench.Store.NextReadAsync();

        await bench.StoreOneAsync();
        read.Answer();

        Assert.InRange(WriterBench.Number(await get), 1, 2);
        Assert.Equal(2, WriterBench.Number(bench.Writer.Fresh()));
        Assert.Equal(2, WriterBench.Number(await bench.GetAsync()));
    }

    [Fact]
    public async Task A_read_after_a_write_does_not_join_a_query_from_before_it()
    {
        var bench = new WriterBench();
        bench.Store.Store(bench.Name, WriterBench.NewAppend());
        var early = bench.GetAsync();
        var earlyRead = await bench.Store.NextReadAsync();
        var change = WriterBench.NewAppend();
        var append = bench.AppendAsync(change);
        // The answer is lost, so the second attempt finds the version stored, and the head is known to be stale but not
        // what it is.
        (await bench.Store.NextCommitAsync()).LoseAnswer(stored: true);
        await bench.Clock.PassPauseAsync();
        (await bench.Store.NextCommitAsync()).Store();
        Assert.Equal(2, WriterBench.Number((await append).Preset));

        var late = bench.GetAsync();
        earlyRead.Answer();
        (await bench.Store.NextReadAsync()).Answer();

        Assert.Equal(2, WriterBench.Number(await late));
        Assert.InRange(WriterBench.Number(await early), 1, 2);
        Assert.Equal(2, WriterBench.Number(bench.Writer.Fresh()));
    }

    [Fact]
    public async Task An_invalidated_head_is_loaded_again()
    {
        var bench = new WriterBench();
        await bench.StoreOneAsync();
        bench.Store.Store(bench.Name, WriterBench.NewAppend());

        bench.Writer.Invalidate();
        var get = bench.GetAsync();
        (await bench.Store.NextReadAsync()).Answer();

        Assert.Equal(2, WriterBench.Number(await get));
    }

    [Fact]
    public async Task A_reader_that_leaves_does_not_cancel_the_others_query()
    {
        var bench = new WriterBench();
        bench.Store.Store(bench.Name, WriterBench.NewAppend());
        using var leaving = new CancellationTokenSource();
        var leaver = bench.GetAsync(leaving.Token);
        var stayer = bench.GetAsync();
        var read = await bench.Store.NextReadAsync();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaver);
        read.Answer();

        Assert.Equal(1, WriterBench.Number(await stayer));
    }

    [Fact]
    public async Task A_query_that_fails_is_unavailable_and_the_next_read_asks_again()
    {
        var bench = new WriterBench();
        bench.Store.Store(bench.Name, WriterBench.NewAppend());

        var gets = new[] { bench.GetAsync(), bench.GetAsync() };
        (await bench.Store.NextReadAsync()).Fail();
        foreach (var get in gets)
            Assert.Equal(RefusalCode.Unavailable, (await WriterBench.RefusalOf(get)).Code);
        var again = bench.GetAsync();
        (await bench.Store.NextReadAsync()).Answer();

        Assert.Equal(1, WriterBench.Number(await again));
    }
}
