using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors.Populations;

/// <summary>What happens to a population. Only <see cref="Kept"/> goes into the journal; the rest is what it knows of
/// the slots, and is learnt anew after a crash.</summary>
public abstract record PopulationEvent
{
    PopulationEvent() { }

    /// <summary>An event of the lineage: durable.</summary>
    public sealed record Kept(LineageEvent Happened) : PopulationEvent;

    /// <summary>The cell is awake; its clock starts.</summary>
    public sealed record Woke(double At) : PopulationEvent;

    /// <summary>A slot is free for work.</summary>
    public sealed record Freed(Address Slot) : PopulationEvent;

    /// <summary>A slot works on a birth until a time, unless it is heard of before.</summary>
    public sealed record Leased(Address Slot, BirthNumber Birth, int Attempt, double Until) : PopulationEvent;

    /// <summary>A slot is no longer counted on.</summary>
    public sealed record Gone(Address Slot) : PopulationEvent;

    /// <summary>An attempt came to nothing; the birth waits for another.</summary>
    public sealed record AttemptLost(BirthNumber Birth, Address Slot, LossCause Cause) : PopulationEvent;

    /// <summary>A mutator was asked for a child.</summary>
    /// <param name="Birth">Which.</param>
    /// <param name="Draw">From which draw on.</param>
    /// <param name="Parent">Null: drawn at random.</param>
    /// <param name="At">Where the walk towards the limits is.</param>
    /// <param name="Nearest">What came nearest to keeping the limits, of the draws until now; empty where one kept
    /// them.</param>
    /// <param name="Mate">The second parent; null where there is none.</param>
    public sealed record Asked(
        BirthNumber Birth,
        int Draw,
        Individual? Parent,
        Genotype? At = null,
        Metrics Nearest = default,
        Individual? Mate = null
    ) : PopulationEvent;

    /// <summary>Many draws found nothing that keeps the limits; said once in the life of a population.</summary>
    public sealed record Searching(DrawsSpent Spent) : PopulationEvent;

    /// <summary>A child came, perhaps before its elder siblings.</summary>
    public sealed record Delivered(Message.Mutated Child) : PopulationEvent;

    /// <summary>No child is to be had.</summary>
    /// <param name="Birth">Asked for.</param>
    /// <param name="Spent">What the draws came to; null where it is certain that none is left.</param>
    public sealed record Barren(BirthNumber Birth, DrawsSpent? Spent) : PopulationEvent;

    /// <summary>Nothing more is handed out for now.</summary>
    public sealed record Paused(string Reason) : PopulationEvent;

    /// <summary>It is handed out again.</summary>
    public sealed record Unpaused : PopulationEvent;
}
