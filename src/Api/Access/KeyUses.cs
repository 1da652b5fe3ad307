using System.Collections.Concurrent;
using System.Data.Common;
using Presets.Storage;

namespace Presets.Api;

/// <summary>
/// When keys were used last. A use is noted when <see cref="KeyCache"/> reads the key, which it does every few seconds
/// while the key is in use, so that a request costs nothing more. What is noted is stored once a minute and at the end
/// of the node; one that is killed loses it.
/// </summary>
internal sealed partial class KeyUses(KeyStore keys, TimeProvider clock, ILogger<KeyUses> log) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private ConcurrentDictionary<KeyHash, DateTimeOffset> noted = new();

    /// <summary>Reads a key for a request, and notes its use if it lets somebody in.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public async Task<ApiKey?> FindAsync(KeyHash hash, CancellationToken cancellationToken)
    {
        var key = await keys.FindAsync(hash, cancellationToken);
        var now = Timestamp.Now(clock);
        if (RequiredKey.KeyFault(key, now) is null)
            noted[hash] = now;
        return key;
    }

    /// <summary>Stores what is noted.</summary>
    /// <param name="cancellationToken">Ends the wait for a database that does not answer.</param>
    internal async Task StoreAsync(CancellationToken cancellationToken)
    {
        var uses = Interlocked.Exchange(ref noted, new());
        if (uses.IsEmpty)
            return;
        try
        {
            // A request may still be adding to them: a copy that the dictionary makes itself is safe from that.
            await keys.AddUsesAsync(uses.ToArray(), cancellationToken).WaitAsync(cancellationToken);
        }
        catch (Exception failure) when (failure is StoreException or DbException or OperationCanceledException)
        {
            // They are tried again with those of the next minute, or at the end.
            foreach (var (hash, at) in uses)
                noted.TryAdd(hash, at);
            LogNotStored(failure);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await StoreAsync(stoppingToken);
    }

    /// <inheritdoc/>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await StoreAsync(cancellationToken);
    }

    [LoggerMessage(
        LogLevel.Warning,
        "When keys were used last could not be stored; it is tried again in a minute unless the node ends")]
    private partial void LogNotStored(Exception failure);
}
