namespace Presets.Storage;

/// <summary>The table <c>console_sessions</c>.</summary>
public sealed class ConsoleSessionStore(Database database, TimeProvider clock)
{
    /// <summary>Stores a new session, and removes those that are over.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task AddAsync(ConsoleSession session, CancellationToken cancellationToken) => database.WriteAsync(
        async connection =>
        {
            await connection.ExecuteAsync(
                "delete from console_sessions where created_at <= $1", Timestamp.Now(clock) - ConsoleSession.Lifetime)
                .ConfigureAwait(false);
            return await connection.ExecuteAsync(
                "insert into console_sessions (hash, key_hash, created_at) values ($1, $2, $3)",
                session.Hash.ToString(), session.Key.ToString(), session.CreatedAt).ConfigureAwait(false);
        },
        cancellationToken);

    /// <summary>The session with this hash; null when there is none, or when it is over.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task<ConsoleSession?> FindAsync(KeyHash hash, CancellationToken cancellationToken) => database.ReadAsync(
        connection => connection.FindAsync(
            "select key_hash, created_at from console_sessions where hash = $1 and created_at > $2",
            row => new ConsoleSession(hash, KeyHash.Parse(row.Next<string>()), row.Next<DateTimeOffset>()),
            hash.ToString(), Timestamp.Now(clock) - ConsoleSession.Lifetime),
        cancellationToken);

    /// <summary>Ends a session, if there is one.</summary>
    /// <exception cref="StoreException">The database did not answer in time.</exception>
    public Task RemoveAsync(KeyHash hash, CancellationToken cancellationToken) => database.WriteAsync(
        connection => connection.ExecuteAsync("delete from console_sessions where hash = $1", hash.ToString()),
        cancellationToken);
}
