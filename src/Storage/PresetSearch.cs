namespace Presets.Storage;

/// <summary>
/// Searches the presets of a workspace: reads the row of each, and no version but those of presets whose row does not
/// tell the model (<c>0004_changes.sql</c>).
/// </summary>
internal sealed class PresetSearch(Database database)
{
    // SQLite has no statistics, so it would find even all presets one by one by an index, which takes three times as
    // long as reading them in their order.
    private const string HasMostSql =
        """
        select coalesce(2 * sum(c.presets) filter (where c.workspace_id = $1) >= sum(c.presets), false)
        from preset_counts c
        """;

    // Both engines lower ASCII letters alone, Postgres in this collation.
    private readonly string ascii = database.IsShared ? " collate \"C\"" : "";

    /// <summary>A page of the presets that <paramref name="query"/> asks for, and how many there are.</summary>
    /// <exception cref="StoreException">The database did not answer.</exception>
    public Task<Page<Preset>> ReadAsync(
        PresetQuery query, long offset, int limit, CancellationToken cancellationToken) =>
        database.ReadAsync(
            async connection =>
            {
                List<object?> values = [query.WorkspaceId, limit, offset];
                var hasMost = !database.IsShared
                    && await connection.FindAsync(HasMostSql, row => row.Next<bool>(), query.WorkspaceId)
                        .ConfigureAwait(false);
                var found = FoundSql(query, values, hasMost);
                var page = await connection.ListAsync(
                    PageSql(found, query.Order),
                    row => (Total: row.Next<long>(), Preset: PresetRows.ReadPreset(row)),
                    [.. values]).ConfigureAwait(false);
                // A page behind the last one has no row to tell how many there are.
                var total = page.Count > 0 ? page[0].Total
                    : offset == 0 ? 0
                    : await connection.FindAsync(
                        $"select count(*) from ({found}) as f", row => row.Next<long>(), [.. values])
                        .ConfigureAwait(false);
                return new Page<Preset>([.. page.Select(row => row.Preset)], total);
            },
            cancellationToken);

    /// <summary>The statement of a page. Its values: the workspace, limit, offset, then those of the query.</summary>
    /// <param name="found">What <see cref="FoundSql"/> has made.</param>
    internal static string PageSql(string found, PresetOrder order)
    {
        var by = order switch
        {
            PresetOrder.NewestFirst => "p.updated_at desc, p.id desc",
            PresetOrder.OldestFirst => "p.updated_at, p.id",
            _ => "p.slug",
        };
        return
            $"""
            with found as materialized (
                {found}
            )
            select (select count(*) from found), {PresetRows.PresetColumns}
            from (select p.id from found p order by {by} limit $2 offset $3) as f
            join presets p on p.id = f.id
            order by {by}
            """;
    }

    /// <summary>The statement that finds the presets, without an order.</summary>
    /// <param name="values">
    /// Takes the values of <paramref name="query"/> but the workspace, which is its first.
    /// </param>
    /// <param name="scans">
    /// Whether to read all presets in their order rather than to find those of the workspace.
    /// </param>
    internal string FoundSql(PresetQuery query, List<object?> values, bool scans)
    {
        // Only what the order needs, so that many of them take little memory.
        var sql = $"select p.id, p.{(query.Order == PresetOrder.Slug ? "slug" : "updated_at")} from presets p "
            + $"where {(scans ? "+" : "")}p.workspace_id = $1";
        if (query.Statuses.Count < Enum.GetValues<PresetStatus>().Length)
        {
            var statuses = query.Statuses.Select(status => Next(PresetRows.NameOf(status)));
            sql += $" and p.status in ({string.Join(", ", statuses)})";
        }

        if (query.CreatorUserId is { } creator)
            sql += $" and p.creator_user_id = {Next(creator)}";
        if (query.Label is { } label && !Label.Reserved.Contains(label))
            // As LabelSet.ToText writes it. Names have no character that JSON escapes.
            sql += $" and {Has("p.labels", Next($"{{\"label\":\"{label}\","))}";
        if (query.Text is { } text)
        {
            var part = Next(LowerAscii(text));
            // Where the name is the slug, as it mostly is, one comparison is enough.
            sql += $" and ({Has($"lower(p.slug{ascii})", part)} or (p.name <> p.slug{ascii} "
                + $"and {Has($"lower(p.name{ascii})", part)}))";
        }

        if (query.Model is { } model)
        {
            var value = Next(model);
            sql += $" and (p.model = {value} or p.id in ({PresetModels.FindUnread(database, value)}))";
        }

        return sql;

        string Next(object value)
        {
            values.Add(value);
            return $"${values.Count}";
        }
    }

    private string Has(string text, string part) => $"{(database.IsShared ? "strpos" : "instr")}({text}, {part}) > 0";

    private static string LowerAscii(string text) => string.Create(text.Length, text, static (lower, text) =>
    {
        for (var i = 0; i < text.Length; i++)
            lower[i] = char.IsAsciiLetterUpper(text[i]) ? char.ToLowerInvariant(text[i]) : text[i];
    });
}
