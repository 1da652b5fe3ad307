using System.Reflection;

namespace Presets.Storage;

/// <summary>
/// A change of the schema: a file under an engine's <c>Migrations/</c>, applied once, in the order of the names.
/// </summary>
/// <param name="Name">The file's name without its ending, <c>0001_presets</c>.</param>
/// <param name="Sql">Its statements.</param>
internal sealed record Migration(string Name, string Sql)
{
    /// <summary>All migrations of an engine (<c>Postgres</c>, <c>Sqlite</c>), in order.</summary>
    public static IReadOnlyList<Migration> All(string engine) =>
        All(typeof(Migration).Assembly, $"Presets.Storage.{engine}.Migrations.");

    /// <summary>
    /// The embedded <c>.sql</c> files of an assembly whose names start with <paramref name="prefix"/>, in order.
    /// </summary>
    public static IReadOnlyList<Migration> All(Assembly assembly, string prefix) =>
    [
        .. assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(name => new Migration(name[prefix.Length..^".sql".Length], Read(assembly, name))),
    ];

    /// <summary>
    /// Applies it in the transaction of a connection, unless it was applied before. It takes as long as it takes: to
    /// wait for another node's migration, to build an index.
    /// </summary>
    /// <param name="preparation">Makes the table of migrations, unless it is there.</param>
    /// <param name="now">The engine's expression for this moment.</param>
    /// <returns>Whether it was applied by this call.</returns>
    public async Task<bool> ApplyAsync(DatabaseConnection connection, string preparation, string now)
    {
        connection.CommandTimeout = 0;
        await connection.ExecuteAsync(preparation).ConfigureAwait(false);
        var isKnown = await connection.FindAsync(
            "select 1 from schema_migrations where name = $1", _ => true, Name).ConfigureAwait(false);
        if (isKnown)
            return false;
        await connection.ExecuteAsync(Sql).ConfigureAwait(false);
        await connection.ExecuteAsync(
            $"insert into schema_migrations (name, applied_at) values ($1, {now})", Name).ConfigureAwait(false);
        return true;
    }

    private static string Read(Assembly assembly, string name)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
