using Presets.Storage;

namespace Presets.Silo;

/// <summary>Creates what Orleans keeps in Postgres, after the presets' own tables and before the silo starts.</summary>
internal sealed class OrleansTables(Database database) : IHostedLifecycleService
{
    /// <inheritdoc/>
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (database is PostgresDatabase postgres)
            await postgres.MigrateAsync(typeof(OrleansTables).Assembly, "Presets.Silo.Migrations.", cancellationToken);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
