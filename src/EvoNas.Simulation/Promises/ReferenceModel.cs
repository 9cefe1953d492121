using EvoNas.Actors;
using EvoNas.Actors.Populations;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;
using EvoNas.Simulation.Worlds;

namespace EvoNas.Simulation.Promises;

/// <summary>Reference model of the journal: every birth with its ends, a hash of every row, and the lineage that
/// follows from them.</summary>
sealed partial class ReferenceModel(World world)
{
    /// <summary>A mutator's bound: from this draw on a child is drawn at random although it was asked for of a
    /// parent.</summary>
    public const int DrawsFromParentMax = 256;

    sealed record Entry(LineageEvent.Born Born)
    {
        public int Ends { get; set; }
        public bool Scored { get; set; }
        public double Fitness { get; set; }
    }

    readonly List<Entry> _births = [];
    readonly HashSet<ulong> _known = [];
    readonly Queue<Proposal> _proposals = [];
    readonly List<ulong> _rows = [];

    public Lineage Truth { get; private set; } = Lineage.Empty;

    public int EndsOf(BirthNumber birth) =>
        birth.Value >= 1 && birth.Value <= _births.Count ? _births[(int)birth.Value - 1].Ends : 0;

    /// <summary>A row was committed.</summary>
    public void Write(KeptBytes row)
    {
        if (row.Number != _rows.Count + 1)
            throw new ViolationException(
                Promise.P5Prefix,
                "the number of a new row",
                $"{_rows.Count + 1}",
                $"{row.Number}: a row that was there is rewritten"
            );
        var happened = EventSerializer.Read(Store.Id, row.Number, row.Manifest, row.Bytes.Span);
        _rows.Add(HashOf(row));
        switch (happened)
        {
            case LineageEvent.Born born:
                Bear(born);
                break;
            case LineageEvent.Proposed proposed:
                world.Tally.See(Occurrence.Proposed);
                foreach (var one in proposed.Proposals)
                    Propose(one);
                break;
            case LineageEvent.Scored scored:
                Score(scored);
                break;
            case LineageEvent.RuledOut ruledOut:
                RuleOut(ruledOut);
                break;
            case LineageEvent.Exhausted exhausted:
                Exhaust(exhausted);
                break;
            case LineageEvent.Extended:
                world.Tally.See(Occurrence.Extended);
                _repeatsOfBudget = 0;
                break;
            case LineageEvent.Finished finished:
                CheckWinner(finished.Winner);
                break;
        }
        world.Tally.Events++;
        try
        {
            Truth = Truth.Evolve(happened);
        }
        catch (LineageException fault)
        {
            throw new ViolationException(Promise.P5Prefix, "the journal", "one search's history", fault.Message);
        }
    }

    /// <summary>Every row is unchanged since it was committed.</summary>
    public void CheckRows()
    {
        var place = 0;
        foreach (var row in world.Store.Rows(0))
        {
            if (place >= _rows.Count || HashOf(row) != _rows[place])
                throw new ViolationException(
                    Promise.P5Prefix,
                    $"row {place + 1} of the journal",
                    "as it was committed",
                    "something else"
                );
            place++;
        }
        if (place != _rows.Count)
            throw new ViolationException(Promise.P5Prefix, "rows of the journal", $"{_rows.Count}", $"{place}");
    }

    /// <summary>The parents follow from the seed, the birth, and the population at that moment.</summary>
    public void CheckParent(PopulationEvent.Asked asked, Lineage then)
    {
        // Founders that are asked for and not born are not in the lineage: they are believed.
        var founders = asked.Parent is null ? then.Founders : long.MaxValue;
        var expected = Breeding.ParentsOf(asked.Birth, then, founders);
        if ((asked.Parent?.Birth, asked.Mate?.Birth) != (expected.Parent?.Birth, expected.Mate?.Birth))
            throw new ViolationException(
                Promise.P6SameSearch,
                $"the parents asked for {asked.Birth}",
                $"{Named(expected.Parent)} and {Named(expected.Mate)}",
                $"{Named(asked.Parent)} and {Named(asked.Mate)}"
            );

        static string Named(Individual? parent) => parent?.Birth.ToString() ?? "none";
    }

    void Bear(LineageEvent.Born born)
    {
        if (born.Birth.Value != _births.Count + 1)
            throw new ViolationException(
                Promise.P2Once,
                "the number of a birth",
                $"{_births.Count + 1}",
                $"{born.Birth.Value}"
            );
        foreach (var parent in new[] { born.Parent, born.Mate })
            if (parent is { } of && (of.Value > _births.Count || !IsCandidate(_births[(int)of.Value - 1])))
                throw new ViolationException(
                    Promise.P6SameSearch,
                    $"a parent of {born.Birth}",
                    "a birth with a score",
                    $"{of}"
                );
        if (born.Promoted is not null)
            CheckPromotion(born);
        else if (born.Origin is not null)
            CheckProposal(born);
        else if (born.Guards is not null)
            CheckGuard(born);
        else if (born.RepeatOf is null)
            CheckChild(born);
        else
            CheckRepeat(born);
        _births.Add(new(born));
        if (world.Settings.Rungs is { } rules)
            _epochs += EpochsOf(rules, born);
        _known.Add(born.Genotype.Fingerprint);
        world.Tally.Births++;
    }

    void Propose(Proposal proposal)
    {
        if (!_known.Add(proposal.Genotype.Fingerprint) || world.Forbids(proposal.Genotype))
            throw new ViolationException(
                Promise.P6SameSearch,
                "a genotype that is taken for a proposal",
                "new, and within the limit",
                $"{proposal.Genotype}"
            );
        _proposals.Enqueue(proposal);
    }

    void CheckProposal(LineageEvent.Born born)
    {
        world.Tally.See(Occurrence.BornOfProposal);
        if (
            !_proposals.TryDequeue(out var next)
            || next != new Proposal(born.Genotype, born.Origin!) // Who asks knows that it has one.
            || born is not { Parent: null, Mate: null, RepeatOf: null }
        )
            throw new ViolationException(
                Promise.P6SameSearch,
                $"the proposal that is born as {born.Birth}",
                $"{next}",
                $"{born}"
            );
    }

    // Any mutator, replay or simulator must breed the same child: this one breeds it once more.
    void CheckChild(LineageEvent.Born born)
    {
        if (born.Parent is null && born.Draw >= DrawsFromParentMax)
            return; // The event does not name the parent that was tried first.
        // Nor does it name the mate of draws that had none.
        var (first, rules) = (born.Draw, world.Settings.Pareto?.Rules);
        if (rules is null || born.Mate is not null || born.Parent is null)
            first = 0;
        for (var draw = first; draw < born.Draw; draw++)
            if (
                Child(born, draw) is var left
                && !world.Forbids(left)
                && (world.Settings.RepeatDuplicates || !_known.Contains(left.Fingerprint))
            )
                throw new ViolationException(
                    Promise.P6SameSearch,
                    $"the draw of {born.Birth}",
                    $"{draw}, which is new and allowed",
                    $"{born.Draw}"
                );
        if (Child(born, born.Draw) is var child && child != born.Genotype)
            throw new ViolationException(
                Promise.P6SameSearch,
                $"the genotype of {born.Birth} by draw {born.Draw}",
                $"{child}",
                $"{born.Genotype}"
            );
    }

    Genotype Child(LineageEvent.Born born, int draw)
    {
        var random = SeededRandom.For(world.Settings.Seed, born.Birth, draw);
        if (born.Parent is not { } parent || draw >= DrawsFromParentMax)
            return world.Space.Sample(random);
        // Digits have no rule that a child could break.
        if (world.Settings.Pareto?.Rules is not { } pareto)
            return world
                .Space.TryMutate(GenotypeOf(parent), random, world.Settings.Rules is { Neighbours: true })!
                .Child;
        var crosses = random.Unit() < pareto.Crossover && born.Mate is not null;
        return world.Space.TryCross(
            GenotypeOf(parent),
            crosses ? GenotypeOf(born.Mate!.Value) : null,
            random,
            pareto.Neighbours
        )!;
    }

    Genotype GenotypeOf(BirthNumber birth) => _births[(int)birth.Value - 1].Born.Genotype;

    void Score(LineageEvent.Scored scored)
    {
        var entry = End(scored.Birth);
        (entry.Scored, entry.Fitness) = (true, scored.Fitness.Value);
        Rank(scored, entry.Born);
        // A guarded candidate is trained by its own seed again, so that it must have its own score again.
        var seed = entry.Born.Guards is null ? scored.Birth : entry.Born.RepeatOf!.Value; // Guards are repeats.
        var traits = Traits.Of(world.Settings.Seed, seed, entry.Born.Genotype, world.FaultProfile);
        if (entry.Born.RepeatOf is not null && scored.StoppedAtEpoch is not null)
            throw new ViolationException(
                Promise.P6SameSearch,
                $"{scored.Birth}, which evaluates {entry.Born.RepeatOf} again",
                "trained to the end",
                $"stopped after epoch {scored.StoppedAtEpoch}"
            );
        if (scored.StoppedAtEpoch is not null)
            world.Tally.See(Occurrence.StoppedEarly);
        var expected = traits.After(
            scored.StoppedAtEpoch
                ?? (
                    IsFull(world.Settings.Rungs, entry.Born)
                        ? Traits.Epochs
                        : world.Settings.Rungs!.Epochs[entry.Born.Rung ?? 0] // A training that is not full has rungs.
                )
        );
        if (traits.Kills || traits.Diverges || traits.IsUnscorable || scored.Fitness.Value != expected)
            throw new ViolationException(
                Promise.P6SameSearch,
                $"the score of {scored.Birth}",
                traits.Kills || traits.Diverges || traits.IsUnscorable ? "none" : $"{expected:R}",
                $"{scored.Fitness.Value:R}"
            );
    }

    void Exhaust(LineageEvent.Exhausted exhausted)
    {
        world.Tally.See(Occurrence.Exhausted);
        var isScored = exhausted.Birth.Value <= _births.Count && _births[(int)exhausted.Birth.Value - 1].Scored;
        if (world.Settings is { Rules: null, Rungs: null } || !isScored || Truth.Exhausted.Contains(exhausted.Birth))
            throw new ViolationException(
                Promise.P6SameSearch,
                $"who breeds no more ({exhausted.Birth})",
                "once, a birth with a score, in a search that climbs",
                world.Settings.Algorithm.ToString()
            );
    }

    void RuleOut(LineageEvent.RuledOut ruledOut)
    {
        var traits = Traits.Of(
            world.Settings.Seed,
            ruledOut.Birth,
            End(ruledOut.Birth).Born.Genotype,
            world.FaultProfile
        );
        if (ruledOut.Reason == RuledOutReason.Crash && traits.Kills)
            world.Tally.See(Occurrence.PoisonRuledOut);
        if (ruledOut.Reason == RuledOutReason.Unscorable)
            world.Tally.See(Occurrence.UnscorableRuledOut);
        var allowed = ruledOut.Reason switch
        {
            RuledOutReason.Unscorable => traits.IsUnscorable,
            RuledOutReason.Diverged => traits.Diverges,
            RuledOutReason.Memory => traits.Divisor > 2,
            RuledOutReason.Crash => true,
            _ => false,
        };
        if (!allowed)
            throw new ViolationException(
                Promise.P6SameSearch,
                $"why {ruledOut.Birth} is ruled out",
                "a reason that lies in its genotype, or lost attempts",
                $"{ruledOut.Reason}: {ruledOut.Detail}"
            );
    }

    Entry End(BirthNumber birth)
    {
        if (birth.Value < 1 || birth.Value > _births.Count)
            throw new ViolationException(
                Promise.P2Once,
                $"an end of {birth}",
                "of a birth in the journal",
                $"{_births.Count} births"
            );
        var entry = _births[(int)birth.Value - 1];
        if (++entry.Ends > 1)
            throw new ViolationException(Promise.P2Once, $"ends of {birth}", "1", $"{entry.Ends}");
        return entry;
    }

    static ulong HashOf(KeptBytes row)
    {
        var hash = 0xCBF2_9CE4_8422_2325UL ^ (ulong)row.Number;
        foreach (var word in System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(row.Bytes.Span))
            hash = (hash ^ word) * 0x100_0000_01B3;
        foreach (var rest in row.Bytes.Span[(row.Bytes.Length & ~7)..])
            hash = (hash ^ rest) * 0x100_0000_01B3;
        return hash;
    }
}
