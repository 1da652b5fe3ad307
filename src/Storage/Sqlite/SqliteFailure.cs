using Microsoft.Data.Sqlite;

namespace Presets.Storage;

/// <summary>What an error of SQLite says.</summary>
internal static class SqliteFailure
{
    // https://www.sqlite.org/rescode.html
    private const int Error = 1;
    private const int Permission = 3;
    private const int Busy = 5;
    private const int ReadOnly = 8;
    private const int InputOutput = 10;
    private const int Corrupt = 11;
    private const int Full = 13;
    private const int CannotOpen = 14;
    private const int TooBig = 18;
    private const int Constraint = 19;
    private const int Mismatch = 20;
    private const int Misuse = 21;
    private const int NotADatabase = 26;

    /// <summary>A page is damaged.</summary>
    public static bool IsCorrupt(SqliteException exception) => exception.SqliteErrorCode == Corrupt;

    /// <summary>The folder takes no files, or the file no writes.</summary>
    public static bool IsNotWritable(SqliteException exception) =>
        exception.SqliteErrorCode is ReadOnly or CannotOpen;

    /// <summary>A value was refused.</summary>
    public static bool IsRefusedValue(SqliteException exception) =>
        exception.SqliteErrorCode is TooBig or Constraint or Mismatch;

    /// <summary>Our own mistake or the caller's value: not for the client to retry.</summary>
    public static bool IsDefect(SqliteException exception) =>
        IsRefusedValue(exception) || exception.SqliteErrorCode is Error or Misuse;

    /// <summary>The failure of something that cannot have committed.</summary>
    public static StoreException BeforeCommit(SqliteException exception) =>
        Failure(StoreFailure.NotStored, exception);

    /// <summary>
    /// The failure of a commit. One that ends before its last frame is in the log, as with a full disk, is undone; of
    /// an input or output error that is not known, since it may have been the sync after it.
    /// </summary>
    public static StoreException During(SqliteException exception) =>
        Failure(
            exception.SqliteErrorCode is Busy or ReadOnly or Corrupt or Full or NotADatabase
                ? StoreFailure.NotStored
                : StoreFailure.InDoubt,
            exception);

    private static StoreException Failure(StoreFailure kind, SqliteException exception) =>
        new(kind, $"SQLite failed: {exception.Message}", exception)
        {
            NeedsOperator = exception.SqliteErrorCode is Permission or ReadOnly or InputOutput or Corrupt or Full
                or CannotOpen or NotADatabase,
        };
}
