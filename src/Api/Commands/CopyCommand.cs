using System.CommandLine;
using System.Globalization;
using Presets.Storage;

namespace Presets.Api;

/// <summary><c>copy</c>: takes the data of one node to a Postgres, for the cluster.</summary>
internal static class CopyCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var from = new Option<string>("--from") { Description = "\"Data Source=...\"", Required = true };
        var to = new Option<string>("--to") { Description = "\"Host=...\"", Required = true };
        var copy = new Command("copy", "Copies a SQLite file, all of it, into an empty Postgres") { from, to };
        copy.SetAction((result, cancellationToken) =>
            CopyAsync(result.GetRequiredValue(from), result.GetRequiredValue(to), cancellationToken));
        return copy;
    }

    private static async Task<int> CopyAsync(string from, string to, CancellationToken cancellationToken)
    {
        try
        {
            await using var source = StorageFactory.CreateDatabase(from, TimeProvider.System);
            await using var target = StorageFactory.CreateDatabase(to, TimeProvider.System);
            if (source is not SqliteDatabase file || target is not PostgresDatabase postgres)
            {
                return await RefuseAsync(
                    "copy goes from SQLite (--from \"Data Source=...\") to Postgres (--to \"Host=...\").");
            }

            if (!file.Exists)
                return await RefuseAsync($"There is no {file.Description}.");
            Console.WriteLine($"From {file.Description}\nto   {postgres.Description}");
            foreach (var (table, rows) in await DatabaseCopy.RunAsync(file, postgres, cancellationToken))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {table,-18} {rows,12}"));
            Console.WriteLine("Every row was read again on both sides and is the same.");
            return 0;
        }
        catch (ArgumentException fault)
        {
            return await RefuseAsync(fault.Message);
        }
    }

    private static async Task<int> RefuseAsync(string why)
    {
        await Console.Error.WriteLineAsync(why);
        return 2;
    }
}
