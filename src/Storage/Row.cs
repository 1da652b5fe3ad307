using System.Data.Common;

namespace Presets.Storage;

/// <summary>A row of either engine, read column by column.</summary>
/// <param name="column">The first column to be read.</param>
public sealed class Row(Database database, DbDataReader reader, int column = 0)
{
    /// <summary>The next column. NULL is null, where <typeparamref name="T"/> has it.</summary>
    public T Next<T>()
    {
        var next = column++;
        return default(T) is null && reader.IsDBNull(next) ? default! : database.Read<T>(reader, next);
    }
}
