using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Presets.Testing;

/// <summary>
/// A store in memory whose every call waits until the test says what becomes of it; or, when <see
/// cref="AnswersAtOnce"/>, none does. It follows the rules of <see cref="AppendPlan"/>, so an id that is stored already
/// is one version.
/// </summary>
internal sealed class ScriptedPresetStore : IPresetStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<PresetName, PresetHead> heads = [];
    private readonly Dictionary<Guid, PresetVersion> versions = [];
    private readonly Dictionary<string, (ReadOnlyMemory<byte>, PresetVersion)> earlier = [];
    private readonly Channel<AppendCall> appends = Channel.CreateUnbounded<AppendCall>();
    private readonly Channel<ReadCall> reads = Channel.CreateUnbounded<ReadCall>();

    public bool IsShared { get; init; } = true;

    public bool AnswersAtOnce { get; set; }

    /// <summary>The drafts that a store would refuse.</summary>
    public ConcurrentDictionary<Guid, bool> RefusedIds { get; } = [];

    public IReadOnlyList<PresetVersion> Versions
    {
        get
        {
            lock (gate)
                return [.. versions.Values.OrderBy(version => version.Version)];
        }
    }

    /// <summary>The next append that has arrived here.</summary>
    public async Task<AppendCall> NextAppendAsync() =>
        await appends.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>The next read that has arrived here.</summary>
    public async Task<ReadCall> NextReadAsync() =>
        await reads.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>No call has arrived that the test has not taken.</summary>
    public bool IsQuiet => appends.Reader.Count == 0 && reads.Reader.Count == 0;

    public Task<AppendResult> AppendAsync(PresetName key, IReadOnlyList<Draft> drafts)
    {
        var call = new AppendCall(this, key, drafts);
        if (AnswersAtOnce)
            _ = Task.Run(call.Store);
        else
            appends.Writer.TryWrite(call);
        return call.Task;
    }

    public async Task<PresetHead?> FindAsync(PresetName key, CancellationToken cancellationToken)
    {
        var head = Find(key);
        await ArriveAsync(new ReadCall("find"));
        return head;
    }

    public async Task<(Guid Id, long Revision)?> FindRevisionAsync(PresetName key, CancellationToken cancellationToken)
    {
        var head = Find(key);
        await ArriveAsync(new ReadCall("revision"));
        return head is null ? null : (head.Preset.Id, head.Preset.Revision);
    }

    public Task<Page<Preset>> ListAsync(
        Guid workspaceId, long offset, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Page<PresetVersion>?> ListVersionsAsync(
        PresetName key, long offset, int limit, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<PresetVersion?> FindVersionAsync(PresetName key, int version, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<long> PurgeExpiredKeysAsync(DateTimeOffset now, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>Stores as another node would: nobody here is told.</summary>
    public AppendResult Store(PresetName key, params IReadOnlyList<Draft> drafts)
    {
        lock (gate)
        {
            var preset = heads.TryGetValue(key, out var head)
                ? head.Preset
                : AppendPlan.NewPreset(key, drafts[0], DateTimeOffset.UnixEpoch);
            var good = drafts.Where(draft => !RefusedIds.ContainsKey(draft.VersionId)).ToArray();
            var plan = AppendPlan.Make(preset, good, versions, earlier, DateTimeOffset.UnixEpoch);
            foreach (var (draft, place) in plan.Accepted)
            {
                var version = new PresetVersion(
                    draft.VersionId, preset.Id, place.Version, draft.CreatorId, place.CreatedAt,
                    draft.Config, draft.SystemPrompt);
                versions.Add(draft.VersionId, version);
                if (draft.Idempotency is { } idempotency)
                    earlier.Add(idempotency.Key, (idempotency.Fingerprint, version));
                heads[key] = new PresetHead(plan.After, version);
            }

            var outcomes = new Queue<DraftOutcome>(plan.Result.Outcomes);
            return new AppendResult(
                plan.After,
                [.. drafts.Select(draft => RefusedIds.ContainsKey(draft.VersionId)
                    ? new DraftOutcome.Refused(RefusalCode.InvalidField, "refused")
                    : outcomes.Dequeue())]);
        }
    }

    public PresetHead? Find(PresetName key)
    {
        lock (gate)
            return heads.GetValueOrDefault(key);
    }

    private Task ArriveAsync(ReadCall call)
    {
        if (AnswersAtOnce)
            return Task.Run(() => { });
        reads.Writer.TryWrite(call);
        return call.Task;
    }

    /// <summary>An append that waits for the test's word.</summary>
    internal sealed class AppendCall(ScriptedPresetStore store, PresetName key, IReadOnlyList<Draft> drafts)
        : TaskCompletionSource<AppendResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public IReadOnlyList<Draft> Drafts => drafts;

        public IEnumerable<Guid> Ids => drafts.Select(draft => draft.VersionId);

        /// <summary>Stores the drafts and answers.</summary>
        public void Store() => SetResult(store.Store(key, drafts));

        /// <summary>Stores nothing and says so.</summary>
        public void Fail() => SetException(new StoreException(StoreFailure.NotStored, "away"));

        /// <summary>Says that the outcome is in doubt; and stores the drafts, or does not.</summary>
        public void Doubt(bool stored)
        {
            if (stored)
                store.Store(key, drafts);
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
