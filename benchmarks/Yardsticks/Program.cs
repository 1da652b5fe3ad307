using Presets.Benchmarks.Yardsticks;

switch (args)
{
    case ["endpoint", var url, var answer]:
        await BareEndpoint.RunAsync(url, answer);
        return 0;
    case ["sqlite", var schema, var config, var seconds]:
        Console.WriteLine(SqliteRows.Measure(schema, config, TimeSpan.FromSeconds(double.Parse(seconds))));
        return 0;
    case ["upstream", var url]:
        await DummyUpstream.RunAsync(url);
        return 0;
    case ["yarp", var url, var upstream]:
        await BareForwarder.RunYarpAsync(url, upstream);
        return 0;
    case ["by-hand", var url, var upstream]:
        await BareForwarder.RunByHandAsync(url, upstream);
        return 0;
    case ["stream-times", var url, var key, var body, var seconds]:
        Console.WriteLine(await StreamTimes.MeasureAsync(url, key, body, TimeSpan.FromSeconds(double.Parse(seconds))));
        return 0;
    default:
        Console.Error.WriteLine(
            """
            Yardsticks endpoint URL ANSWER_FILE
                       sqlite SCHEMA_FILE CONFIG_FILE SECONDS
                       upstream URL
                       yarp URL UPSTREAM
                       by-hand URL UPSTREAM
                       stream-times URL KEY BODY_FILE SECONDS
            """);
        return 2;
}
