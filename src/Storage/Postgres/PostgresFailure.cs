using Npgsql;

namespace Presets.Storage;

/// <summary>What an error of Postgres says about the transaction it ended.</summary>
internal static class PostgresFailure
{
    /// <summary>Another transaction was in the way; this one was rolled back and may simply run again.</summary>
    public static bool IsConflict(PostgresException exception) =>
        exception.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    /// <summary>
    /// The database refused a value: SQLSTATE class 22 (data exception) or 23 (constraint violation).
    /// </summary>
    public static bool IsRefusedValue(PostgresException exception) =>
        exception.SqlState.StartsWith("22", StringComparison.Ordinal)
        || exception.SqlState.StartsWith("23", StringComparison.Ordinal);

    /// <summary>
    /// Another commit has stored the same change or used the same idempotency key since this one looked.
    /// </summary>
    public static bool IsOvertaken(PostgresException exception) =>
        exception is
        {
            SqlState: PostgresErrorCodes.UniqueViolation,
            ConstraintName: "preset_versions_id_key" or "idempotency_keys_pkey",
        };

    /// <summary>The connection is broken, and the server has not said why.</summary>
    public static bool IsBroken(NpgsqlException exception) => exception.InnerException is IOException;

    /// <summary>A lock was not to be had within <c>lock_timeout</c>; nothing was stored.</summary>
    public static bool IsLockTimeout(Exception exception) =>
        (exception as PostgresException ?? exception.InnerException as PostgresException)?.SqlState
            == PostgresErrorCodes.LockNotAvailable;

    /// <summary>Our own mistake or the caller's value: not for the client to retry.</summary>
    public static bool IsDefect(NpgsqlException exception) =>
        exception is PostgresException server
        && !NeedsOperator(server)
        && (IsRefusedValue(server)
            || server.SqlState.StartsWith("42", StringComparison.Ordinal)
            || server.SqlState.StartsWith("0A", StringComparison.Ordinal));

    /// <summary>
    /// The failure of something that cannot have committed; its message is what an operator reads, at a start that
    /// fails for example.
    /// </summary>
    public static StoreException BeforeCommit(NpgsqlException exception) =>
        new(
            StoreFailure.NotStored,
            exception is PostgresException server
                ? $"Postgres refused: {server.MessageText}"
                : $"Postgres did not answer: {exception.Message}",
            exception)
        {
            NeedsOperator = NeedsOperator(exception),
        };

    /// <summary>
    /// The failure of a statement that commits by itself, or of the commit. An error that the server reports as such
    /// has rolled the transaction back; a fatal one, or silence, says nothing.
    /// </summary>
    public static StoreException During(NpgsqlException exception) =>
        exception is PostgresException { InvariantSeverity: "ERROR" }
            ? BeforeCommit(exception)
            : new(StoreFailure.InDoubt, $"Postgres broke off during a commit: {exception.Message}", exception)
            {
                NeedsOperator = NeedsOperator(exception),
            };

    /// <summary>
    /// Whether it lasts: rights or the login (28), the database or the schema (3D, 3F, tables and columns), a server
    /// that takes no writes, resources such as the disk (53), its files (58, XX).
    /// </summary>
    private static bool NeedsOperator(NpgsqlException exception) =>
        exception is PostgresException { SqlState: var state }
        && (state is PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.UndefinedTable
                or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.ReadOnlySqlTransaction
            || state[..2] is "28" or "3D" or "3F" or "53" or "58" or "XX");
}
