namespace Presets;

/// <summary>What a node says of itself.</summary>
/// <param name="Machine">The name of the machine that it runs on.</param>
/// <param name="Release">The release that it runs.</param>
/// <param name="ActivePresets">The presets whose grains are on this node.</param>
/// <param name="Memory">The bytes of the presets that it keeps in memory.</param>
/// <param name="Creates">
/// The versions that were stored through this node, a second, in each <see cref="Period"/>; the oldest first.
/// </param>
/// <param name="Reads">The presets that were read through this node, in the same way.</param>
/// <param name="Commits">How long the database took for its last commits; null when there was none.</param>
public sealed record NodeReport(
    string Machine,
    string Release,
    DateTimeOffset StartedAt,
    int ActivePresets,
    long Memory,
    IReadOnlyList<double> Creates,
    IReadOnlyList<double> Reads,
    CommitTimes? Commits)
{
    /// <summary>The most periods that are reported: those of the last ten minutes.</summary>
    public const int MostPeriods = 60;

    /// <summary>The most commits whose times are reported.</summary>
    public const int MostCommits = 1024;

    /// <summary>What a rate is the average of.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
}

/// <summary>How long commits took, from sending one to the database's answer.</summary>
/// <param name="Count">How many these were; the last ones.</param>
/// <param name="Median">Half of them took at most this.</param>
/// <param name="P99">99 of 100 took at most this.</param>
public sealed record CommitTimes(int Count, TimeSpan Median, TimeSpan P99);
