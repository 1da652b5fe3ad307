using Presets.Storage;

namespace Presets.Testing;

/// <summary>A database of either engine with nothing in it but its tables.</summary>
public static class EmptyDatabase
{
    /// <summary>Creates one and makes it ready.</summary>
    public static async Task<Database> StartAsync(Engine engine, TimeProvider clock)
    {
        var database = StorageFactory.CreateDatabase(await ConnectionStringAsync(engine), clock);
        await database.StartAsync(alone: true, CancellationToken.None);
        return database;
    }

    /// <summary>How to reach a new database, which has no tables yet.</summary>
    public static async Task<string> ConnectionStringAsync(Engine engine) => engine == Engine.Sqlite
        ? $"Data Source={Path.Combine(Directory.CreateTempSubdirectory("presets-").FullName, "presets.db")}"
        : await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
}
