namespace Presets.Storage;

/// <summary>
/// Notes the models of presets whose row does not tell them: those of earlier releases. A few presets at a time, and
/// whom somebody holds is left out, so that no change waits for long. The revision stays: it is no change.
/// </summary>
internal sealed class PresetModels(Database database)
{
    private const int Together = 250;

    private readonly string sql =
        $"""
        update presets as p
        set model = {ModelSql(database)}
        where p.id in (
            select u.id
            from presets u
            where u.model is null
            order by u.id
            limit {Together}
            {(database.IsShared ? "for no key update skip locked" : "")})
        """;

    /// <summary>
    /// The model that the designated version of the preset <c>p</c> names; empty when it names none.
    /// </summary>
    public static string ModelSql(Database database) =>
        $"""
        coalesce((
                select {(database.IsShared ? "v.config::json" : "v.config")} ->> 'model'
                from preset_versions v
                where v.preset_id = p.id and v.version = p.designated_version), '')
        """;

    /// <summary>Notes the models of presets.</summary>
    /// <returns>Whether it left none out but those that somebody held.</returns>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public async Task<bool> NoteAsync(CancellationToken cancellationToken)
    {
        for (var left = PresetPlaces.MostAtOnce; left > 0; left -= Together)
            if (await database.WriteAsync(connection => connection.ExecuteAsync(sql), cancellationToken)
                .ConfigureAwait(false) < Together)
                return true;
        return false;
    }
}
