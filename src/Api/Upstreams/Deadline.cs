using Microsoft.Extensions.ObjectPool;

namespace Presets.Api;

/// <summary>The end of one exchange with an upstream: when its caller gives up, or its time is over.</summary>
internal sealed class Deadline : CancellationTokenSource
{
    // Setting the timer for every event of a stream would cost more than this precision is worth.
    private static readonly TimeSpan Precision = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider clock;
    private CancellationToken caller;
    private CancellationTokenRegistration registration;
    private long setAt;

    private Deadline(TimeProvider clock)
        : base(Timeout.InfiniteTimeSpan, clock) => this.clock = clock;

    /// <summary>Whether the time is over, and the caller has not given up.</summary>
    public bool IsOver => IsCancellationRequested && !caller.IsCancellationRequested;

    /// <summary>Begins an exchange.</summary>
    /// <param name="time">How long it may take until <see cref="Set"/>.</param>
    public void Start(TimeSpan time, CancellationToken caller)
    {
        this.caller = caller;
        registration = caller.UnsafeRegister(static deadline => ((Deadline)deadline!).Cancel(), this);
        Set(time);
    }

    /// <summary>Sets how long it may take from now.</summary>
    public void Set(TimeSpan time)
    {
        setAt = clock.GetTimestamp();
        CancelAfter(time);
    }

    /// <summary>As <see cref="Set"/>, unless it was set just now.</summary>
    public void Postpone(TimeSpan time)
    {
        if (clock.GetElapsedTime(setAt) >= Precision)
            Set(time);
    }

    /// <summary>Deadlines that are used again, as long as they did not come.</summary>
    internal sealed class Policy(TimeProvider clock) : IPooledObjectPolicy<Deadline>
    {
        /// <inheritdoc/>
        public Deadline Create() => new(clock);

        /// <inheritdoc/>
        public bool Return(Deadline deadline)
        {
            deadline.registration.Dispose();
            deadline.caller = default;
            if (deadline.TryReset())
                return true;
            deadline.Dispose();
            return false;
        }
    }
}
