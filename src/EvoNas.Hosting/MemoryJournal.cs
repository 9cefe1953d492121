using EvoNas.Actors;

namespace EvoNas.Hosting;

/// <summary>A journal that forgets with its process: for trying things out, and for tests.</summary>
public sealed class MemoryJournal : IJournal
{
    readonly Dictionary<string, List<JournalRow>> _rows = [];
    readonly Dictionary<string, List<JournalSnapshot>> _snapshots = [];

    /// <inheritdoc/>
    public void Append(string persistenceId, long first, IReadOnlyList<SerializedEvent> events, DateTime created)
    {
        ArgumentOutOfRangeException.ThrowIfZero(events.Count, nameof(events));
        var rows = Rows(persistenceId);
        if (first != rows.Count + 1)
            throw new JournalException(
                JournalTrouble.OtherWriter,
                $"Event {first} does not follow event {rows.Count}."
            );
        foreach (var (manifest, payload) in events)
            rows.Add(new(rows.Count + 1, created, manifest, payload, "memory"));
    }

    /// <inheritdoc/>
    public IEnumerable<JournalRow> Read(string persistenceId, long after = 0)
    {
        // By place, not by enumerator: a reader may append in between.
        var rows = Rows(persistenceId);
        for (var i = (int)after; i < rows.Count; i++)
            yield return rows[i];
    }

    /// <inheritdoc/>
    public long Last(string persistenceId) => Rows(persistenceId).Count;

    /// <inheritdoc/>
    public void Keep(string persistenceId, JournalSnapshot snapshot)
    {
        var kept = Kept(persistenceId);
        kept.RemoveAll(older => older.Number == snapshot.Number);
        kept.Add(snapshot);
        kept.Sort((one, other) => other.Number.CompareTo(one.Number));
        if (kept.Count > 2)
            kept.RemoveAt(2);
    }

    /// <inheritdoc/>
    public IEnumerable<JournalSnapshot> Snapshots(string persistenceId) => [.. Kept(persistenceId)];

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    List<JournalRow> Rows(string persistenceId) =>
        _rows.TryGetValue(persistenceId, out var rows) ? rows : _rows[persistenceId] = [];

    List<JournalSnapshot> Kept(string persistenceId) =>
        _snapshots.TryGetValue(persistenceId, out var kept) ? kept : _snapshots[persistenceId] = [];
}
