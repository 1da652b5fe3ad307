using System.Globalization;
using Presets.Storage;

namespace Presets.Api;

/// <summary><c>copy</c>: takes the data of one node to a Postgres, for the cluster.</summary>
internal static class CopyCommand
{
    /// <summary>Runs the command.</summary>
    /// <param name="words">What follows <c>copy</c>.</param>
    /// <returns>The exit status.</returns>
    /// <exception cref="StoreException">A database cannot be used, or the target is not empty.</exception>
    public static async Task<int> RunAsync(IReadOnlyList<string> words)
    {
        string? from = null, to = null;
        for (var i = 0; i + 1 < words.Count; i += 2)
        {
            if (words[i] == "--from")
                from = words[i + 1];
            else if (words[i] == "--to")
                to = words[i + 1];
        }

        if (words.Count != 4 || from is null || to is null)
            return await RefuseAsync($"copy takes --from and --to, each with a connection string.\n\n{CommandLine.Usage}");
        try
        {
            await using var source = StorageFactory.CreateDatabase(from, TimeProvider.System);
            await using var target = StorageFactory.CreateDatabase(to, TimeProvider.System);
            if (source is not SqliteDatabase file || target is not PostgresDatabase postgres)
                return await RefuseAsync("copy goes from SQLite (--from \"Data Source=...\") to Postgres (--to \"Host=...\").");
            if (!file.Exists)
                return await RefuseAsync($"There is no {file.Description}.");
            Console.WriteLine($"From {file.Description}\nto   {postgres.Description}");
            foreach (var (table, rows) in await DatabaseCopy.RunAsync(file, postgres, CancellationToken.None))
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
