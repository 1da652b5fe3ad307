namespace Presets.Tests;

public sealed class PresetWriterBatchTests
{
    [Fact]
    public async Task A_change_leaves_at_once_when_nothing_is_under_way()
    {
        var bench = new WriterBench();
        var change = WriterBench.NewAppend();

        var append = bench.AppendAsync(change);
        var call = await bench.Store.NextCommitAsync();
        call.Store();

        Assert.Equal([change.Id], call.Ids);
        Assert.Equal((1, change.Id), WriterBench.Shown((await append).Preset));
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task Changes_that_arrive_during_a_write_leave_together_in_their_order()
    {
        var bench = new WriterBench();
        var first = bench.AppendAsync();
        var underWay = await bench.Store.NextCommitAsync();
        var changes = Enumerable.Range(0, 10).Select(_ => WriterBench.NewAppend()).ToArray();

        var appends = changes.Select(change => bench.AppendAsync(change)).ToArray();
        Assert.True(bench.Store.IsQuiet);
        underWay.Store();
        var together = await bench.Store.NextCommitAsync();
        together.Store();

        Assert.Equal(1, WriterBench.Number((await first).Preset));
        Assert.Equal(changes.Select(change => change.Id), together.Ids);
        var answers = await Task.WhenAll(appends);
        Assert.Equal(
            changes.Select((change, i) => (i + 2, change.Id)),
            answers.Select(answer => WriterBench.Shown(answer.Preset)));
        Assert.Equal(Enumerable.Range(2, 10).Select(i => (long)i), answers.Select(answer => answer.Preset!.Revision));
        Assert.All(answers, answer => Assert.False(answer.Replayed));
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task No_more_rows_leave_together_than_allowed()
    {
        var bench = new WriterBench(new PresetWriterOptions { BatchRows = 3 });
        var sizes = await SizesAsync(bench, Enumerable.Repeat(2, 7));

        Assert.Equal([3, 3, 1], sizes);
    }

    [Fact]
    public async Task No_more_bytes_leave_together_than_allowed()
    {
        // A change weighs 256 bytes more than its text.
        var bench = new WriterBench(new PresetWriterOptions { BatchBytes = 2 * (1000 + 256) });
        var sizes = await SizesAsync(bench, [1000, 1000, 1000, 999, 1001, 1000]);

        Assert.Equal([2, 2, 1, 1], sizes.Order().Reverse());
    }

    [Fact]
    public async Task A_change_larger_than_a_batch_leaves_alone()
    {
        var bench = new WriterBench(new PresetWriterOptions { BatchBytes = 1000 });
        var sizes = await SizesAsync(bench, [100, 5000, 100, 100]);

        Assert.Equal([1, 1, 2], sizes);
    }

    [Fact]
    public async Task A_refused_change_is_refused_alone()
    {
        var bench = new WriterBench();
        var first = bench.AppendAsync();
        var underWay = await bench.Store.NextCommitAsync();
        var changes = Enumerable.Range(0, 3).Select(_ => WriterBench.NewAppend()).ToArray();
        bench.Store.RefusedIds[changes[1].Id] = true;
        var appends = changes.Select(change => bench.AppendAsync(change)).ToArray();
        underWay.Store();
        (await bench.Store.NextCommitAsync()).Store();

        Assert.Equal(1, WriterBench.Number((await first).Preset));
        Assert.Equal(2, WriterBench.Number((await appends[0]).Preset));
        Assert.Equal(RefusalCode.InvalidField, (await WriterBench.RefusalOf(appends[1])).Code);
        Assert.Equal(3, WriterBench.Number((await appends[2]).Preset));
        Assert.Equal(3, WriterBench.Number(await bench.GetAsync()));
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task A_replayed_request_gets_the_version_of_then()
    {
        var bench = new WriterBench();
        var change = WriterBench.NewAppend(key: "key");
        await bench.StoreOneAsync(change);
        await bench.StoreOneAsync();

        var again = await bench.StoreOneAsync(WriterBench.NewAppend(key: "key"));

        Assert.True(again.Replayed);
        Assert.Equal((1, change.Id), WriterBench.Shown(again.Preset));
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task A_change_cancelled_while_it_waits_is_removed_and_its_neighbours_are_stored()
    {
        var bench = new WriterBench();
        using var leaving = new CancellationTokenSource();
        var first = bench.AppendAsync();
        var underWay = await bench.Store.NextCommitAsync();
        var (before, gone, after) = (WriterBench.NewAppend(), WriterBench.NewAppend(), WriterBench.NewAppend());
        Task<ChangeAnswer>[] appends =
            [bench.AppendAsync(before), bench.AppendAsync(gone, leaving.Token), bench.AppendAsync(after)];

        await leaving.CancelAsync();
        underWay.Store();
        var next = await bench.Store.NextCommitAsync();
        next.Store();

        await first;
        Assert.Equal([before.Id, after.Id], next.Ids);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => appends[1]);
        Assert.Equal(2, WriterBench.Number((await appends[0]).Preset));
        Assert.Equal(3, WriterBench.Number((await appends[2]).Preset));
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task A_change_cancelled_on_its_way_is_stored_and_answered()
    {
        var bench = new WriterBench();
        using var leaving = new CancellationTokenSource();
        var append = bench.AppendAsync(cancellationToken: leaving.Token);
        var underWay = await bench.Store.NextCommitAsync();

        await leaving.CancelAsync();
        Assert.False(append.IsCompleted);
        underWay.Store();

        Assert.Equal(1, WriterBench.Number((await append).Preset));
        Assert.Single(bench.Store.Versions);
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task A_full_queue_refuses_until_there_is_room_again()
    {
        var change = WriterBench.NewAppend();
        var bench = new WriterBench(budget: 3 * change.Size);
        var underWay = bench.AppendAsync();
        var call = await bench.Store.NextCommitAsync();
        var waiting = new[] { bench.AppendAsync(), bench.AppendAsync() };

        Assert.Equal(RefusalCode.Overloaded, Assert.Throws<Refusal>(() => { _ = bench.AppendAsync(); }).Code);
        Assert.Equal(3 * change.Size, bench.Budget.Waiting);
        call.Store();
        await underWay;
        var further = bench.AppendAsync();
        // What waited, and the further one when it came too late for that batch.
        while (bench.Store.Versions.Count < 4)
            (await bench.Store.NextCommitAsync()).Store();

        await Task.WhenAll(waiting);
        await further;
        Assert.Equal(0, bench.Budget.Waiting);
    }

    [Fact]
    public async Task A_writer_does_not_retire_while_a_change_or_a_read_is_under_way()
    {
        var bench = new WriterBench();
        var append = bench.AppendAsync();
        var call = await bench.Store.NextCommitAsync();
        Assert.False(bench.Writer.TryRetire());
        call.Store();
        await append;
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        var get = bench.GetAsync();
        var read = await bench.Store.NextReadAsync();
        Assert.False(bench.Writer.TryRetire());
        read.Answer();
        await get;

        // The writer rests a moment after its last answer is out.
        Assert.True(SpinWait.SpinUntil(bench.Writer.TryRetire, TimeSpan.FromSeconds(20)));
        Assert.True(bench.Writer.IsRetired);
        Assert.Null(bench.Writer.ChangeAsync(WriterBench.NewAppend(), CancellationToken.None));
        Assert.Equal(0, bench.Budget.Waiting);
        Assert.True(bench.Store.IsQuiet);
    }

    /// <summary>How many changes leave in each write when changes of these sizes have waited.</summary>
    private static async Task<List<int>> SizesAsync(WriterBench bench, IEnumerable<int> bytes)
    {
        var first = bench.AppendAsync();
        var call = await bench.Store.NextCommitAsync();
        var appends = bytes.Select(size => bench.AppendAsync(WriterBench.NewAppend(size))).ToArray();
        var sizes = new List<int>();
        call.Store();
        while (sizes.Sum() < appends.Length)
        {
            call = await bench.Store.NextCommitAsync();
            sizes.Add(call.Request.Changes.Count);
            call.Store();
        }

        await first;
        var numbers = (await Task.WhenAll(appends)).Select(answer => WriterBench.Number(answer.Preset));
        Assert.Equal(Enumerable.Range(2, appends.Length), numbers);
        Assert.Equal(0, bench.Budget.Waiting);
        return sizes;
    }
}
