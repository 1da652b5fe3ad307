using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace Presets.Tests;

public sealed class AppendPlanTests
{
    private static readonly DateTimeOffset Noon = new(2026, 4, 20, 12, 0, 0, TimeSpan.Zero);
    private static readonly Dictionary<Guid, PresetVersion> NoIds = [];
    private static readonly Dictionary<string, (ReadOnlyMemory<byte>, PresetVersion)> NoKeys = [];

    private readonly Preset _preset = AppendPlan.NewPreset(new PresetName(Guid.CreateVersion7(), "preset"), NewDraft(), Noon);

    [Fact]
    public void A_new_preset_is_named_after_its_slug()
    {
        var key = new PresetName(Guid.CreateVersion7(), "my-preset");

        var preset = AppendPlan.NewPreset(key, NewDraft(), Noon);

        Assert.Equal(
            new Preset(preset.Id, key, "my-preset", null, PresetStatus.Active, "user_1", Noon, Noon, null, 0, 0, Guid.Empty, 0), preset);
    }

    [Fact]
    public void Drafts_are_numbered_on_in_their_order_and_the_last_is_designated()
    {
        Draft[] drafts = [NewDraft(), NewDraft(), NewDraft()];
        var before = _preset with { LatestVersion = 7, DesignatedVersion = 3, Revision = 20 };

        var plan = AppendPlan.Make(before, drafts, NoIds, NoKeys, Noon.AddHours(1));

        Assert.Equal(
            [new(8, 21, Noon.AddHours(1)), new(9, 22, Noon.AddHours(1)), new(10, 23, Noon.AddHours(1))],
            plan.Result.Outcomes.Cast<DraftOutcome.Stored>());
        Assert.Equal(drafts, plan.Accepted.Select(each => each.Draft));
        Assert.Equal(
            before with
            {
                LatestVersion = 10,
                DesignatedVersion = 10,
                DesignatedVersionId = drafts[2].VersionId,
                Revision = 23,
                UpdatedAt = Noon.AddHours(1),
            },
            plan.After);
    }

    [Fact]
    public void Time_never_goes_back()
    {
        var plan = AppendPlan.Make(_preset, [NewDraft()], NoIds, NoKeys, Noon.AddHours(-1));

        Assert.Equal(Noon, plan.After.UpdatedAt);
        Assert.Equal(Noon, Assert.IsType<DraftOutcome.Stored>(plan.Result.Outcomes[0]).CreatedAt);
    }

    [Fact]
    public void A_stored_id_wins_over_every_rule()
    {
        var draft = NewDraft(key: "key", fingerprint: 1);
        var (byId, byKey) = (VersionOf(draft, 4), VersionOf(NewDraft(), 5));

        var plan = AppendPlan.Make(
            _preset with { Status = PresetStatus.Archived },
            [draft],
            new Dictionary<Guid, PresetVersion> { [draft.VersionId] = byId },
            new Dictionary<string, (ReadOnlyMemory<byte>, PresetVersion)> { ["key"] = (new byte[] { 2 }, byKey) },
            Noon);

        Assert.Equal(new DraftOutcome.Earlier(byId, Replayed: false), Assert.Single(plan.Result.Outcomes));
        Assert.Empty(plan.Accepted);
    }

    [Theory]
    [InlineData(PresetStatus.Active)]
    [InlineData(PresetStatus.Disabled)]
    [InlineData(PresetStatus.Archived)]
    public void A_used_key_wins_over_the_status(PresetStatus status)
    {
        var earlier = VersionOf(NewDraft(), 5);
        var used = new Dictionary<string, (ReadOnlyMemory<byte>, PresetVersion)> { ["key"] = (new byte[] { 1 }, earlier) };

        var plan = AppendPlan.Make(
            _preset with { Status = status }, [NewDraft(key: "key", fingerprint: 1), NewDraft(key: "key", fingerprint: 2)], NoIds, used, Noon);

        Assert.Equal(new DraftOutcome.Earlier(earlier, Replayed: true), plan.Result.Outcomes[0]);
        Assert.Equal(RefusalCode.IdempotencyKeyReused, Assert.IsType<DraftOutcome.Refused>(plan.Result.Outcomes[1]).Code);
    }

    [Theory]
    [InlineData(PresetStatus.Active, true)]
    [InlineData(PresetStatus.Disabled, true)]
    [InlineData(PresetStatus.Archived, false)]
    public void Only_an_archived_preset_refuses(PresetStatus status, bool accepts)
    {
        var plan = AppendPlan.Make(_preset with { Status = status }, [NewDraft()], NoIds, NoKeys, Noon);

        Assert.Equal(accepts, plan.Result.Outcomes[0] is DraftOutcome.Stored);
        Assert.Equal(!accepts, plan.Result.Outcomes[0] is DraftOutcome.Refused { Code: RefusalCode.PresetArchived });
        Assert.Equal(status, plan.After.Status);
    }

    /// <summary>For any mixture of new, repeated, keyed and stored drafts.</summary>
    [Property(MaxTest = 500)]
    public Property Numbers_have_no_gap_and_each_id_and_key_has_one_version()
    {
        var one = from id in Gen.Choose(0, 9)
                  from key in Gen.Choose(-3, 3)
                  from fingerprint in Gen.Choose(0, 1)
                  select (id, key, fingerprint);
        return Prop.ForAll(one.ListOf().ToArbitrary(), sample =>
        {
            var ids = Enumerable.Range(0, 10).Select(_ => Guid.CreateVersion7()).ToArray();
            var drafts = sample
                .Select(each => NewDraft(each.key > 0 ? $"key-{each.key}" : null, (byte)each.fingerprint) with { VersionId = ids[each.id] })
                .ToArray();
            var stored = new Dictionary<Guid, PresetVersion> { [ids[0]] = VersionOf(NewDraft() with { VersionId = ids[0] }, 1) };
            var used = new Dictionary<string, (ReadOnlyMemory<byte>, PresetVersion)> { ["key-1"] = (new byte[] { 0 }, stored[ids[0]]) };

            var plan = AppendPlan.Make(_preset with { LatestVersion = 1, Revision = 1 }, drafts, stored, used, Noon);

            var outcomes = plan.Result.Outcomes;
            Assert.Equal(drafts.Length, outcomes.Count);
            Assert.DoesNotContain(null, outcomes);
            Assert.Equal(Enumerable.Range(2, plan.Accepted.Count), plan.Accepted.Select(each => each.Place.Version));
            Assert.Equal(1 + plan.Accepted.Count, plan.After.LatestVersion);
            Assert.Equal(1 + plan.Accepted.Count, plan.After.Revision);
            Assert.Equal(plan.Accepted.Count, plan.Accepted.Select(each => each.Draft.VersionId).Append(ids[0]).Distinct().Count() - 1);
            var keys = plan.Accepted.Where(each => each.Draft.Idempotency is not null).Select(each => each.Draft.Idempotency!.Key).ToArray();
            Assert.Equal(keys.Length, keys.Append("key-1").Distinct().Count() - 1);
            for (var i = 0; i < drafts.Length; i++)
                if (outcomes[i] is DraftOutcome.Earlier { Replayed: false } earlier)
                    Assert.Equal(drafts[i].VersionId, earlier.Version.Id);
        });
    }

    private static Draft NewDraft(string? key = null, byte fingerprint = 0) =>
        new(Guid.CreateVersion7(), "{}"u8.ToArray(), null, "user_1", key is null ? null : new Idempotency(key, new[] { fingerprint }));

    private PresetVersion VersionOf(Draft draft, int number) =>
        new(draft.VersionId, _preset.Id, number, draft.CreatorId, Noon, draft.Config, draft.SystemPrompt);
}
