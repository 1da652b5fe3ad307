using BitFaster.Caching.Lru;

namespace Presets.Grains;

/// <summary>
/// The newest revision of each preset that this node has answered, so that it never answers an older one: a grain that
/// was written past may show the state before for <see cref="PresetWriterOptions.HeadMaxAge"/>, and after that none
/// can. A preset that makes room for others may be answered from a state of that age again, as one may that another
/// node has answered.
/// </summary>
/// <param name="capacity">How many presets are remembered: those that were answered last.</param>
internal sealed class AnsweredRevisions(int capacity)
{
    private readonly ConcurrentLru<PresetName, Newest> newest = new(capacity);

    /// <summary>
    /// Whether an answer is as new as the newest that was given; it is remembered then. Of two with different ids only
    /// the database knows which is the purged preset and which its successor, so the other id is not accepted.
    /// </summary>
    public bool Accept(PresetName name, PresetSnapshot? answer)
    {
        if (answer is null)
            return !newest.TryGet(name, out _);
        var known = newest.GetOrAdd(name, static (_, id) => new Newest(id), answer.PresetId);
        return known.PresetId == answer.PresetId && known.Raise(answer.Revision);
    }

    /// <summary>Remembers what the database holds, after an answer was not accepted.</summary>
    public void Confirm(PresetName name, PresetSnapshot current)
    {
        if (newest.TryGet(name, out var known) && known.PresetId != current.PresetId)
            newest.TryRemove(name);
        Accept(name, current);
    }

    private sealed class Newest(Guid presetId)
    {
        private long revision;

        public Guid PresetId => presetId;

        /// <summary>Raises the revision; false when it is higher already.</summary>
        public bool Raise(long to)
        {
            var known = Volatile.Read(ref revision);
            while (known < to && Interlocked.CompareExchange(ref revision, to, known) is var before && before != known)
                known = before;
            return known <= to;
        }
    }
}
