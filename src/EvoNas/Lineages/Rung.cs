using EvoNas.Evolution;

namespace EvoNas.Lineages;

/// <summary>A candidate that reached the end of a rung below the top.</summary>
/// <param name="Individual">The candidate, with its fitness at that rung.</param>
/// <param name="Value">What it is compared by; higher is better.</param>
/// <param name="IsPromoted">It went on to the next rung.</param>
/// <param name="Slot">Where it was trained: its checkpoint lies there.</param>
public sealed record RungEntry(Individual Individual, double Value, bool IsPromoted = false, string? Slot = null);

/// <summary>The youngest candidates of one rung, as many as <see cref="RungRules.Window"/>, in the order in which they
/// ended.</summary>
/// <param name="Entries">The oldest first.</param>
/// <param name="Count">All that ever reached its end.</param>
public sealed record Rung(Sequence<RungEntry> Entries, long Count = 0)
{
    /// <summary>No candidates.</summary>
    public static readonly Rung Empty = new([]);

    internal Rung With(RungEntry entry, int window) =>
        new([.. Entries.Items.AsSpan(Math.Max(0, Entries.Count + 1 - window)..), entry], Count + 1);

    /// <summary>A candidate by its birth; null where it is none of the youngest.</summary>
    public RungEntry? Find(Genetics.BirthNumber birth)
    {
        foreach (var entry in Entries)
            if (entry.Individual.Birth == birth)
                return entry;
        return null;
    }

    // Null where it is none that waits.
    internal Rung? WithPromoted(Genetics.BirthNumber birth, Genetics.Genotype genotype)
    {
        for (var place = 0; place < Entries.Count; place++)
            if (
                Entries[place] is { IsPromoted: false } entry
                && entry.Individual.Birth == birth
                && entry.Individual.Genotype == genotype
            )
                return this with { Entries = new(Entries.Items.SetItem(place, entry with { IsPromoted = true })) };
        return null;
    }
}
