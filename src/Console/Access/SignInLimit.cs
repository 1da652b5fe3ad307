using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Presets.Console;

/// <summary>Bounds how often signing in may fail from one address in five minutes. Each node counts.</summary>
internal sealed class SignInLimit : IDisposable
{
    /// <summary>How often it may fail.</summary>
    public const int Most = 10;

    private const int MostWaiting = 100;

    private readonly PartitionedRateLimiter<IPAddress?> failures = PartitionedRateLimiter.Create<IPAddress?, string>(
        static address => RateLimitPartition.GetSlidingWindowLimiter(
            NetworkOf(address),
            static _ => new SlidingWindowRateLimiterOptions
            {
                PermitLimit = Most,
                Window = TimeSpan.FromMinutes(5),
                SegmentsPerWindow = 10,
                QueueLimit = 0,
            }));

    // Guesses that come at once are counted one after the other.
    private readonly PartitionedRateLimiter<IPAddress?> turns = PartitionedRateLimiter.Create<IPAddress?, string>(
        static address => RateLimitPartition.GetConcurrencyLimiter(
            NetworkOf(address),
            static _ => new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = MostWaiting }));

    /// <summary>
    /// Waits for the turn of an address, which ends when it is disposed. It is not acquired when the address may not
    /// try.
    /// </summary>
    public async Task<RateLimitLease> TakeTurnAsync(IPAddress? address, CancellationToken cancellationToken)
    {
        var turn = await turns.AcquireAsync(address, cancellationToken: cancellationToken);
        // No permit: it only asks whether there is one.
        var lease = failures.AttemptAcquire(address, permitCount: 0);
        if (lease.IsAcquired || !turn.IsAcquired)
            return turn;
        turn.Dispose();
        return lease;
    }

    /// <summary>Counts a failure.</summary>
    public void Failed(IPAddress? address) => failures.AttemptAcquire(address).Dispose();

    /// <inheritdoc/>
    public void Dispose()
    {
        failures.Dispose();
        turns.Dispose();
    }

    // An IPv6 client usually has a whole network of 64 bits to itself.
    private static string NetworkOf(IPAddress? address)
    {
        if (address is null or { AddressFamily: AddressFamily.InterNetwork } or { IsIPv4MappedToIPv6: true })
            return address?.MapToIPv4().ToString() ?? "";
        return Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8));
    }
}
