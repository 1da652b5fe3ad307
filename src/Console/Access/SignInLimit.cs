using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;

namespace Presets.Console;

/// <summary>Bounds how often signing in may fail from one address in five minutes. Each node counts.</summary>
internal sealed class SignInLimit : IDisposable
{
    /// <summary>How often it may fail.</summary>
    public const int Most = 10;

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

    /// <summary>Whether an address may try.</summary>
    public bool Allows(IPAddress? address)
    {
        // No permit: it only asks whether there is one.
        using var lease = failures.AttemptAcquire(address, permitCount: 0);
        return lease.IsAcquired;
    }

    /// <summary>Counts a failure.</summary>
    public void Failed(IPAddress? address) => failures.AttemptAcquire(address).Dispose();

    /// <inheritdoc/>
    public void Dispose() => failures.Dispose();

    // Who has an IPv6 address has its network of 64 bits.
    private static string NetworkOf(IPAddress? address)
    {
        if (address is null or { AddressFamily: AddressFamily.InterNetwork } or { IsIPv4MappedToIPv6: true })
            return address?.MapToIPv4().ToString() ?? "";
        return Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8));
    }
}
