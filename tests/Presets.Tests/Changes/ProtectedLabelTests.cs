namespace Presets.Tests;

/// <summary>Which labels take the scope <c>promote</c> to be moved.</summary>
public sealed class ProtectedLabelTests
{
    private static readonly DateTimeOffset Noon = new(2026, 4, 20, 12, 0, 0, TimeSpan.Zero);

    private readonly PresetVersion designated;
    private readonly Preset preset;

    public ProtectedLabelTests()
    {
        var name = new PresetName(Guid.CreateVersion7(), "preset");
        preset = Preset.New(name, "user_1", Noon) with { LatestVersion = 2, DesignatedVersion = 2, Revision = 2 };
        designated = new PresetVersion(
            Guid.CreateVersion7(), preset.Id, 2, 2, "user_1", Noon, BodyKind.Messages, "{}"u8.ToArray(), null);
        preset = preset with
        {
            DesignatedVersionId = designated.Id,
            Labels = LabelSet.None.With(new("live", 1, true)).With(new("draft", 1, false)),
        };
    }

    /// <summary>Each change, and whether it needs promote in a workspace that is not guarded.</summary>
    public static TheoryData<Change, bool> Changes()
    {
        var id = Guid.CreateVersion7();
        return new()
        {
            { new SetLabel(id, "user_1", "live", 2), true },
            { new SetLabel(id, "user_1", "live", 1, Protected: false), true },
            { new SetLabel(id, "user_1", "draft", 1, Protected: true), true },
            { new SetLabel(id, "user_1", "new", 1, Protected: true), true },
            { new RemoveLabel(id, "user_1", "live"), true },
            { NewAppend("draft", "live"), true },
            { new SetLabel(id, "user_1", "draft", 2), false },
            { new SetLabel(id, "user_1", "new", 1), false },
            { new RemoveLabel(id, "user_1", "draft"), false },
            { NewAppend("draft", "new"), false },
        };
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public void It_takes_promote_to_touch_a_protected_label_and_in_a_guarded_workspace_any(
        Change change, bool needsPromote)
    {
        Assert.Equal(!needsPromote, IsDone(change));
        Assert.False(IsDone(change with { Guarded = true }));
        Assert.True(IsDone(change with { MayPromote = true }));
        Assert.True(IsDone(change with { MayPromote = true, Guarded = true }));
    }

    [Fact]
    public void What_leaves_a_label_as_it_is_needs_nothing()
    {
        var id = Guid.CreateVersion7();

        Assert.True(IsDone(new SetLabel(id, "user_1", "live", 1) { Guarded = true }));
        Assert.True(IsDone(new SetLabel(id, "user_1", "draft", 1, Protected: false) { Guarded = true }));
        Assert.True(IsDone(NewAppend() with { Guarded = true, Designate = false }));
    }

    private static Append NewAppend(params string[] labels) =>
        new(Guid.CreateVersion7(), "user_1", BodyKind.Messages, "{}"u8.ToArray(), null) { Labels = labels };

    /// <summary>Whether it is done; otherwise it is refused for the missing scope, and writes nothing.</summary>
    private bool IsDone(Change change)
    {
        var plan = ChangePlan.Make(preset, [change], ChangeFacts.None(designated), Noon);
        var outcome = Assert.Single(plan.Outcomes);
        if (outcome is Outcome.Done)
            return true;
        var refused = Assert.IsType<Outcome.Refused>(outcome);
        Assert.Equal(RefusalCode.MissingScope, refused.Code);
        Assert.Contains("\"promote\"", refused.Message, StringComparison.Ordinal);
        Assert.False(plan.Writes);
        return false;
    }
}
