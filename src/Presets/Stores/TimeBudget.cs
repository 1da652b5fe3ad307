namespace Presets;

/// <summary>
/// How a request spends its time when the database does not answer. It waits for its turn, over all the queues on its
/// way, no longer than <see cref="Turn"/> from its arrival; once it is sent, its statement ends after
/// <see cref="Statement"/>. So it is answered, with 503 at the worst, within five seconds.
/// </summary>
public static class TimeBudget
{
    /// <summary>How long a request may wait and be tried again before it is sent, from its arrival.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromSeconds(3);

    /// <summary>How long a connection to the server may take to open. Part of <see cref="Turn"/>.</summary>
    public static readonly TimeSpan Connect = TimeSpan.FromSeconds(2);

    /// <summary>How long a statement of a commit may run, and a question for revisions.</summary>
    public static readonly TimeSpan Statement = TimeSpan.FromSeconds(2);

    /// <summary>How long any other statement may run; lists of many presets take their time.</summary>
    public static readonly TimeSpan Query = TimeSpan.FromSeconds(4);

    /// <summary>
    /// How long a commit that is shared with other presets may wait for somebody else's lock or uncommitted row before
    /// it goes on without the preset that is held.
    /// </summary>
    public static readonly TimeSpan SharedLock = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long one of our own transactions may be left open without a statement, when its node hangs.
    /// </summary>
    public static readonly TimeSpan IdleTransaction = TimeSpan.FromSeconds(1);
}
