using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Presets.Tests;

public sealed class ChangePlanTests
{
    private static readonly DateTimeOffset Noon = new(2026, 4, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly Preset preset = Preset.New(new PresetName(Guid.CreateVersion7(), "preset"), "user_1", Noon);

    [Fact]
    public void A_new_preset_is_named_after_its_slug()
    {
        var name = new PresetName(Guid.CreateVersion7(), "my-preset");

        var preset = Preset.New(name, "user_1", Noon);

        Assert.Equal(
            new Preset(
                preset.Id, name, "my-preset", null, PresetStatus.Active, "user_1", Noon, Noon,
                null, 0, 0, Guid.Empty, 0),
            preset);
        Assert.True(preset.IsNew);
    }

    [Fact]
    public void Versions_are_numbered_on_in_the_order_of_their_changes_and_the_last_is_designated()
    {
        Append[] changes = [NewAppend(), NewAppend(), NewAppend()];
        var before = preset with { LatestVersion = 7, DesignatedVersion = 3, Revision = 20 };
        var now = Noon.AddHours(1);

        var plan = ChangePlan.Make(before, changes, ChangeFacts.None(), now);

        Assert.Equal(
            [(8, 21L), (9, 22L), (10, 23L)], plan.Versions.Select(version => (version.Version, version.Revision)));
        Assert.Equal(changes.Select(change => change.Id), plan.Versions.Select(version => version.Id));
        Assert.All(plan.Versions, version => Assert.Equal(now, version.CreatedAt));
        Assert.Equal(
            before with
            {
                LatestVersion = 10,
                DesignatedVersion = 10,
                DesignatedVersionId = changes[2].Id,
                Revision = 23,
                UpdatedAt = now,
            },
            plan.After);
        Assert.Equal(before, plan.Before);
    }

    [Fact]
    public void Each_outcome_carries_the_state_that_its_change_made()
    {
        Append[] changes = [NewAppend(), NewAppend()];

        var plan = ChangePlan.Make(preset, changes, ChangeFacts.None(), Noon.AddHours(1));

        var heads = plan.Outcomes.Select(outcome => Assert.IsType<Outcome.Done>(outcome).After!).ToArray();
        Assert.Equal([1, 2], heads.Select(head => head.Preset.LatestVersion));
        Assert.Equal([1L, 2L], heads.Select(head => head.Preset.Revision));
        Assert.Equal(changes.Select(change => change.Id), heads.Select(head => head.Preset.DesignatedVersionId));
        Assert.Equal(plan.Versions, heads.Select(head => head.Designated));
        Assert.Equal(plan.After, heads[1].Preset);
    }

    [Fact]
    public void A_version_has_what_its_change_brought()
    {
        var change = new Append(
            Guid.CreateVersion7(), "user_7", BodyKind.Messages, "{\"a\":1}"u8.ToArray(), "prompt"u8.ToArray());

        var version = Assert.Single(ChangePlan.Make(preset, [change], ChangeFacts.None(), Noon).Versions);

        Assert.Equal(
            new PresetVersion(
                change.Id, preset.Id, 1, 1, "user_7", Noon, BodyKind.Messages, change.Config, change.SystemPrompt),
            version);
    }

    [Fact]
    public void Time_never_goes_back()
    {
        var plan = ChangePlan.Make(preset, [NewAppend()], ChangeFacts.None(), Noon.AddHours(-1));

        Assert.Equal(Noon, plan.After.UpdatedAt);
        Assert.Equal(Noon, plan.Versions[0].CreatedAt);
    }

    [Fact]
    public void A_stored_id_wins_over_every_rule()
    {
        var change = NewAppend(key: "key", fingerprint: 1);
        var (byId, byKey) = (VersionOf(change, 4), VersionOf(NewAppend(), 5));
        var facts = Facts(
            new Dictionary<Guid, PresetVersion> { [change.Id] = byId },
            new Dictionary<string, UsedKey> { ["key"] = new(new byte[] { 2 }, preset.Id, byKey) });

        var plan = ChangePlan.Make(preset with { Status = PresetStatus.Archived }, [change], facts, Noon);

        var earlier = Assert.IsType<Outcome.Earlier>(Assert.Single(plan.Outcomes));
        Assert.Equal((byId, false), (earlier.Then!.Designated, earlier.Replayed));
        Assert.False(plan.Writes);
    }

    [Fact]
    public void An_earlier_change_is_answered_with_the_state_of_then()
    {
        var earlier = VersionOf(NewAppend(), 5);
        var now = preset with { LatestVersion = 9, DesignatedVersion = 9, Revision = 12, UpdatedAt = Noon.AddHours(2) };
        var facts = Facts(
            new Dictionary<Guid, PresetVersion>(),
            new Dictionary<string, UsedKey> { ["key"] = new(new byte[] { 1 }, preset.Id, earlier) });

        var plan = ChangePlan.Make(now, [NewAppend(key: "key", fingerprint: 1)], facts, Noon.AddHours(3));

        var then = Assert.IsType<Outcome.Earlier>(Assert.Single(plan.Outcomes)).Then!.Preset;
        Assert.Equal((5, 5, earlier.Id), (then.LatestVersion, then.DesignatedVersion, then.DesignatedVersionId));
        Assert.Equal((earlier.Revision, earlier.CreatedAt), (then.Revision, then.UpdatedAt));
        Assert.Equal(now, plan.After);
    }

    [Theory]
    [InlineData(PresetStatus.Active)]
    [InlineData(PresetStatus.Disabled)]
    [InlineData(PresetStatus.Archived)]
    public void A_used_key_wins_over_the_status(PresetStatus status)
    {
        var facts = Facts(
            new Dictionary<Guid, PresetVersion>(),
            new Dictionary<string, UsedKey> { ["key"] = new(new byte[] { 1 }, preset.Id, VersionOf(NewAppend(), 5)) });

        var plan = ChangePlan.Make(
            preset with { Status = status, LatestVersion = 5, DesignatedVersion = 5, Revision = 5 },
            [NewAppend(key: "key", fingerprint: 1), NewAppend(key: "key", fingerprint: 2)],
            facts,
            Noon);

        Assert.True(Assert.IsType<Outcome.Earlier>(plan.Outcomes[0]).Replayed);
        Assert.Equal(RefusalCode.IdempotencyKeyReused, Assert.IsType<Outcome.Refused>(plan.Outcomes[1]).Code);
    }

    [Theory]
    [InlineData(1, RefusalCode.PresetPurged)]
    [InlineData(2, RefusalCode.IdempotencyKeyReused)]
    public void A_key_whose_version_is_gone_makes_nothing_anew(byte fingerprint, RefusalCode code)
    {
        var facts = Facts(
            new Dictionary<Guid, PresetVersion>(),
            new Dictionary<string, UsedKey> { ["key"] = new(new byte[] { 1 }, Guid.CreateVersion7(), null) });

        var plan = ChangePlan.Make(preset, [NewAppend(key: "key", fingerprint: fingerprint)], facts, Noon);

        Assert.Equal(code, Assert.IsType<Outcome.Refused>(plan.Outcomes[0]).Code);
        Assert.False(plan.Writes);
    }

    [Theory]
    [InlineData(PresetStatus.Active, true)]
    [InlineData(PresetStatus.Disabled, true)]
    [InlineData(PresetStatus.Archived, false)]
    public void Only_an_archived_preset_refuses(PresetStatus status, bool accepts)
    {
        var plan = ChangePlan.Make(preset with { Status = status }, [NewAppend()], ChangeFacts.None(), Noon);

        Assert.Equal(accepts, plan.Outcomes[0] is Outcome.Done);
        Assert.Equal(!accepts, plan.Outcomes[0] is Outcome.Refused { Code: RefusalCode.PresetArchived });
        Assert.Equal(status, plan.After.Status);
    }

    [Fact]
    public void The_first_create_is_the_presets_creator_whoever_was_refused_before()
    {
        Change[] changes =
        [
            new Edit(Guid.CreateVersion7(), "user_1") { Name = "name" },
            NewAppend() with { UserId = "user_2" },
        ];

        var plan = ChangePlan.Make(preset, changes, ChangeFacts.None(), Noon);

        Assert.Equal(RefusalCode.NotFound, Assert.IsType<Outcome.Refused>(plan.Outcomes[0]).Code);
        Assert.Equal("user_2", plan.After.CreatorUserId);
    }

    [Fact]
    public void A_skipped_create_that_is_repeated_in_the_same_commit_finds_the_version_again()
    {
        var first = ChangePlan.Make(preset, [NewAppend()], ChangeFacts.None(), Noon);
        Append[] skips =
        [
            NewAppend("key") with { SkipUnchanged = true },
            NewAppend("key") with { SkipUnchanged = true },
        ];

        var plan = ChangePlan.Make(first.After, skips, ChangeFacts.None(first.Versions[0]), Noon);

        Assert.True(Assert.IsType<Outcome.Done>(plan.Outcomes[0]).Skipped);
        Assert.Equal(1, Assert.IsType<Outcome.Earlier>(plan.Outcomes[1]).Version);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(3, true)]
    public void A_version_of_a_preset_that_was_purged_is_no_version_of_its_successor(long revision, bool isComplete)
    {
        var change = NewAppend();
        var facts = Facts(
            new Dictionary<Guid, PresetVersion>
            {
                [change.Id] = VersionOf(change, 1) with { PresetId = Guid.CreateVersion7() },
            },
            new Dictionary<string, UsedKey>());

        var plan = ChangePlan.Make(preset with { Revision = revision }, [change], facts, Noon);

        Assert.Equal(RefusalCode.PresetPurged, Assert.IsType<Outcome.Refused>(plan.Outcomes[0]).Code);
        Assert.Equal(isComplete, plan.IsComplete);
        Assert.False(plan.Writes);
    }

    /// <summary>For any mixture of new, repeated, keyed and stored changes.</summary>
    [Property(MaxTest = 500)]
    public Property Numbers_have_no_gap_and_each_id_and_key_has_one_version() =>
        Prop.ForAll(Samples(), sample =>
        {
            var (changes, facts) = Arrange(sample);

            var plan = ChangePlan.Make(preset with { LatestVersion = 1, Revision = 1 }, changes, facts, Noon);

            Assert.Equal(changes.Length, plan.Outcomes.Count);
            Assert.DoesNotContain(null, plan.Outcomes);
            Assert.Equal(Enumerable.Range(2, plan.Versions.Count), plan.Versions.Select(version => version.Version));
            Assert.Equal(1 + plan.Versions.Count, plan.After.LatestVersion);
            Assert.Equal(1 + plan.Versions.Count, plan.After.Revision);
            Assert.Equal(plan.Versions, plan.Outcomes.OfType<Outcome.Done>().Select(done => done.After!.Designated));
            Assert.DoesNotContain(plan.Versions, version => facts.StoredVersions.ContainsKey(version.Id));
            Assert.Equal(plan.Versions.Count, plan.Versions.Select(version => version.Id).Distinct().Count());
            Assert.DoesNotContain(plan.Keys, key => facts.UsedKeys.ContainsKey(key.Key.Key));
            Assert.Equal(plan.Keys.Count, plan.Keys.Select(key => key.Key.Key).Distinct().Count());
            for (var i = 0; i < changes.Length; i++)
                if (plan.Outcomes[i] is Outcome.Earlier { Replayed: false } earlier)
                    Assert.Equal(changes[i].Id, earlier.Then!.Designated.Id);
        });

    /// <summary>How changes are cut into commits changes nothing of what comes of them.</summary>
    [Property(MaxTest = 300)]
    public Property A_list_of_changes_equals_the_same_list_one_by_one() =>
        Prop.ForAll(Samples(), sample =>
        {
            var (changes, facts) = Arrange(sample);
            var stored = new Dictionary<Guid, PresetVersion>(facts.StoredVersions);
            var used = new Dictionary<string, UsedKey>(facts.UsedKeys);
            var state = preset with { LatestVersion = 1, Revision = 1 };

            var together = ChangePlan.Make(state, changes, facts, Noon);
            var singly = new List<Outcome>();
            foreach (var change in changes)
            {
                var plan = ChangePlan.Make(state, [change], Facts(stored, used), Noon);
                singly.Add(plan.Outcomes[0]);
                state = plan.After;
                foreach (var version in plan.Versions)
                    stored[version.Id] = version;
                foreach (var (key, presetId, id) in plan.Keys)
                    used[key.Key] = new UsedKey(key.Fingerprint, presetId, stored[id]);
            }

            Assert.Equal(together.Outcomes, singly);
            Assert.Equal(together.After, state);
        });

    private static Arbitrary<List<(int Id, int Key, int Fingerprint)>> Samples() =>
        (from id in Gen.Choose(0, 9)
         from key in Gen.Choose(-3, 3)
         from fingerprint in Gen.Choose(0, 1)
         select (id, key, fingerprint)).ListOf().Select(list => list.ToList()).ToArbitrary();

    private static Append NewAppend(string? key = null, byte fingerprint = 0) =>
        new(
            Guid.CreateVersion7(),
            "user_1",
            BodyKind.ChatCompletions,
            "{}"u8.ToArray(),
            null,
            key is null ? null : new Idempotency(key, new[] { fingerprint }));

    private (Append[] Changes, ChangeFacts Facts) Arrange(IEnumerable<(int Id, int Key, int Fingerprint)> sample)
    {
        var ids = Enumerable.Range(0, 10).Select(_ => Guid.CreateVersion7()).ToArray();
        var changes = sample
            .Select(each =>
                NewAppend(each.Key > 0 ? $"key-{each.Key}" : null, (byte)each.Fingerprint) with { Id = ids[each.Id] })
            .ToArray();
        var first = VersionOf(NewAppend() with { Id = ids[0] }, 1);
        return (changes, Facts(
            new Dictionary<Guid, PresetVersion> { [ids[0]] = first },
            new Dictionary<string, UsedKey> { ["key-1"] = new(new byte[] { 0 }, preset.Id, first) }));
    }

    private static ChangeFacts Facts(
        IReadOnlyDictionary<Guid, PresetVersion> stored, IReadOnlyDictionary<string, UsedKey> used) =>
        new(stored, new HashSet<Guid>(), used, []);

    private PresetVersion VersionOf(Append change, int number) =>
        new(change.Id, preset.Id, number, number, change.UserId, Noon, change.Body, change.Config, change.SystemPrompt);
}
