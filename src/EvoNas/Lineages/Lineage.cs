using System.Collections.Immutable;
using System.Diagnostics;
using EvoNas.Evolution;
using EvoNas.Genetics;

namespace EvoNas.Lineages;

/// <summary>A candidate that is born and not ended.</summary>
/// <param name="Birth">Its number.</param>
/// <param name="Parent">Null for one that was drawn at random.</param>
/// <param name="Genotype">What it is.</param>
/// <param name="RepeatOf">The birth that is evaluated once more; null where this is a birth of its own.</param>
/// <param name="Rung">The rung that it is trained on, from 0; null where there are none.</param>
/// <param name="Promoted">The birth that it continues on that rung; null for all others.</param>
/// <param name="Guards">True where it is evaluated once more with its own seed; null for all others.</param>
public sealed record Pending(
    BirthNumber Birth,
    BirthNumber? Parent,
    Genotype Genotype,
    BirthNumber? RepeatOf = null,
    int? Rung = null,
    BirthNumber? Promoted = null,
    bool? Guards = null
);

/// <summary>One of the best candidates so far, with what was measured.</summary>
/// <param name="Individual">The candidate.</param>
/// <param name="Metrics">What was measured.</param>
/// <param name="Rung">Where, from 0; null where there are no rungs.</param>
public sealed record Champion(Individual Individual, Metrics Metrics, int? Rung = null);

/// <summary>One search as the sum of its events: what the next decision needs. It grows with the
/// population, not with the history.</summary>
/// <remarks>For questions to the whole history see <see cref="Ancestry"/>.</remarks>
public sealed partial record Lineage
{
    /// <summary>Before the first event.</summary>
    public static readonly Lineage Empty = new();

    /// <summary>Null before the search began.</summary>
    public SearchSettings? Settings { get; init; }

    /// <summary>Events so far; the number of the last one.</summary>
    public long Events { get; init; }

    /// <summary>Births so far, repeats among them; the number of the last one.</summary>
    public long Born { get; init; }

    /// <summary>Of these, the ones that evaluate a finalist once more.</summary>
    public long Repeats { get; init; }

    /// <summary>Repeats since the budget was last changed.</summary>
    public long RepeatsOfBudget { get; init; }

    /// <summary>Births with a score.</summary>
    public long Scored { get; init; }

    /// <summary>Births that ended without one.</summary>
    public long RuledOut { get; init; }

    /// <summary>Births that were drawn at random and are no failures: they fill the population first.</summary>
    public long Founders { get; init; }

    /// <summary>Who may breed.</summary>
    public Population Population { get; init; } = Population.Empty;

    /// <summary>Born, not ended, by number.</summary>
    public ImmutableSortedDictionary<BirthNumber, Pending> Pending { get; init; } =
        ImmutableSortedDictionary<BirthNumber, Pending>.Empty;

    /// <summary>Fingerprints of all that were born.</summary>
    public FingerprintSet Known { get; init; } = FingerprintSet.Empty;

    /// <summary>The fittest; of equals, the first. With rungs the fittest of the highest that has a score.</summary>
    public Champion? Best { get; init; }

    /// <summary>The fittest that keeps every limit; of equals, the first.</summary>
    public Champion? BestFeasible { get; init; }

    /// <summary>The best scores, from which the finalists are chosen, and all that were evaluated again; by birth.
    /// Empty where a search has no finalists.</summary>
    public Sequence<Contender> Contenders { get; init; }

    /// <summary>Who won, where finalists were evaluated again; null while the search goes on.</summary>
    public Winner? Winner { get; init; }

    /// <summary>Those that keep every limit and that no other candidate dominates, by birth; empty with one
    /// objective. It grows with the front.</summary>
    public Sequence<Champion> Front { get; init; }

    /// <summary>The members of the population among the objectives of <see cref="Algorithm.Nsga2"/>, in its order;
    /// empty with other algorithms.</summary>
    public Sequence<ParetoPoint> Points { get; init; }

    /// <summary>The worst value of each objective among the first scores, as many as there are founders; empty with one
    /// objective.</summary>
    public Sequence<double> Worst { get; init; }

    /// <summary>Whom local search climbs from; null with other algorithms, and before the first score.</summary>
    public Individual? Incumbent { get; init; }

    /// <summary>Scored children of the <see cref="Leader"/> in a row, none of them better. 0 with algorithms that do
    /// not climb.</summary>
    public int Vain { get; init; }

    /// <summary>Those that breed no more, of the leader and the population.</summary>
    public ImmutableSortedSet<BirthNumber> Exhausted { get; init; } = [];

    /// <summary>Whom an algorithm that climbs breeds from; null with others, and before the first score.</summary>
    public Individual? Leader =>
        Settings?.Algorithm switch
        {
            Algorithm.Local => Incumbent,
            Algorithm.Auto => Best?.Individual,
            _ => null,
        };

    /// <summary>The last curves of candidates that were trained to the end, for the median rule; the newest
    /// last.</summary>
    public Sequence<Sequence<double>> Curves { get; init; }

    /// <summary>Seconds of running until the last event that says.</summary>
    public double ElapsedSeconds { get; init; }

    /// <summary>Seconds of evaluation, over all slots.</summary>
    public double SlotSeconds { get; init; }

    /// <summary>Null while the search goes on.</summary>
    public FinishedReason? Finished { get; init; }

    /// <summary>What the draws came to that ended the search; null where something else did.</summary>
    public DrawsSpent? Spent { get; init; }

    /// <summary>Births that ended: what a budget counts.</summary>
    public long Ended => Scored + RuledOut;

    /// <summary>This lineage after one more event.</summary>
    /// <exception cref="LineageException">The event cannot have happened here: the journal is not one search's
    /// history.</exception>
    public Lineage Evolve(LineageEvent happened) =>
        (
            happened switch
            {
                LineageEvent.Begun begun => Settings is null && Events == 0
                    ? this with
                    {
                        Settings = begun.Settings,
                        Rungs = [.. Enumerable.Repeat(Rung.Empty, begun.Settings.Rungs?.Top ?? 0)],
                    }
                    : throw Impossible("begins twice"),
                _ when Settings is null => throw Impossible($"has {happened.GetType().Name} before Begun"),
                LineageEvent.Born born => Bear(born),
                LineageEvent.Proposed proposed => Propose(proposed),
                LineageEvent.Scored scored => Score(scored),
                LineageEvent.RuledOut ruledOut => RuleOut(ruledOut),
                LineageEvent.Retired retired => Retire(retired.Birth),
                LineageEvent.Exhausted exhausted => Exhaust(exhausted.Birth),
                LineageEvent.Extended extended => this with
                {
                    Settings = Settings with { Budget = extended.Budget },
                    Finished = null,
                    Spent = null,
                    Winner = null,
                    RepeatsOfBudget = 0,
                },
                LineageEvent.Finished finished => this with
                {
                    Finished = finished.Reason,
                    Spent = finished.Spent,
                    Winner = finished.Winner,
                    ElapsedSeconds = Math.Max(ElapsedSeconds, finished.Spent?.AtSeconds ?? 0),
                },
                _ => throw new UnreachableException(
                    $"LineageEvent {happened.GetType().Name} has no arm in Lineage.Evolve."
                ),
            }
        ) with
        {
            Events = Events + 1,
        };

    Lineage Bear(LineageEvent.Born born) =>
        born.Birth.Value != Born + 1 ? throw Impossible($"has birth {born.Birth} after {Born}")
        : born.RepeatOf is { } of && born.Guards is null && !IsContender(of, born.Genotype)
            ? throw Impossible($"repeats birth {of}, which is no finalist or another genotype")
        : born.Guards is not null && !IsGuarded(born)
            ? throw Impossible($"guards {born.RepeatOf}, which is not the guarded candidate")
        : Climb(born) with
        {
            Guarded = born.Guards is null ? Guarded : ToGuard,
            Guards = Guards + (born.Guards is null ? 0 : 1),
            Born = born.Birth.Value,
            Proposals = ProposalsAfter(born),
            Founders = Founders + (born is { Parent: null, RepeatOf: null, Promoted: null } ? 1 : 0),
            Repeats = Repeats + (born.RepeatOf is null || born.Guards is not null ? 0 : 1),
            RepeatsOfBudget = RepeatsOfBudget + (born.RepeatOf is null || born.Guards is not null ? 0 : 1),
            Pending = Pending.Add(
                born.Birth,
                new(born.Birth, born.Parent, born.Genotype, born.RepeatOf, RungOf(born), born.Promoted, born.Guards)
            ),
            Known = Known.Add(born.Genotype.Fingerprint),
        };

    Lineage Score(LineageEvent.Scored scored)
    {
        var pending = PendingOr(scored.Birth);
        if (pending.RepeatOf is { } of)
            return ScoreAgain(pending.Guards is null ? of : null, scored);
        var individual = new Individual(scored.Birth, pending.Parent, pending.Genotype, scored.Fitness);
        var champion = new Champion(individual, scored.Metrics, pending.Rung);
        if (Settings!.Rungs is { } rules && pending.Rung is { } rung && rung < rules.Top) // It has begun.
            return Rank(ScoreRung(champion, rung, rules, scored.Run.Slot), champion, scored, pending);
        var leads = Leads(individual);
        return Rank(WithPoint(champion), champion, scored, pending) with
        {
            Incumbent = leads && Settings!.Algorithm == Algorithm.Local ? individual : Incumbent, // It has begun.
            Vain =
                leads ? 0
                : individual.Parent is { } parent && parent == Leader?.Birth ? Vain + 1
                : Vain,
            FullTrainings = FullTrainings + (Settings.Rungs is null ? 0 : 1),
            Population = Population.Add(individual),
            Contenders = WithContender(champion),
            Curves = scored.StoppedAtEpoch is null ? WithCurve(Curves, scored.Curve) : Curves,
        };
    }

    // What every score of a candidate changes.
    Lineage Rank(Lineage next, Champion champion, LineageEvent.Scored scored, Pending pending) =>
        next with
        {
            Scored = Scored + 1,
            Epochs = EpochsAfter(scored, pending),
            Pending = Pending.Remove(scored.Birth),
            Best = IsBetter(champion, Best) ? champion : Best,
            BestFeasible =
                champion.Individual.Fitness.Feasible && IsBetter(champion, BestFeasible) ? champion : BestFeasible,
            ElapsedSeconds = Math.Max(ElapsedSeconds, scored.Run.AtSeconds),
            SlotSeconds = SlotSeconds + scored.Run.Seconds,
        };

    // A founder that was drawn because the climb had ended begins another one, however good it is.
    bool Leads(Individual individual) =>
        Settings!.Algorithm switch // A search that has scores has begun.
        {
            Algorithm.Local => Incumbent is null
                || individual.Fitness.CompareTo(Incumbent.Fitness) > 0
                || individual.Parent is null && Exhausted.Contains(Incumbent.Birth),
            Algorithm.Auto => Best is null || individual.Fitness.CompareTo(Best.Individual.Fitness) > 0,
            _ => false,
        };

    // Those that cannot be drawn any more are forgotten.
    Lineage Exhaust(BirthNumber birth)
    {
        var breeding = Settings?.Rungs is null ? Population : SuccessiveHalving.Parents(this);
        var kept = Exhausted.Intersect(breeding.Members.Select(member => member.Birth)).Add(birth);
        return this with
        {
            Exhausted = Leader is { } leader && Exhausted.Contains(leader.Birth) ? kept.Add(leader.Birth) : kept,
        };
    }

    Lineage RuleOut(LineageEvent.RuledOut ruledOut) =>
        PendingOr(ruledOut.Birth) is var pending
            ? this with
            {
                RuledOut = RuledOut + 1,
                Founders = Founders - (pending is { Parent: null, RepeatOf: null, Promoted: null } ? 1 : 0),
                Pending = Pending.Remove(ruledOut.Birth),
                ElapsedSeconds = Math.Max(ElapsedSeconds, ruledOut.Run.AtSeconds),
                SlotSeconds = SlotSeconds + ruledOut.Run.Seconds,
            }
            : this;

    /// <summary>The median rule's bar after each epoch: the median over earlier candidates of their best value until
    /// then; empty while there are too few.</summary>
    /// <remarks>Golovin et al. 2017, <i>Google Vizier</i>, §3.2.2: a trial whose best value by a step is below the
    /// median of the others' is stopped.</remarks>
    public Sequence<double> MedianThresholds() => Settings is { EarlyStopping: true } ? MedianThresholds(Curves) : [];

    /// <summary>The median rule's bars after each epoch.</summary>
    /// <param name="curves">Of the last candidates that were trained to the end.</param>
    /// <returns>One for each epoch that at least five curves have; empty while there are fewer.</returns>
    public static Sequence<double> MedianThresholds(Sequence<Sequence<double>> curves)
    {
        if (curves.Count < SearchSettings.CurvesMin)
            return [];
        // Asked for with every birth that is handed out.
        var (thresholds, best, ranked) = (new List<double>(), new double[curves.Count], new double[curves.Count]);
        best.AsSpan().Fill(double.NegativeInfinity);
        for (var epoch = 0; ; epoch++)
        {
            var count = 0;
            for (var i = 0; i < best.Length; i++)
                if (curves[i].Count > epoch)
                    ranked[count++] = best[i] = Math.Max(best[i], curves[i][epoch]);
            if (count < SearchSettings.CurvesMin)
                return [.. thresholds];
            ranked.AsSpan(0, count).Sort();
            thresholds.Add(ranked[(count - 1) / 2]);
        }
    }

    /// <summary>The last curves of full trainings and one more.</summary>
    /// <param name="curves">The oldest first.</param>
    /// <param name="curve">The validation metric after every epoch; an empty one is left out.</param>
    public static Sequence<Sequence<double>> WithCurve(Sequence<Sequence<double>> curves, Sequence<double> curve) =>
        curve.Count == 0
            ? curves
            : new([.. curves.Items.AsSpan(Math.Max(0, curves.Count + 1 - SearchSettings.CurvesMax)..), curve]);

    Pending PendingOr(BirthNumber birth) =>
        Pending.GetValueOrDefault(birth) ?? throw Impossible($"ends birth {birth}, which is not pending");

    LineageException Impossible(string what) => new(Events + 1, what);
}

/// <summary>A history that cannot be: an event that does not follow from those before it.</summary>
/// <param name="number">Of the event, from 1.</param>
/// <param name="what">What is wrong with it.</param>
public sealed class LineageException(long number, string what) : Exception($"Event {number} {what}.")
{
    /// <summary>Of the event, from 1.</summary>
    public long Number { get; } = number;
}
