using Presets.Storage;

namespace Presets.Silo;

/// <summary>Creates what Orleans keeps in Postgres, after the presets' own tables and before the silo starts.</summary>
internal sealed class OrleansTables(Database database) : IHostedService
{
    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (database is PostgresDatabase postgres)
            await postgres.MigrateAsync(typeof(OrleansTables).Assembly, "Presets.Silo.Migrations.", cancellationToken);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
