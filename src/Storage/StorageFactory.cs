using System.Data.Common;

namespace Presets.Storage;

/// <summary>Chooses the engine.</summary>
public static class StorageFactory
{
    /// <summary>
    /// The database that a connection string means: <c>Data Source=...</c> is SQLite, <c>Host=...</c> is Postgres.
    /// Opens nothing.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// It is neither, or a part of it is not known; the message says which.
    /// </exception>
    public static Database CreateDatabase(string connectionString, TimeProvider clock)
    {
        if (IsPostgres(connectionString))
            return new PostgresDatabase(connectionString);
        var parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
        if (parts.ContainsKey("Data Source") || parts.ContainsKey("DataSource") || parts.ContainsKey("Filename"))
            return new SqliteDatabase(connectionString, clock);
        throw new ArgumentException("neither \"Data Source=...\" (SQLite) nor \"Host=...\" (Postgres)");
    }

    /// <summary>Whether a connection string means Postgres; else it means SQLite, or nothing.</summary>
    /// <exception cref="ArgumentException">It is no connection string.</exception>
    public static bool IsPostgres(string connectionString)
    {
        var parts = new DbConnectionStringBuilder { ConnectionString = connectionString };
        return parts.ContainsKey("Host") || parts.ContainsKey("Server");
    }

    /// <summary>The tables of presets in a database.</summary>
    public static PresetStore CreatePresetStore(Database database, TimeProvider clock) =>
        database switch
        {
            PostgresDatabase postgres => new PostgresPresetStore(postgres, clock),
            SqliteDatabase sqlite => new SqlitePresetStore(sqlite, clock),
            _ => throw new ArgumentOutOfRangeException(nameof(database)),
        };
}
