using System.Collections.Immutable;
using System.Diagnostics;
using EvoNas.Actors.Mutators;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors.Populations;

/// <summary>A slot's work, as far as the population knows.</summary>
/// <param name="Birth">What it evaluates.</param>
/// <param name="Attempt">Which try.</param>
/// <param name="Until">When the lease runs out, on the population's clock.</param>
public sealed record Lease(BirthNumber Birth, int Attempt, double Until);

/// <summary>The attempts of a birth that came to nothing.</summary>
/// <param name="Count">How many.</param>
/// <param name="Killed">Of these, how many ended a worker (a lost node did not).</param>
/// <param name="Slots">Where.</param>
public sealed record Losses(int Count, int Killed, ImmutableHashSet<Address> Slots)
{
    /// <summary>None.</summary>
    public static readonly Losses None = new(0, 0, []);
}

/// <summary>A population: the lineage, which is kept, and what is known of the slots, which is not.</summary>
public sealed record PopulationState
{
    /// <summary>Before everything.</summary>
    public static readonly PopulationState Start = new();

    /// <summary>The sum of the kept events.</summary>
    public Lineage Lineage { get; init; } = Lineage.Empty;

    /// <summary>Seconds that the search had run before this cell's clock started.</summary>
    public double ClockBase { get; init; }

    /// <summary>The fingerprint that the last run was kept with since this cell started; null before the first
    /// one.</summary>
    public string? Evaluation { get; init; }

    /// <summary>Slots without work, in the order in which they are served.</summary>
    public ImmutableSortedSet<Address> Idle { get; init; } = [];

    /// <summary>Slots with work.</summary>
    public ImmutableSortedDictionary<Address, Lease> Leases { get; init; } =
        ImmutableSortedDictionary<Address, Lease>.Empty;

    /// <summary>Births that are pending and with no slot.</summary>
    public ImmutableSortedSet<BirthNumber> Waiting { get; init; } = [];

    /// <summary>Births from before a recovery: for a while only the slot that works on them may claim them.</summary>
    public ImmutableSortedSet<BirthNumber> HeldBack { get; init; } = [];

    /// <summary>Attempts lost, of births that are pending.</summary>
    public ImmutableSortedDictionary<BirthNumber, Losses> Lost { get; init; } =
        ImmutableSortedDictionary<BirthNumber, Losses>.Empty;

    /// <summary>Children asked for and not born yet.</summary>
    public ImmutableSortedDictionary<BirthNumber, PopulationEvent.Asked> Asked { get; init; } =
        ImmutableSortedDictionary<BirthNumber, PopulationEvent.Asked>.Empty;

    /// <summary>Of these, the ones that came and wait for their elder siblings.</summary>
    public ImmutableSortedDictionary<BirthNumber, Message.Mutated> Delivered { get; init; } =
        ImmutableSortedDictionary<BirthNumber, Message.Mutated>.Empty;

    /// <summary>No child is to be had any more.</summary>
    public bool Barren { get; init; }

    /// <summary>What the draws came to; null while a child may be had, and where it is certain that none is
    /// left.</summary>
    public DrawsSpent? Spent { get; init; }

    /// <summary>It was said that many draws found nothing that keeps the limits.</summary>
    public bool IsSearchingSaid { get; init; }

    /// <summary>Many draws for the next birth that found nothing that keeps the limits; null while they are
    /// few.</summary>
    public DrawsSpent? DrawnInVain
    {
        get
        {
            foreach (var (birth, asked) in Asked)
                if (!Delivered.ContainsKey(birth))
                    return asked is { Draw: >= MutatorBehavior.DrawsBeforeWarning, Nearest.Count: > 0 }
                        ? new(asked.Draw, [.. Lineage.Settings!.Objective.LimitsBeforeTraining()], asked.Nearest)
                        : null; // Who asks for children has begun.
            return null;
        }
    }

    /// <summary>Why nothing is handed out; null while it is.</summary>
    public string? PausedFor { get; init; }

    /// <summary>What a reader should know of it: why it is paused, what draws came to; null where all goes
    /// well.</summary>
    public string? Detail => PausedFor ?? Lineage.Spent?.ToString() ?? DrawnInVain?.Yet();

    /// <summary>This state after one more event.</summary>
    public PopulationState Evolve(PopulationEvent happened) =>
        happened switch
        {
            PopulationEvent.Kept kept => Keep(kept.Happened),
            PopulationEvent.Woke woke => this with { ClockBase = Lineage.ElapsedSeconds - woke.At },
            PopulationEvent.Freed freed => this with
            {
                Idle = Idle.Add(freed.Slot),
                Leases = Leases.Remove(freed.Slot),
            },
            PopulationEvent.Leased leased => this with
            {
                Idle = Idle.Remove(leased.Slot),
                Leases = Leases.SetItem(leased.Slot, new(leased.Birth, leased.Attempt, leased.Until)),
                Waiting = WaitingWithout(leased.Slot, leased.Birth).Remove(leased.Birth),
            },
            PopulationEvent.Gone gone => this with
            {
                Idle = Idle.Remove(gone.Slot),
                Leases = Leases.Remove(gone.Slot),
                Waiting = WaitingWithout(gone.Slot, null),
            },
            PopulationEvent.AttemptLost lost => this with
            {
                Waiting = Waiting.Add(lost.Birth),
                Lost = Lost.SetItem(
                    lost.Birth,
                    Lost.GetValueOrDefault(lost.Birth, Losses.None) is var before
                        ? new(
                            before.Count + 1,
                            before.Killed + (lost.Cause == LossCause.Node ? 0 : 1),
                            before.Slots.Add(lost.Slot)
                        )
                        : Losses.None
                ),
            },
            PopulationEvent.Asked asked => this with
            {
                Asked = Asked.SetItem(asked.Birth, asked),
                Delivered = Delivered.Remove(asked.Birth),
            },
            PopulationEvent.Delivered delivered => this with
            {
                Delivered = Delivered.SetItem(delivered.Child.Birth, delivered.Child),
            },
            PopulationEvent.Searching => this with { IsSearchingSaid = true },
            PopulationEvent.Barren barren => this with
            {
                Barren = true,
                Spent = barren.Spent,
                Asked = Asked.Clear(),
                Delivered = Delivered.Clear(),
            },
            PopulationEvent.Paused paused => this with { PausedFor = paused.Reason },
            PopulationEvent.Unpaused => this with { PausedFor = null },
            _ => throw new UnreachableException(
                $"PopulationEvent {happened.GetType().Name} has no arm in PopulationState.Evolve."
            ),
        };

    // A slot that turns out to hold another birth than it was given, or leaves with it, gives that one back, unless
    // another slot has it too.
    ImmutableSortedSet<BirthNumber> WaitingWithout(Address slot, BirthNumber? holds)
    {
        if (
            !Leases.TryGetValue(slot, out var lease)
            || lease.Birth == holds
            || !Lineage.Pending.ContainsKey(lease.Birth)
        )
            return Waiting;
        foreach (var (other, held) in Leases)
            if (held.Birth == lease.Birth && other != slot)
                return Waiting;
        return Waiting.Add(lease.Birth);
    }

    PopulationState Keep(LineageEvent happened)
    {
        var next = this with { Lineage = Lineage.Evolve(happened) };
        return happened switch
        {
            LineageEvent.Born born => next with
            {
                Waiting = Waiting.Add(born.Birth),
                Asked = Asked.Remove(born.Birth),
                Delivered = Delivered.Remove(born.Birth),
            },
            LineageEvent.Scored scored => next with
            {
                Evaluation = scored.Run.Evaluation ?? Evaluation,
                Waiting = Waiting.Remove(scored.Birth),
                Lost = Lost.Remove(scored.Birth),
            },
            LineageEvent.RuledOut ruledOut => next with
            {
                Evaluation = ruledOut.Run.Evaluation ?? Evaluation,
                Waiting = Waiting.Remove(ruledOut.Birth),
                Lost = Lost.Remove(ruledOut.Birth),
            },
            LineageEvent.Extended => next with { Barren = false, Spent = null },
            _ => next,
        };
    }
}
