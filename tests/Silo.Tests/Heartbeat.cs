using System.Diagnostics;

namespace Presets.Silo.Tests;

/// <summary>
/// Measures how long this machine has kept a thread waiting that only wanted to run: on one that is starved every
/// answer takes longer, whoever gives it.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);

    private readonly Thread thread;
    private long longest;
    private volatile bool end;

    public Heartbeat()
    {
        thread = new Thread(Run) { IsBackground = true };
        thread.Start();
    }

    /// <summary>The longest wait.</summary>
    public TimeSpan Longest => TimeSpan.FromTicks(Interlocked.Read(ref longest));

    public void Dispose()
    {
        end = true;
        thread.Join();
    }

    private void Run()
    {
        while (!end)
        {
            var began = Stopwatch.GetTimestamp();
            Thread.Sleep(Beat);
            var late = (Stopwatch.GetElapsedTime(began) - Beat).Ticks;
            if (late > longest)
                Interlocked.Exchange(ref longest, late);
        }
    }
}
