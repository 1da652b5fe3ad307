using System.Buffers.Text;

namespace Presets;

/// <summary>
/// Times as this service keeps them: UTC, whole microseconds (what Postgres' <c>timestamptz</c> holds).
/// </summary>
public static class Timestamp
{
    /// <summary>Bytes of a formatted time.</summary>
    public const int Length = 27;

    /// <summary>
    /// Now, cut to the microsecond, so that an answer from memory equals one read back from the database.
    /// </summary>
    public static DateTimeOffset Now(TimeProvider clock)
    {
        var now = clock.GetUtcNow();
        return new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
    }

    /// <summary>Microseconds since 1970-01-01T00:00:00Z.</summary>
    public static long ToUnixMicroseconds(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    /// <summary>The time of <see cref="ToUnixMicroseconds"/>.</summary>
    public static DateTimeOffset FromUnixMicroseconds(long microseconds) =>
        new(DateTimeOffset.UnixEpoch.Ticks + microseconds * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    /// <summary>
    /// Writes <paramref name="time"/> as <c>2026-04-20T10:00:00.123456Z</c> and returns the bytes written.
    /// </summary>
    public static int Format(DateTimeOffset time, Span<byte> destination)
    {
        // "O" has seven digits of a second; the seventh is always 0 here.
        Span<byte> roundTrip = stackalloc byte[28];
        Utf8Formatter.TryFormat(time.UtcDateTime, roundTrip, out _, 'O');
        roundTrip[..26].CopyTo(destination);
        destination[26] = (byte)'Z';
        return Length;
    }

    /// <summary><paramref name="time"/> as <c>2026-04-20T10:00:00.123456Z</c>.</summary>
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
