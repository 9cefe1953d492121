using EvoNas.Actors;

namespace EvoNas.Hosting.Actors;

/// <summary>What a search says to itself and to its supervisor.</summary>
sealed partial class SearchActor
{
    /// <summary>Decide what was received.</summary>
    sealed class TakeTurn
    {
        public static readonly TakeTurn Instance = new();
    }

    /// <summary>The back-off is over.</summary>
    sealed record OpenJournal(int Ticket, long SnapshotMax);

    /// <summary>A search wants slots, or no longer. The first one says that its journal is read.</summary>
    public sealed record Demand(string Search, bool HasDemand);

    /// <summary>A slot works for a search no more: it left, was silent for a lease, or its node is gone.</summary>
    public sealed record Left(string Search, Address Slot);

    /// <summary>A search cannot use its journal, and tries again.</summary>
    public sealed record Trouble(string Search, string Reason);

    /// <summary>A search stops, because its journal cannot be trusted or another process writes it.</summary>
    public sealed record Failed(string Search, JournalTrouble Kind, string Reason, string? Hint)
    {
        /// <summary>For the process that waits for the search.</summary>
        public JournalException ToException() =>
            new(
                Kind,
                Reason,
                Hint
                    ?? Kind switch
                    {
                        JournalTrouble.OtherWriter => "End the other process, or wait for it; then resume the search.",
                        JournalTrouble.OtherSettings => "Give the new search another name.",
                        _ => $"See all that is wrong: evonas lineage {Search} verify",
                    }
            );
    }
}
