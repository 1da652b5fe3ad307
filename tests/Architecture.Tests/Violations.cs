namespace Presets.Architecture.Tests;

/// <summary>Shows every place where a rule is broken, so that all can be mended at once.</summary>
internal static class Violations
{
    internal static void AssertNone(string rule, IEnumerable<string> places)
    {
        var found = places.ToArray();
        if (found.Length > 0)
            Assert.Fail($"{found.Length} {rule}:{Environment.NewLine}{string.Join(Environment.NewLine, found)}");
    }
}
