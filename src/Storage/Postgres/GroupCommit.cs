using Npgsql;

namespace Presets.Storage;

/// <summary>
/// The group commit of Postgres: what waits at the same moment leaves in one <see cref="GroupStatement"/>, whatever
/// preset and kind it is of. A commit is planned on the state its writer knows. When that state is out of date the
/// commit is looked up, planned anew and sent again; a preset that somebody holds is left to the
/// <see cref="WaitingLanes"/>.
/// </summary>
internal sealed class GroupCommit(PostgresDatabase database, FactsQuery facts, WaitingLanes lanes, TimeProvider clock)
{
    // One group commit at a time, and not more rows than this in it: with several, or larger ones, the server's two
    // cores were busier and the slowest answers slower (./bench).
    private const int MostRows = 64;
    private const int MostBytes = 4 << 20;
    private const int MostAttempts = 5;

    private readonly BatchQueue<PendingCommit> queue = new(MostRows, MostBytes, clock);
    private int lastSize;

    /// <summary>Takes a commit, and answers it.</summary>
    public void Add(PendingCommit commit)
    {
        // The statement for many presets removes none.
        if (lanes.IsHeld(commit.Request.Name) || commit.Request.Changes[0] is Purge)
            _ = lanes.CommitAsync(commit);
        else if (commit.Request.Changes.Any(change => change.MayBeStored))
            _ = LookAsync([commit]);
        else
            Enqueue(commit);
    }

    /// <summary>
    /// Does what a commit does, without a plan, so that the next one finds code and connections ready.
    /// </summary>
    public Task RehearseAsync() => RunAsync([]);

    private void Enqueue(PendingCommit commit)
    {
        if (!queue.Add(commit))
            return;
        // Where commits come in company, the requests that are ready to run go first and join this batch; a single
        // client would only wait.
        if (Volatile.Read(ref lastSize) <= 1)
            _ = DrainAsync();
        else
            ThreadPool.UnsafeQueueUserWorkItem(static group => _ = group.DrainAsync(), this, preferLocal: false);
    }

    private async Task DrainAsync()
    {
        var names = new HashSet<PresetName>();
        while (queue.Take(commit => names.Add(commit.Request.Name)) is { } batch)
        {
            Volatile.Write(ref lastSize, batch.Count);
            await CommitAsync(batch).ConfigureAwait(false);
            names.Clear();
        }
    }

    private async Task CommitAsync(List<PendingCommit> batch)
    {
        var now = Timestamp.Now(clock);
        foreach (var commit in batch)
            if (commit.Plan is null)
                commit.MakePlan(
                    commit.Request.Known ?? Preset.New(commit.Request.Name, commit.Request.Changes[0].UserId, now),
                    ChangeFacts.None(commit.Request.Designated),
                    now);
        // A plan without rows is an answer, and needs a state that is known to be right.
        var look = batch.FindAll(commit => commit.Plan is { Writes: false } or { IsComplete: false });
        batch.RemoveAll(commit => commit.Plan is not { Writes: true, IsComplete: true });
        if (look.Count > 0)
            _ = LookAsync(look);

        try
        {
            if (batch.Count > 0)
                Settle(batch, await RunAsync(batch.ConvertAll(commit => commit.Plan!)).ConfigureAwait(false));
        }
        catch (StoreException timeout) when (PostgresFailure.IsLockTimeout(timeout))
        {
            // One of those that may wait has waited too long. The others go on; when none could wait, a table is
            // locked.
            var mayWait = batch.Any(commit => commit.MayWait);
            foreach (var commit in batch)
                if (commit.MayWait || !mayWait)
                    _ = lanes.CommitAsync(commit);
                else
                    queue.Add(commit);
        }
        catch (PostgresException refused) when (PostgresFailure.IsRefusedValue(refused))
        {
            // One of them is at fault; nothing was stored. Each is tried by itself, and only the one at fault is
            // refused.
            foreach (var commit in batch)
                _ = lanes.CommitAsync(commit);
        }
        catch (Exception exception)
        {
            foreach (var commit in batch)
                commit.TrySetException(exception);
        }
    }

    private void Settle(List<PendingCommit> batch, bool[] done)
    {
        List<PendingCommit>? look = null;
        for (var i = 0; i < done.Length; i++)
            if (done[i])
                batch[i].TrySetResult(batch[i].Plan!.Result);
            else if (batch[i].WasLooked)
                _ = lanes.CommitAsync(batch[i]);
            else
                (look ??= []).Add(batch[i]);
        if (look is not null)
            _ = LookAsync(look);
    }

    /// <summary>
    /// Plans commits on what the database says, and answers them or sends them again; does not throw.
    /// </summary>
    private async Task LookAsync(List<PendingCommit> commits)
    {
        var plannedOn = commits.ConvertAll(commit => commit.Plan?.Before);
        try
        {
            await using var connection = await database.GroupSource.OpenConnectionAsync().ConfigureAwait(false);
            await facts.PlanAsync(connection, commits).ConfigureAwait(false);
        }
        catch (PostgresException timeout) when (PostgresFailure.IsLockTimeout(timeout))
        {
            foreach (var commit in commits)
                _ = lanes.CommitAsync(commit);
            return;
        }
        catch (Exception exception)
        {
            var failure = exception is NpgsqlException npgsql && !PostgresFailure.IsDefect(npgsql)
                ? PostgresFailure.BeforeCommit(npgsql)
                : exception;
            foreach (var commit in commits)
                commit.TrySetException(failure);
            return;
        }

        for (var i = 0; i < commits.Count; i++)
        {
            var (commit, plan) = (commits[i], commits[i].Plan!);
            if (commit.Task.IsCompleted)
                continue;
            commit.WasLooked = true;
            if (!plan.IsComplete)
                // The preset changed between the statements that read it.
                _ = lanes.CommitAsync(commit);
            else if (!plan.Writes)
                commit.TrySetResult(plan.Result);
            else if (plannedOn[i] is { IsNew: false } before && before == plan.Before)
                // The state was right, so somebody holds the preset.
                _ = lanes.CommitAsync(commit);
            else
                Enqueue(commit);
        }
    }

    private async Task<bool[]> RunAsync(List<ChangePlan> plans)
    {
        for (var attempt = 1; ; attempt++)
        {
            var sentAt = clock.GetTimestamp();
            var sent = false;
            try
            {
                await using var connection = await database.GroupSource.OpenConnectionAsync().ConfigureAwait(false);
                sent = true;
                var done = await GroupStatement.RunAsync(connection, plans).ConfigureAwait(false);
                if (plans.Count > 0)
                    CommitMetrics.Committed(plans.Sum(plan => plan.Versions.Count), clock.GetElapsedTime(sentAt));
                return done;
            }
            catch (PostgresException conflict) when (PostgresFailure.IsConflict(conflict) && attempt < MostAttempts)
            {
                // Rolled back by the server; the same plans may run again.
            }
            catch (NpgsqlException exception) when (!PostgresFailure.IsDefect(exception))
            {
                throw sent ? PostgresFailure.During(exception) : PostgresFailure.BeforeCommit(exception);
            }
        }
    }
}
