namespace Presets;

/// <summary>The database did not do what it was asked.</summary>
/// <param name="kind">What is known of the outcome.</param>
public sealed class StoreException(StoreFailure kind, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What is known of the outcome.</summary>
    public StoreFailure Kind { get; } = kind;

    /// <summary>
    /// Whether it lasts until an operator does something: a right or a table is missing, the database is read-only,
    /// full or damaged.
    /// </summary>
    public bool NeedsOperator { get; init; }
}

/// <summary>What is known of an operation that failed.</summary>
public enum StoreFailure
{
    /// <summary>
    /// Nothing was stored: no connection, or the transaction was rolled back. The same call may succeed later.
    /// </summary>
    NotStored,

    /// <summary>The connection broke, or time ran out, while the transaction may have been committing.</summary>
    InDoubt,
}
