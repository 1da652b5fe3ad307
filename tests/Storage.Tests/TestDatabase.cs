using System.Data.Common;
using System.Globalization;
using Npgsql;
using Presets.Testing;

namespace Presets.Storage.Tests;

/// <summary>
/// A started database for one test, and a workspace of its own in it. SQLite: a file of its own. Postgres: connections
/// of its own to a database that the tests share, unless it is asked to be <c>own</c>.
/// </summary>
internal sealed class TestDatabase : IAsyncDisposable
{
    private static readonly Lazy<Task<string>> SharedPostgres = new(CreatePostgresAsync);

    private readonly List<Database> databases = [];
    private readonly List<PresetStore> stores = [];
    private readonly TimeProvider clock;
    private readonly DirectoryInfo? folder;

    private TestDatabase(string connectionString, DirectoryInfo? folder, TimeProvider clock)
    {
        this.clock = clock;
        ConnectionString = connectionString;
        this.folder = folder;
    }

    public string ConnectionString { get; }

    public Database Database => databases[0];

    public PresetStore Store => stores[0];

    public Guid WorkspaceId { get; } = Guid.CreateVersion7();

    public static async Task<TestDatabase> StartAsync(
        Engine engine, TimeProvider? clock = null, bool own = false, bool patient = false)
    {
        var folder = engine == Engine.Sqlite ? Directory.CreateTempSubdirectory("presets-sqlite-") : null;
        var test = new TestDatabase(
            folder is not null ? $"Data Source={Path.Combine(folder.FullName, "presets.db")}"
            : own ? await CreatePostgresAsync()
            : await SharedPostgres.Value,
            folder,
            clock ?? TimeProvider.System);
        // Patient: a group commit waits for a lock as long as the test likes.
        await test.OpenStoreAsync(engine == Engine.Postgres && patient ? "-c lock_timeout=20s" : "");
        await test.AddWorkspaceAsync(test.WorkspaceId);
        return test;
    }

    /// <summary>Another instance on the same tables, as another node would have it.</summary>
    /// <param name="options">Options of its connections to Postgres.</param>
    public async Task<PresetStore> OpenStoreAsync(string options = "")
    {
        var store = StorageFactory.CreatePresetStore(await OpenDatabaseAsync(options), clock);
        stores.Add(store);
        return store;
    }

    /// <summary>Another instance, as <see cref="OpenStoreAsync"/>, without the tables of presets.</summary>
    public async Task<Database> OpenDatabaseAsync(string options = "")
    {
        var connectionString = options == "" ? ConnectionString : $"{ConnectionString};Options={options}";
        var database = StorageFactory.CreateDatabase(connectionString, clock);
        databases.Add(database);
        await database.StartAsync(alone: true, CancellationToken.None);
        return database;
    }

    /// <summary>Commits on the first store.</summary>
    public Task<CommitResult> CommitAsync(PresetName name, params IReadOnlyList<Change> changes) =>
        Store.CommitAsync(new CommitRequest(name, null, changes, clock.GetTimestamp()));

    /// <summary>Commits one change on the first store.</summary>
    public async Task<Outcome> CommitOneAsync(PresetName name, Change change) =>
        Assert.Single((await CommitAsync(name, change)).Outcomes);

    /// <summary>Appends a version on the first store and returns its number.</summary>
    public async Task<int> AppendNewAsync(PresetName name) =>
        (await CommitOneAsync(name, Appends.New())).Done().Version;

    public PresetName NewName(string slug = "preset") => new(WorkspaceId, $"{slug}-{Guid.NewGuid():N}");

    public Task AddWorkspaceAsync(Guid id) => Database.AddWorkspaceAsync(id);

    /// <summary>A started database of a server of one's own, and the name of a preset that it takes.</summary>
    public static async Task<(Database Database, PresetName Name)> StartOnAsync(PostgresServer server)
    {
        var database = StorageFactory.CreateDatabase(await server.CreateDatabaseAsync(), TimeProvider.System);
        await database.StartAsync(alone: true, CancellationToken.None);
        var name = new PresetName(Guid.CreateVersion7(), "preset");
        await database.AddWorkspaceAsync(name.WorkspaceId);
        return (database, name);
    }

    public Task SetStatusAsync(PresetName name, string status) =>
        ExecuteAsync(
            """
            update presets set status = @status, revision = revision + 1
            where workspace_id = @workspace_id and slug = @slug
            """,
            ("status", status),
            ("workspace_id", name.WorkspaceId),
            ("slug", name.Slug));

    public Task ExecuteAsync(string sql, params (string Name, object Value)[] parameters) =>
        Database.WriteAsync(
            async connection =>
            {
                await using var command = Command(connection.Inner, sql, parameters);
                return await command.ExecuteNonQueryAsync();
            },
            CancellationToken.None);

    public Task<long> CountAsync(string sql, params (string Name, object Value)[] parameters) =>
        Database.ReadAsync(
            async connection =>
            {
                await using var command = Command(connection.Inner, sql, parameters);
                return Convert.ToInt64(await command.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
            },
            CancellationToken.None);

    /// <summary>How many deadlocks Postgres has found in this database.</summary>
    public Task<long> CountDeadlocksAsync() =>
        CountStatisticsAsync("select deadlocks from pg_stat_database where datname = current_database()");

    /// <summary>
    /// A count from the statistics views of Postgres. Its backends report at their end, so they are ended: the
    /// instances open new connections afterwards.
    /// </summary>
    public async Task<long> CountStatisticsAsync(string sql, params (string Name, object Value)[] parameters)
    {
        const string Others =
            """
            from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
            """;
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        await using (var end = Command(connection, $"select count(pg_terminate_backend(pid, 10000)) {Others}"))
            await end.ExecuteScalarAsync();
        await using var count = Command(connection, sql, parameters);
        return Convert.ToInt64(await count.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// Makes appends wait, so that those which are sent meanwhile leave together; returns what ends the wait. SQLite:
    /// its writer's thread is kept busy. Postgres: a first append meets a slug that another transaction has inserted
    /// and not committed.
    /// </summary>
    public async Task<Func<Task>> StallAppendsAsync()
    {
        if (folder is not null)
        {
            var started = new TaskCompletionSource();
            var release = new ManualResetEventSlim();
            var stalled = Database.WriteAsync(
                _ =>
                {
                    started.SetResult();
                    release.Wait();
                    return Task.FromResult(0);
                },
                CancellationToken.None);
            await started.Task;
            return async () =>
            {
                release.Set();
                await stalled;
                release.Dispose();
            };
        }

        var name = NewName("stalled");
        var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        var transaction = await connection.BeginTransactionAsync();
        await InsertPresetAsync(connection, name);
        var waiting = CommitAsync(name, Appends.New());
        await WaitForLockAsync(connection.ProcessID);
        return async () =>
        {
            await transaction.RollbackAsync();
            await connection.DisposeAsync();
            await waiting;
        };
    }

    /// <summary>Inserts a preset without versions, past the store.</summary>
    public async Task InsertPresetAsync(NpgsqlConnection connection, PresetName name)
    {
        await using var insert = Command(
            connection,
            """
            insert into presets (
                id, workspace_id, slug, name, status, creator_user_id, created_at, updated_at,
                latest_version, designated_version, designated_version_id, revision)
            values (@id, @workspace_id, @slug, 'x', 'active', 'x', now(), now(), 0, 0, @id, 0)
            """,
            ("id", Guid.CreateVersion7()),
            ("workspace_id", name.WorkspaceId),
            ("slug", name.Slug));
        await insert.ExecuteNonQueryAsync();
    }

    /// <summary>Returns when some backend of Postgres waits for a lock that <paramref name="holder"/> has.</summary>
    public async Task WaitForLockAsync(int holder)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        for (var deadline = DateTime.UtcNow.AddSeconds(30); DateTime.UtcNow < deadline;)
        {
            await using var command = Command(
                connection,
                "select count(*) from pg_stat_activity where @holder = any(pg_blocking_pids(pid))",
                ("holder", holder));
            if ((long)(await command.ExecuteScalarAsync())! > 0)
                return;
        }

        Assert.Fail("nobody came to wait for the lock");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in stores)
            (store as IDisposable)?.Dispose();
        foreach (var database in databases)
            await database.DisposeAsync();
        folder?.Delete(recursive: true);
    }

    private static async Task<string> CreatePostgresAsync() =>
        await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    private DbCommand Command(DbConnection connection, string sql, (string Name, object Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            var parameter = Database.Parameter(1, value);
            parameter.ParameterName = "@" + name;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private DbCommand Command(
        NpgsqlConnection connection, string sql, params (string Name, object Value)[] parameters) =>
        Command((DbConnection)connection, sql, parameters);
}
