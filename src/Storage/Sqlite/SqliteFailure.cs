using Microsoft.Data.Sqlite;

namespace Presets.Storage;

/// <summary>What an error of SQLite says.</summary>
internal static class SqliteFailure
{
    // https://www.sqlite.org/rescode.html
    private const int Error = 1;
    private const int TooBig = 18;
    private const int Constraint = 19;
    private const int Mismatch = 20;
    private const int Misuse = 21;

    /// <summary>A value was refused.</summary>
    public static bool IsRefusedValue(SqliteException exception) =>
        exception.SqliteErrorCode is TooBig or Constraint or Mismatch;

    /// <summary>Our own mistake or the caller's value: not for the client to retry.</summary>
    public static bool IsDefect(SqliteException exception) =>
        IsRefusedValue(exception) || exception.SqliteErrorCode is Error or Misuse;

    /// <summary>The failure of something that cannot have committed.</summary>
    public static StoreException BeforeCommit(SqliteException exception) =>
        new(StoreFailure.NotStored, $"SQLite did not do it: {exception.Message}", exception);

    /// <summary>The failure of a commit.</summary>
    public static StoreException During(SqliteException exception) =>
        new(StoreFailure.InDoubt, $"SQLite failed to commit: {exception.Message}", exception);
}
