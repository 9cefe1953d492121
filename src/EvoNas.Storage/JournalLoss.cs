using EvoNas.Actors;

namespace EvoNas.Storage;

/// <summary>Rows that are missing from a journal, or that EvoNas did not write: what to tell the user.</summary>
static class JournalLoss
{
    /// <summary>Events are missing between two others.</summary>
    public static JournalException Missing(string place, string persistenceId, long from, long to) =>
        Broken(
            from == to
                ? $"The journal {place} lacks event {from} of {persistenceId}."
                : $"The journal {place} lacks events {from} to {to} of {persistenceId}.",
            Verify(persistenceId)
        );

    /// <summary>Rows at the end of the file are missing.</summary>
    public static JournalException AtTheEnd(string place, string persistenceId, long written, long last) =>
        Broken(
            $"The journal {place} has lost rows at its end: {written} were written, the last one there is {last}.",
            Verify(persistenceId)
        );

    /// <summary>A snapshot is newer than the last event.</summary>
    public static JournalException EndsBefore(string place, string persistenceId, long last, long snapshot) =>
        Broken(
            $"The journal {place} of {persistenceId} ends at event {last}, "
                + $"but there is a snapshot of event {snapshot}.",
            "Events were lost: restore the journal from a backup."
        );

    /// <summary>A row that another program wrote.</summary>
    public static JournalException Foreign(string place, string persistenceId, long number, long? serializer) =>
        Broken(
            $"Event {number} of {persistenceId} in the journal {place} was written by serializer "
                + $"{serializer?.ToString() ?? "(none)"}, not by EvoNas ({EventSerializer.SerializerIdentifier}).",
            Verify(persistenceId)
        );

    static JournalException Broken(string message, string hint) => new(JournalTrouble.Broken, message, hint);

    static string Verify(string persistenceId)
    {
        const string Prefix = "search-";
        var search = persistenceId.StartsWith(Prefix, StringComparison.Ordinal)
            ? persistenceId[Prefix.Length..]
            : persistenceId;
        return $"`evonas lineage {search} verify` finds everything that is wrong with it.";
    }
}
