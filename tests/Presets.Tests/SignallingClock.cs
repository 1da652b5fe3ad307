using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;

namespace Presets.Tests;

/// <summary>A clock that stands still, and tells when somebody has begun to wait on it.</summary>
internal sealed class SignallingClock : FakeTimeProvider
{
    private readonly Channel<TimeSpan> timers = Channel.CreateUnbounded<TimeSpan>();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        timers.Writer.TryWrite(dueTime);
        return timer;
    }

    /// <summary>Returns, when somebody waits, for how long.</summary>
    public async Task<TimeSpan> NextPauseAsync() =>
        await timers.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>Waits until somebody waits, lets that time pass, and returns how long it was.</summary>
    public async Task<TimeSpan> PassPauseAsync()
    {
        var pause = await NextPauseAsync();
        Advance(pause);
        return pause;
    }
}
