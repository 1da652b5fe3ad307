using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace Presets.Tests;

public sealed class TimestampTests
{
    [Fact]
    public void Now_is_cut_to_the_microsecond()
    {
        var noon = new DateTimeOffset(2026, 4, 20, 12, 0, 0, TimeSpan.Zero);
        var clock = new FakeTimeProvider(noon.AddTicks(1_234_569));

        Assert.Equal(noon.AddTicks(1_234_560), Timestamp.Now(clock));
    }

    [Theory]
    [InlineData("2026-04-20T10:00:00.000000Z")]
    [InlineData("2026-12-31T23:59:59.999999Z")]
    [InlineData("1970-01-01T00:00:00.000001Z")]
    [InlineData("0001-01-01T00:00:00.000000Z")]
    [InlineData("9999-12-31T23:59:59.999999Z")]
    public void It_is_written_in_utc_with_six_digits(string text)
    {
        var time = DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

        Assert.Equal(text, Timestamp.Format(time));
        Assert.Equal(text, Utf8(time));
    }

    [Fact]
    public void A_time_of_another_zone_is_written_in_utc()
    {
        var time = new DateTimeOffset(2026, 4, 20, 12, 0, 0, TimeSpan.FromHours(2));

        Assert.Equal("2026-04-20T10:00:00.000000Z", Timestamp.Format(time));
        Assert.Equal("2026-04-20T10:00:00.000000Z", Utf8(time));
    }

    [Property(MaxTest = 1000)]
    public Property It_survives_every_form()
    {
        var times = from days in Gen.Choose(-700_000, 2_900_000)
                    from seconds in Gen.Choose(0, 86_399)
                    from microseconds in Gen.Choose(0, 999_999)
                    select DateTimeOffset.UnixEpoch.AddDays(days).AddSeconds(seconds).AddMicroseconds(microseconds);
        return Prop.ForAll(times.ToArbitrary(), time =>
        {
            Assert.Equal(time, Timestamp.FromUnixMicroseconds(Timestamp.ToUnixMicroseconds(time)));
            Assert.Equal(time, DateTimeOffset.Parse(Timestamp.Format(time), CultureInfo.InvariantCulture));
            Assert.Equal(Timestamp.Format(time), Utf8(time));
        });
    }

    private static string Utf8(DateTimeOffset time)
    {
        Span<byte> utf8 = stackalloc byte[Timestamp.Length];
        return Encoding.UTF8.GetString(utf8[..Timestamp.Format(time, utf8)]);
    }
}
