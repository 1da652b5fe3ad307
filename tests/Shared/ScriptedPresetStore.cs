using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Presets.Testing;

/// <summary>
/// A store in memory whose every call waits until the test says what becomes of it; or, when
/// <see cref="AnswersAtOnce"/>, none does. It follows the rules of <see cref="ChangePlan"/>, so an id that is stored
/// already is one change.
/// </summary>
internal sealed class ScriptedPresetStore : IPresetStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<PresetName, PresetHead> heads = [];
    private readonly Dictionary<Guid, PresetVersion> versions = [];
    private readonly HashSet<Guid> changesMade = [];
    private readonly Dictionary<string, UsedKey> keys = [];
    private readonly Channel<CommitCall> commits = Channel.CreateUnbounded<CommitCall>();
    private readonly Channel<ReadCall> reads = Channel.CreateUnbounded<ReadCall>();

    public bool AnswersAtOnce { get; set; }

    /// <summary>The changes that a store would refuse.</summary>
    public ConcurrentDictionary<Guid, bool> RefusedIds { get; } = [];

    public IReadOnlyList<PresetVersion> Versions
    {
        get
        {
            lock (gate)
                return [.. versions.Values.OrderBy(version => version.Version)];
        }
    }

    /// <summary>The next commit that has arrived here.</summary>
    public async Task<CommitCall> NextCommitAsync() =>
        await commits.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>The next read that has arrived here.</summary>
    public async Task<ReadCall> NextReadAsync() =>
        await reads.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>No call has arrived that the test has not taken.</summary>
    public bool IsQuiet => commits.Reader.Count == 0 && reads.Reader.Count == 0;

    public Task<CommitResult> CommitAsync(CommitRequest request)
    {
        var call = new CommitCall(this, request);
        if (AnswersAtOnce)
            _ = Task.Run(call.Store);
        else
            commits.Writer.TryWrite(call);
        return call.Task;
    }

    public async Task<PresetHead?> FindAsync(PresetName name, CancellationToken cancellationToken)
    {
        var head = Find(name);
        await ArriveAsync(new ReadCall("find"));
        return head;
    }

    public async Task<(Guid Id, long Revision)?> FindRevisionAsync(PresetName name, CancellationToken cancellationToken)
    {
        var head = Find(name);
        await ArriveAsync(new ReadCall("revision"));
        return head is null ? null : (head.Preset.Id, head.Preset.Revision);
    }

    public Task<Page<Preset>> ListAsync(
        Guid workspaceId, long offset, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<List<PresetVersion>> ListVersionsAsync(
        Guid presetId, int first, int count, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Page<Preset>> SearchAsync(
        PresetQuery query, long offset, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<List<HistoryRecord>> ListHistoryAsync(
        PresetSnapshot preset, string slug, long offset, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<List<HistoryRecord>> ListHistoryAsync(
        HistoryQuery query, long offset, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<long> PurgeExpiredKeysAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<int> FinishPurgesAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<int> SettleListsAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>Stores as another node would: nobody here is told.</summary>
    public CommitResult Store(PresetName name, params IReadOnlyList<Change> changes)
    {
        lock (gate)
        {
            var state = heads.TryGetValue(name, out var head)
                ? head.Preset
                : Preset.New(name, changes[0].UserId, DateTimeOffset.UnixEpoch);
            var good = changes.Where(change => !RefusedIds.ContainsKey(change.Id)).ToArray();
            var plan = ChangePlan.Make(state, good, FactsOf(state), DateTimeOffset.UnixEpoch);
            foreach (var version in plan.Versions)
                versions.Add(version.Id, version);
            changesMade.UnionWith(plan.History.Select(entry => entry.Id));
            foreach (var (key, presetId, id) in plan.Keys)
                keys.Add(key.Key, new UsedKey(key.Fingerprint, presetId, versions.GetValueOrDefault(id)));
            if (plan.Removes)
                heads.Remove(name);
            else if (plan.Writes)
                heads[name] = new PresetHead(plan.After, versions[plan.After.DesignatedVersionId]);
            var outcomes = new Queue<Outcome>(plan.Outcomes);
            return new CommitResult(
                plan.Result.Preset,
                [.. changes.Select(change => RefusedIds.ContainsKey(change.Id)
                    ? new Outcome.Refused(RefusalCode.InvalidField, "refused")
                    : outcomes.Dequeue())]);
        }
    }

    private ChangeFacts FactsOf(Preset state) =>
        new(versions, changesMade, keys, [.. versions.Values.Where(version => version.PresetId == state.Id)]);

    public PresetHead? Find(PresetName name)
    {
        lock (gate)
            return heads.GetValueOrDefault(name);
    }

    private Task ArriveAsync(ReadCall call)
    {
        if (AnswersAtOnce)
            return Task.Run(() => { });
        reads.Writer.TryWrite(call);
        return call.Task;
    }

    /// <summary>A commit that waits for the test's word.</summary>
    internal sealed class CommitCall(ScriptedPresetStore store, CommitRequest request)
        : TaskCompletionSource<CommitResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public CommitRequest Request => request;

        public IEnumerable<Guid> Ids => request.Changes.Select(change => change.Id);

        /// <summary>Stores the changes and answers.</summary>
        public void Store() => SetResult(store.Store(request.Name, request.Changes));

        /// <summary>Stores nothing and says so.</summary>
        public void Fail() => SetException(new StoreException(StoreFailure.NotStored, "away"));

        /// <summary>Says that the outcome is in doubt; and stores the changes, or does not.</summary>
        public void LoseAnswer(bool stored)
        {
            if (stored)
                store.Store(request.Name, request.Changes);
            SetException(new StoreException(StoreFailure.InDoubt, "broken"));
        }
    }

    /// <summary>A read that waits for the test's word; it sees what was stored when it arrived.</summary>
    internal sealed class ReadCall(string kind)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        /// <summary><c>find</c> or <c>revision</c>.</summary>
        public string Kind => kind;

        public void Answer() => SetResult();

        public void Fail() => SetException(new StoreException(StoreFailure.NotStored, "away"));
    }
}
