using Presets.Benchmarks.Yardsticks;

switch (args)
{
    case ["endpoint", var url, var answer]:
        await BareEndpoint.RunAsync(url, answer);
        return 0;
    case ["sqlite", var schema, var config, var seconds]:
        Console.WriteLine(SqliteRows.Measure(schema, config, TimeSpan.FromSeconds(double.Parse(seconds))));
        return 0;
    default:
        Console.Error.WriteLine("Yardsticks endpoint URL ANSWER_FILE | sqlite SCHEMA_FILE CONFIG_FILE SECONDS");
        return 2;
}
