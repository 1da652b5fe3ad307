using System.Globalization;
using System.Text;

namespace Presets.Console;

/// <summary>Rates of the last ten minutes, as bars.</summary>
/// <param name="Rates">One for each <see cref="NodeReport.Period"/>, per second, the oldest first.</param>
public sealed record RatePlot(IReadOnlyList<double> Rates)
{
    /// <summary>The width of the drawing.</summary>
    public const int Width = 300;

    /// <summary>Its height.</summary>
    public const int Height = 60;

    private const double Step = (double)Width / NodeReport.MostPeriods;

    private const double Gap = 1;

    /// <summary>The newest rate.</summary>
    public double Now => Rates.Count > 0 ? Rates[^1] : 0;

    /// <summary>The highest.</summary>
    public double Most => Rates.DefaultIfEmpty().Max();

    /// <summary>The bars, as one path of SVG. The newest rate is at the right.</summary>
    public string Path
    {
        get
        {
            var path = new StringBuilder();
            for (var i = 0; i < Rates.Count; i++)
            {
                if (Rates[i] == 0)
                    continue;
                var (x, y) = (Width - (Rates.Count - i) * Step, Height - Height * Rates[i] / Most);
                path.Append(
                    CultureInfo.InvariantCulture, $"M{x:0.##} {Height}V{y:0.##}h{Step - Gap:0.##}V{Height}Z");
            }

            return path.ToString();
        }
    }

    /// <summary>What several nodes do together. The newest rates are added to each other, and so on.</summary>
    public static RatePlot Sum(IEnumerable<IReadOnlyList<double>> nodes)
    {
        var rates = nodes.ToList();
        var count = rates.Select(each => each.Count).DefaultIfEmpty().Max();
        return new([.. Enumerable.Range(1, count).Reverse().Select(
            age => rates.Sum(each => each.Count >= age ? each[^age] : 0))]);
    }

    /// <summary>A rate as people read it: one decimal while it is small.</summary>
    public static string Text(double rate) =>
        rate.ToString(rate >= 100 ? "N0" : "0.#", CultureInfo.InvariantCulture);
}
