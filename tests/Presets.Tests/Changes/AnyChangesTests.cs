using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Presets.Testing;

namespace Presets.Tests;

/// <summary>What holds for any list of changes of any kind.</summary>
public sealed class AnyChangesTests
{
    private static readonly DateTimeOffset Noon = new(2026, 4, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] LabelNames = ["live", "next", "old"];
    private static readonly string[] Configs = ["{}", """{"model":"a/b"}""", """{"model":"c/d","seed":1}"""];

    private readonly Preset preset = Preset.New(new PresetName(Guid.CreateVersion7(), "preset"), "user_1", Noon);

    /// <summary>How changes are cut into commits changes nothing of what comes of them.</summary>
    [Property(MaxTest = 200)]
    public Property A_list_of_changes_equals_the_same_list_one_by_one() => Prop.ForAll(Lists(), numbers =>
    {
        var changes = ChangesOf(numbers);
        var together = new Table(preset);
        var singly = new Table(preset);

        var outcomes = together.Commit(changes);
        var each = changes.SelectMany(change => singly.Commit([change])).ToArray();

        Assert.Equivalent(each, outcomes, strict: true);
        Assert.Equal(singly.State, together.State);
        Assert.Equal(singly.Versions.Values, together.Versions.Values);
        Assert.Equal(singly.History, together.History);
    });

    [Property(MaxTest = 200)]
    public Property The_history_told_again_gives_the_state() => Prop.ForAll(Lists(), numbers =>
    {
        var table = new Table(preset);
        table.Commit(ChangesOf(numbers));

        var replay = new HistoryReplay();
        foreach (var (revision, effects) in table.Records())
        {
            using var json = JsonDocument.Parse(effects);
            replay.Apply(revision, json.RootElement);
        }

        var state = table.State;
        Assert.Equal(
            (state.Revision, state.LatestVersion, state.DesignatedVersion, state.Status.ToString().ToLowerInvariant()),
            (replay.Revision, replay.LatestVersion, replay.DesignatedVersion, replay.Status));
        Assert.Equal(
            state.Labels.Select(label => (label.Name, label.Version, label.Protected)),
            replay.Labels.Select(label => (label.Key, label.Value.Version, label.Value.Protected)));
        Assert.Equal($"\"{state.Name}\"", replay.Edited.GetValueOrDefault("name") ?? "\"preset\"");
        Assert.Equal(state.Locked, replay.Edited.GetValueOrDefault("locked"));
    });

    /// <summary>A revision is one record, a number one version; nothing is skipped and nothing is done twice.</summary>
    [Property(MaxTest = 200)]
    public Property Each_id_and_each_key_is_one_change() => Prop.ForAll(Lists(), numbers =>
    {
        var table = new Table(preset);
        table.Commit(ChangesOf(numbers));

        var revisions = table.Records().Select(record => record.Revision).ToArray();
        Assert.Equal(Enumerable.Range(1, revisions.Length).Select(i => (long)i), revisions);
        Assert.Equal(table.State.Revision, revisions.Length);
        Assert.Equal(Enumerable.Range(1, table.Versions.Count), table.Versions.Keys);
        Guid[] ids = [.. table.Versions.Values.Select(each => each.Id), .. table.History.Select(each => each.Id)];
        Assert.Distinct(ids);
    });

    /// <summary>A dry run answers what the change then gets, and changes nothing.</summary>
    [Property(MaxTest = 200)]
    public Property A_dry_run_answers_what_would_be(byte last) => Prop.ForAll(Lists(), numbers =>
    {
        var table = new Table(preset);
        table.Commit(ChangesOf(numbers));
        var before = table.State;
        Guid[] ids = [.. Enumerable.Range(0, 16).Select(_ => Guid.CreateVersion7())];
        var change = ChangeOf([last, 1, 2, 3, 4, 5], ids) with { Idempotency = null };

        var tried = table.Commit([change with { IsDryRun = true }]).Single();

        Assert.Equal(before, table.State);
        Assert.Equivalent(table.Commit([change]).Single(), tried, strict: true);
    });

    private static Arbitrary<List<byte[]>> Lists() =>
        Gen.Choose(0, 255).Select(number => (byte)number).ArrayOf(6).ListOf()
            .Select(list => list.ToList()).ToArbitrary();

    private Change[] ChangesOf(List<byte[]> numbers)
    {
        Guid[] ids = [.. Enumerable.Range(0, 16).Select(_ => Guid.CreateVersion7())];
        return [.. numbers.Select(each => ChangeOf(each, ids))];
    }

    private Change ChangeOf(byte[] numbers, Guid[] ids)
    {
        var (kind, id, a) = (numbers[0], ids[numbers[1] % 16], numbers[2]);
        var (b, key, condition) = (numbers[3], numbers[4], numbers[5]);
        var label = LabelNames[a % 3];
        Change change = (kind % 8) switch
        {
            0 or 1 => new Append(id, "user_1", BodyKind.Messages, Bytes(Configs[a % 3]), null),
            2 => new Append(id, "user_1", BodyKind.Messages, Bytes(Configs[a % 3]), null)
            {
                Designate = b % 2 == 0,
                SkipUnchanged = b % 3 == 0,
                Labels = b % 5 == 0 ? ["live", "next"] : [],
            },
            3 => new Edit(id, "user_1") { Status = (PresetStatus)(a % 3), RefusesDisabled = b % 2 == 0 },
            4 => new Edit(id, "user_1") { DesignatedVersion = (a % 5) + 1, Name = b % 3 == 0 ? "name" : null },
            5 => new Edit(id, "user_1")
            {
                Description = b % 2 == 0 ? "" : "text",
                Locked = a % 2 == 0 ? ["model"] : [],
            },
            6 => new SetLabel(id, "user_1", label, (b % 5) + 1, a % 4 == 0 ? true : a % 4 == 1 ? false : null),
            _ => new RemoveLabel(id, "user_1", label),
        };
        return change with
        {
            MayPromote = key % 2 == 0,
            Guarded = key % 5 == 0,
            Idempotency = key % 3 == 0 ? new Idempotency($"key-{key % 4}", new[] { (byte)(kind % 8) }) : null,
            Precondition = (condition % 8) switch
            {
                0 => new(AnyOf: [new(preset.Id, a % 6), new(preset.Id, b % 6)]),
                1 => new(Exists: true),
                2 => new(Absent: true),
                3 => new() { NoneOf = [new(preset.Id, a % 6)] },
                _ => null,
            },
        };
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);

    /// <summary>The rows of one preset: what a store does with plans, in memory.</summary>
    private sealed class Table(Preset state)
    {
        private readonly Dictionary<string, UsedKey> keys = [];

        public Preset State { get; private set; } = state;

        public SortedDictionary<int, PresetVersion> Versions { get; } = [];

        public List<HistoryEntry> History { get; } = [];

        public IReadOnlyList<Outcome> Commit(Change[] changes)
        {
            var facts = new ChangeFacts(
                Versions.Values.ToDictionary(version => version.Id),
                History.Select(entry => entry.Id).ToHashSet(),
                new Dictionary<string, UsedKey>(keys),
                [.. Versions.Values]);
            var plan = ChangePlan.Make(State, changes, facts, Noon);
            Assert.True(plan.IsComplete);
            State = plan.After;
            foreach (var version in plan.Versions)
                Versions.Add(version.Version, version);
            History.AddRange(plan.History);
            foreach (var (key, presetId, id) in plan.Keys)
                keys[key.Key] = new UsedKey(
                    key.Fingerprint, presetId, Versions.Values.FirstOrDefault(version => version.Id == id));
            return plan.Outcomes;
        }

        /// <summary>The records of the versions and of the other changes, oldest first.</summary>
        public IEnumerable<(long Revision, string Effects)> Records() =>
            Versions.Values.Select(version => (version.Revision, version.Effects ?? Effect.OfVersion(version.Version)))
                .Concat(History.Select(entry => (entry.Revision, entry.Effects)))
                .OrderBy(record => record.Item1);
    }
}
