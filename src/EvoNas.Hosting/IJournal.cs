using EvoNas.Actors;

namespace EvoNas.Hosting;

/// <summary>Where a durable cell's events lie. One instance is one writer; not to be shared between threads.</summary>
/// <remarks>The promise is: when <see cref="Append"/> returns, the events outlive the process and a loss of power. When
/// it throws, their fate is unknown: whoever called throws its state away and reads again.</remarks>
public interface IJournal : IAsyncDisposable
{
    /// <summary>Appends events, all or none.</summary>
    /// <param name="persistenceId">Whose.</param>
    /// <param name="first">The number of the first; one more than the last appended.</param>
    /// <param name="events">At least one.</param>
    /// <param name="created">The time they are to bear, UTC.</param>
    /// <exception cref="JournalException">They could not be appended, or nobody knows; or another writer was
    /// faster.</exception>
    void Append(string persistenceId, long first, IReadOnlyList<SerializedEvent> events, DateTime created);

    /// <summary>The rows after a number, in order. Checks that no number is missing; what the rows hold, the reader
    /// checks.</summary>
    /// <exception cref="JournalException">The journal cannot be read, or a number is missing.</exception>
    IEnumerable<JournalRow> Read(string persistenceId, long after = 0);

    /// <summary>The number of the last event; 0 if there is none.</summary>
    long Last(string persistenceId);

    /// <summary>Keeps a snapshot, and of the older ones only the last.</summary>
    void Keep(string persistenceId, JournalSnapshot snapshot);

    /// <summary>The snapshots, the newest first.</summary>
    IEnumerable<JournalSnapshot> Snapshots(string persistenceId);
}
