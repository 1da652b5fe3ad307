namespace Presets.Grains.Tests;

public sealed class AnsweredRevisionsTests
{
    private readonly AnsweredRevisions answered = new(100);
    private readonly PresetName name = new(Guid.NewGuid(), "preset");
    private readonly Guid id = Guid.NewGuid();

    [Fact]
    public void An_answer_older_than_the_newest_is_not_accepted()
    {
        Assert.True(answered.Accept(name, Answer(id, 2)));
        Assert.True(answered.Accept(name, Answer(id, 2)));
        Assert.False(answered.Accept(name, Answer(id, 1)));
        Assert.True(answered.Accept(name, Answer(id, 5)));
        Assert.False(answered.Accept(name, Answer(id, 4)));
        Assert.True(answered.Accept(name with { Slug = "other" }, Answer(Guid.NewGuid(), 1)));
    }

    [Fact]
    public void That_there_is_no_preset_is_accepted_until_one_was_answered()
    {
        Assert.True(answered.Accept(name, null));
        Assert.True(answered.Accept(name, Answer(id, 1)));
        Assert.False(answered.Accept(name, null));
    }

    [Fact]
    public void The_successor_of_a_purged_preset_is_accepted_once_the_database_confirms_it()
    {
        var successor = Guid.NewGuid();
        answered.Accept(name, Answer(id, 7));

        Assert.False(answered.Accept(name, Answer(successor, 1)));
        answered.Confirm(name, Answer(successor, 1));

        Assert.True(answered.Accept(name, Answer(successor, 1)));
        Assert.False(answered.Accept(name, Answer(id, 7)));
    }

    [Fact]
    public void What_the_database_held_before_the_newest_answer_does_not_replace_it()
    {
        answered.Accept(name, Answer(id, 7));

        answered.Confirm(name, Answer(id, 6));

        Assert.False(answered.Accept(name, Answer(id, 6)));
        Assert.True(answered.Accept(name, Answer(id, 7)));
    }

    [Fact]
    public void A_preset_that_made_room_for_others_is_no_longer_remembered()
    {
        answered.Accept(name, Answer(id, 7));

        for (var i = 0; i < 1000; i++)
            answered.Accept(name with { Slug = $"other-{i}" }, Answer(Guid.NewGuid(), 1));

        Assert.True(answered.Accept(name, Answer(id, 6)));
    }

    [Fact]
    public async Task Of_answers_that_race_the_newest_stays()
    {
        for (var round = 0; round < 200; round++)
        {
            var preset = name with { Slug = $"preset-{round}" };
            await Task.WhenAll(Enumerable.Range(1, 8).Select(
                revision => Task.Run(() => answered.Accept(preset, Answer(id, revision)))));

            Assert.False(answered.Accept(preset, Answer(id, 7)));
            Assert.True(answered.Accept(preset, Answer(id, 8)));
        }
    }

    private static PresetSnapshot Answer(Guid id, long revision) =>
        new(Array.Empty<byte>(), id, revision, 1, PresetStatus.Active, 0..0, null);
}
