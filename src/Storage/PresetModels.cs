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
        set model = coalesce((
            select {ModelOf(database)}
            from preset_versions v
            where v.preset_id = p.id and v.version = p.designated_version), '')
        where p.id in (
            select u.id
            from presets u
            where u.model is null
            order by u.id
            limit {Together}
            {(database.IsShared ? "for no key update skip locked" : "")})
        """;

    /// <summary>
    /// Finds the ids of presets whose row does not tell the model, but whose designated version names the value
    /// <paramref name="model"/>. Written so that it is carried out once and not for each preset.
    /// </summary>
    public static string FindUnread(Database database, string model) =>
        $"""
        select u.id
        from presets u
        join preset_versions v on v.preset_id = u.id and v.version = u.designated_version
        where u.model is null and {ModelOf(database)} = {model}
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

    private static string ModelOf(Database database) =>
        database.IsShared ? "v.config::json ->> 'model'" : "v.config ->> 'model'";
}
