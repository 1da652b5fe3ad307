using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Presets.Testing;

/// <summary>
/// A store in memory. Every call waits until the test decides how it ends, unless <see cref="AnswersAtOnce"/>. It
/// follows the rules of <see cref="ChangePlan"/>, so a change with a stored id is not made again.
/// </summary>
internal sealed class ScriptedPresetStore : IPresetStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<PresetName, PresetHead> heads = [];
    private readonly Dictionary<Guid, PresetVersion> versions = [];
    private readonly Dictionary<string, UsedKey> keys = [];
    private readonly Channel<CommitCall> commits = Channel.CreateUnbounded<CommitCall>();
    private readonly Channel<ReadCall> reads = Channel.CreateUnbounded<ReadCall>();

    public bool IsShared { get; init; } = true;

    public bool AnswersAtOnce { get; set; }

    /// <summary>The ids of the changes that this store refuses.</summary>
    public ConcurrentDictionary<Guid, bool> RefusedIds { get; } = [];

    public IReadOnlyList<PresetVersion> Versions
    {
        get
        {
            lock (gate)
                return [.. versions.Values.OrderBy(version => version.Version)];
        }
    }

    /// <summary>Takes the next commit, waiting for it if need be.</summary>
    public async Task<CommitCall> NextCommitAsync() =>
        await commits.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>Takes the next read, waiting for it if need be.</summary>
    public async Task<ReadCall> NextReadAsync() =>
        await reads.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>Whether the test has taken every call that has arrived.</summary>
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

    public Task<Page<PresetVersion>?> ListVersionsAsync(
        PresetName name, long offset, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<PresetVersion?> FindVersionAsync(PresetName name, int version, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<long> PurgeExpiredKeysAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>Stores changes as another node would, without a call.</summary>
    public CommitResult Store(PresetName name, params IReadOnlyList<Change> changes)
    {
        lock (gate)
        {
            var state = heads.TryGetValue(name, out var head)
                ? head.Preset
                : Preset.New(name, changes[0].UserId, DateTimeOffset.UnixEpoch);
            var good = changes.Where(change => !RefusedIds.ContainsKey(change.Id)).ToArray();
            var plan = ChangePlan.Make(state, good, new ChangeFacts(versions, keys), DateTimeOffset.UnixEpoch);
            foreach (var version in plan.Versions)
            {
                versions.Add(version.Id, version);
                heads[name] = new PresetHead(plan.After, version);
            }

            foreach (var (key, version) in plan.Keys)
                keys.Add(key.Key, new UsedKey(key.Fingerprint, version));
            var outcomes = new Queue<Outcome>(plan.Outcomes);
            return new CommitResult(
                plan.Result.Preset,
                [.. changes.Select(change => RefusedIds.ContainsKey(change.Id)
                    ? new Outcome.Refused(RefusalCode.InvalidField, "refused")
                    : outcomes.Dequeue())]);
        }
    }

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

    /// <summary>A commit whose end the test decides.</summary>
    internal sealed class CommitCall(ScriptedPresetStore store, CommitRequest request)
        : TaskCompletionSource<CommitResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public CommitRequest Request => request;

        public IEnumerable<Guid> Ids => request.Changes.Select(change => change.Id);

        /// <summary>Stores the changes and answers.</summary>
        public void Store() => SetResult(store.Store(request.Name, request.Changes));

        /// <summary>Stores nothing and says so.</summary>
        public void Fail() => SetException(new StoreException(StoreFailure.NotStored, "away"));

        /// <summary>Stores the changes or not, and says that the outcome is in doubt.</summary>
        public void LoseAnswer(bool stored)
        {
            if (stored)
                store.Store(request.Name, request.Changes);
            SetException(new StoreException(StoreFailure.InDoubt, "broken"));
        }
    }

    /// <summary>A read whose end the test decides; it sees what was stored when it arrived.</summary>
    internal sealed class ReadCall(string kind)
        : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        /// <summary><c>find</c> or <c>revision</c>.</summary>
        public string Kind => kind;

        public void Answer() => SetResult();

        public void Fail() => SetException(new StoreException(StoreFailure.NotStored, "away"));
    }
}
