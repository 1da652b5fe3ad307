using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Presets;
using Presets.FilterBench;

// Compares the filter with a bare loop over the tokens of the same bytes. Each figure is the median of interleaved runs
// of about 20 ms.
const string Latin = "abcdefghijklmnopqrstuvwxyz";
const string Chinese = "的一是不了人我在有他这为之大来以个中上们";
(string Name, byte[] Body)[] cases =
[
    ("1 KB, two tools", SampleBodies.TwoTools()),
    ("1 MB, messages", SampleBodies.Conversation("\\n\\n", Latin)),
    ("1 MB, messages, no escapes", SampleBodies.Conversation(" ", Latin)),
    ("1 MB, messages, Chinese", SampleBodies.Conversation(" ", Chinese)),
    ("1 MB, tools", SampleBodies.ManyTools()),
    ("1 MB, one object of names", SampleBodies.ManyNames()),
];
var rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 25;
var only = args.Length > 1 ? args[1] : "";

Console.WriteLine(
    $"{"body",-28}{"bytes",9}{"reader MB/s",13}{"filter MB/s",13}{"ratio",8}{"allocated",11}{"stored",10}");
foreach (var (name, body) in cases.Where(entry => entry.Name.Contains(only, StringComparison.Ordinal)))
{
    // Long enough for the JIT to settle on its optimized code.
    var warm = Stopwatch.StartNew();
    while (warm.ElapsedMilliseconds < 1500)
    {
        Read(body, 10);
        Filter(body, 10);
    }
    var count = Math.Max(1, (int)(20 / (Time(Read, body, 20) / 20 * 1000)));
    var (reader, filter, ratio) = (new double[rounds], new double[rounds], new double[rounds]);
    for (var round = 0; round < rounds; round++)
    {
        reader[round] = (double)body.Length * count / Time(Read, body, count) / 1e6;
        filter[round] = (double)body.Length * count / Time(Filter, body, count) / 1e6;
        ratio[round] = filter[round] / reader[round];
    }
    var before = GC.GetAllocatedBytesForCurrentThread();
    Filter(body, 100);
    var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / 100;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{name,-28}{body.Length,9}{Median(reader),13:F0}{Median(filter),13:F0}{Median(ratio),8:P0}"
        + $"{allocated,11}{Stored(body),10}"));
}

static double Time(Action<byte[], int> work, byte[] body, int count)
{
    var start = Stopwatch.GetTimestamp();
    work(body, count);
    return Stopwatch.GetElapsedTime(start).TotalSeconds;
}

static void Read(byte[] body, int count)
{
    for (var i = 0; i < count; i++)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
        }
    }
}

static void Filter(byte[] body, int count)
{
    for (var i = 0; i < count; i++)
        BodyFilter.Filter(BodyKind.ChatCompletions, body);
}

// What the stored text takes as managed objects: the two arrays and the string, each with its header, in steps of 8
// bytes.
static long Stored(byte[] body)
{
    var kept = BodyFilter.Filter(BodyKind.ChatCompletions, body);
    return Round(24 + kept.Config.Length) + (kept.SystemPrompt is null ? 0 : Round(24 + kept.SystemPrompt.Length))
        + (kept.IgnoredFields is null ? 0 : Round(22 + 2 * kept.IgnoredFields.Length));
}

static long Round(int bytes) => (bytes + 7) & ~7;

static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
