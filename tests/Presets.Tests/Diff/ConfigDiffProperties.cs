using System.Text;
using FsCheck.Xunit;

namespace Presets.Tests;

public class ConfigDiffProperties
{
    [Property(MaxTest = 5000)]
    public void Applying_the_changes_to_from_gives_to(int seed)
    {
        var random = new Random(seed);
        var from = RandomConfig.Make(random);
        var to = random.Next(10) == 0 ? RandomConfig.Make(random) : RandomConfig.Edit(from, random);
        var spelled = from.Spell(random);

        var changes = WrittenChanges.Between(spelled, to.Spell(random));

        Assert.Equal(to.ToString(), WrittenChanges.Apply(spelled, changes).ToString());
    }

    [Property(MaxTest = 5000)]
    public void There_is_no_change_exactly_when_the_values_are_the_same(int seed)
    {
        var random = new Random(seed);
        var from = RandomConfig.Make(random);
        var to = RandomConfig.Edit(from, random);
        var (old, @new) = (Encoding.UTF8.GetBytes(from.Spell(random)), Encoding.UTF8.GetBytes(to.Spell(random)));
        var expected = from.ToString() == to.ToString();

        Assert.Equal(expected, JsonEquality.AreSame(old, @new));
        Assert.Equal(expected, ConfigDiff.Compare(old, @new).Count == 0);
    }

    [Property(MaxTest = 1000)]
    public void Another_spelling_of_a_config_is_the_same_value(int seed)
    {
        var random = new Random(seed);
        var config = RandomConfig.Make(random);
        var (old, @new) = (Encoding.UTF8.GetBytes(config.Spell(random)), Encoding.UTF8.GetBytes(config.Spell(random)));

        Assert.True(JsonEquality.AreSame(old, @new));
        Assert.Empty(ConfigDiff.Compare(old, @new));
    }
}
