using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Presets.Tests;

/// <summary>A clock that stands still, and signals when somebody starts to wait on it.</summary>
internal sealed class SignallingClock : FakeTimeProvider
{
    private readonly Channel<TimeSpan> timers = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        timers.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Waits until somebody waits on the clock, and returns for how long.</summary>
    public async Task<TimeSpan> NextPauseAsync() =>
        await timers.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>As <see cref="NextPauseAsync"/>; then advances the clock by that time.</summary>
    public async Task<TimeSpan> PassPauseAsync()
    {
        var pause = await NextPauseAsync();
        Advance(pause);
        return pause;
    }
}
