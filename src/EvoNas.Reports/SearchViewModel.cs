using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Reports;

/// <summary>A birth that ended, as a view tells it.</summary>
/// <param name="Birth">Its number.</param>
/// <param name="Born">How it came to be.</param>
/// <param name="Detail">Why it was ruled out, one line; empty where it was scored.</param>
sealed record End(
    BirthNumber Birth,
    LineageEvent.Born Born,
    double? Fitness,
    double? Gain,
    bool StoppedEarly,
    RuledOutReason? Reason,
    string Detail,
    bool IsBest,
    Run Run
);

/// <summary>A scored birth with its ancestors.</summary>
/// <param name="Born">The birth.</param>
/// <param name="Fitness">Its fitness.</param>
/// <param name="Parent">Its parent; null for a founder, and where the parent retired long before the birth.</param>
sealed record Ancestor(LineageEvent.Born Born, double Fitness, Ancestor? Parent)
{
    /// <summary>What its mutation gained; null without a parent, and where the two were trained on different
    /// rungs.</summary>
    public double? Gain => Parent?.Born.Rung == Born.Rung ? Fitness - Parent?.Fitness : null;

    /// <summary>From the founder to this birth.</summary>
    public IReadOnlyList<Ancestor> Chain
    {
        get
        {
            var chain = new List<Ancestor>();
            for (var one = this; one is not null; one = one.Parent)
                chain.Add(one);
            chain.Reverse();
            return chain;
        }
    }
}

/// <summary>What a view shows of a search, kept up to date by its events.</summary>
/// <remarks>It grows by eight bytes a birth. Of all births it keeps only the living ones, the best ones and their
/// ancestors: lines that died out are forgotten.</remarks>
sealed class SearchViewModel
{
    const int RecentMax = 32,
        RetiredMax = 4096;

    readonly Dictionary<BirthNumber, (LineageEvent.Born Born, Ancestor? Parent)> _pending = [];
    readonly Dictionary<BirthNumber, Ancestor> _living = [],
        _retired = [];
    readonly Queue<BirthNumber> _retiring = new();

    // The guarded candidate with its first score, and those since.
    (BirthNumber Birth, double First)? _guarded;
    Sequence<double> _guardScores;

    // The finalists, with the first score of each.
    readonly Dictionary<BirthNumber, (LineageEvent.Scored Scored, Ancestor Ancestor)> _contenders = [];

    // Of searches with finalists: the best scores, from which they are chosen.
    readonly SortedList<(bool, double, long), (LineageEvent.Scored Scored, Ancestor Ancestor)> _top = [];
    readonly List<double> _scores = [];
    readonly Queue<End> _recent = new();
    long _epochs;
    long[] _rungCounts = [];
    int? _bestRung,
        _bestFeasibleRung;
    FrontSoFar _pareto = new(null);
    FrontView? _frontView;

    public SearchSettings? Settings { get; private set; }

    /// <summary>Fitness in the order in which births ended; NaN for one without.</summary>
    public IReadOnlyList<double> Scores => _scores;

    /// <summary>The last ends, the newest last.</summary>
    public IEnumerable<End> Recent => _recent;

    public long Events { get; private set; }

    public long Born { get; private set; }

    public long Scored { get; private set; }

    public long StoppedEarly { get; private set; }

    public SortedDictionary<RuledOutReason, long> RuledOut { get; } = [];

    public long Ended => Scored + RuledOut.Values.Sum();

    /// <summary>See <see cref="Lineage.Evaluations"/>.</summary>
    public double Evaluations => Settings?.Rungs is { } rules ? (double)_epochs / rules.Horizon : Ended;

    /// <summary>See <see cref="Lineage.RungCounts"/>.</summary>
    public IReadOnlyList<long> RungCounts => _rungCounts;

    /// <summary>Births that continue an earlier one on the next rung.</summary>
    public long Promotions { get; private set; }

    public LineageEvent.Scored? Best { get; private set; }

    /// <summary>The best birth with its ancestors; null before the first score.</summary>
    public Ancestor? BestAncestor { get; private set; }

    public Genotype? BestGenotype => BestAncestor?.Born.Genotype;

    public LineageEvent.Scored? BestFeasible { get; private set; }

    /// <summary>The best feasible birth with its ancestors; null while there is none.</summary>
    public Ancestor? BestFeasibleAncestor { get; private set; }

    public Genotype? BestFeasibleGenotype => BestFeasibleAncestor?.Born.Genotype;

    /// <summary>See <see cref="Lineage.Front"/>.</summary>
    public Sequence<Champion> Front => _pareto.Front;

    /// <summary>See <see cref="Lineage.Reference"/>.</summary>
    public Sequence<double>? Reference => _pareto.Reference;

    /// <summary>The front with its figures; null with one objective. A frame asks for it again and again.</summary>
    public FrontView? FrontView => _frontView ??= FrontView.Of(this);

    /// <summary>Births that evaluate an earlier one again.</summary>
    public long Repeats { get; private set; }

    /// <summary>Who won, where finalists were evaluated again; null while the search goes on.</summary>
    public Winner? Winner { get; private set; }

    /// <summary>Whom the search announces, with its ancestors: the winner of the finalists; without them the best that
    /// keeps every limit, and where none does, the best. Null before the first score.</summary>
    public (LineageEvent.Scored Scored, Ancestor Ancestor)? Announced =>
        Winner is { } winner && _contenders.TryGetValue(winner.Birth, out var won) ? won
        : (BestFeasible ?? Best, BestFeasibleAncestor ?? BestAncestor) is ({ } best, { } ancestor) ? (best, ancestor)
        : null;

    public FinishedReason? Finished { get; private set; }

    /// <summary>What the draws came to that ended the search; null where something else did.</summary>
    public DrawsSpent? Spent { get; private set; }

    /// <summary>Seconds of the search's own clock at the last end.</summary>
    public double ElapsedSeconds { get; private set; }

    public double SlotSeconds { get; private set; }

    /// <summary>Takes one more event in.</summary>
    /// <returns>The end that it was; null for any other.</returns>
    public End? See(LineageEvent happened)
    {
        Events++;
        switch (happened)
        {
            case LineageEvent.Begun begun:
                Settings = begun.Settings;
                _pareto = new(begun.Settings);
                _rungCounts = new long[begun.Settings.Rungs?.Epochs.Count ?? 0];
                break;
            case LineageEvent.Extended extended:
                (Settings, Finished, Spent, Winner) = (Settings! with { Budget = extended.Budget }, null, null, null);
                break; // A search begins before it is extended.
            case LineageEvent.Finished finished:
                (Finished, Spent, Winner) = (finished.Reason, finished.Spent, finished.Winner);
                ElapsedSeconds = Math.Max(ElapsedSeconds, finished.Spent?.AtSeconds ?? 0);
                break;
            case LineageEvent.Retired retired:
                Retire(retired.Birth);
                break;
            case LineageEvent.Born born:
                Born++;
                if (born is { Guards: not null, RepeatOf: { } guarded })
                    _guarded ??= (guarded, Best?.Birth == guarded ? Best.Fitness.Value : double.NaN);
                else if (born.RepeatOf is { } of)
                {
                    Repeats++;
                    Choose(of);
                }
                if (born.Promoted is not null)
                    Promotions++;
                _pending[born.Birth] = (born, (born.Promoted ?? born.Parent) is { } parent ? Find(parent) : null);
                break;
            case LineageEvent.Scored scored:
                return See(scored);
            case LineageEvent.RuledOut ruledOut:
                return See(ruledOut);
        }
        return null;
    }

    /// <summary>What is known of drift; null before the guarded candidate has a second score.</summary>
    public Drift? Drift =>
        _guarded is var (birth, first) && double.IsFinite(first) && _guardScores.Count > 0
            ? new(birth, first, _guardScores)
            : null;

    void Choose(BirthNumber finalist)
    {
        foreach (var one in _top.Values)
            if (one.Scored.Birth == finalist)
                _contenders[finalist] = one;
    }

    // A parent may retire while its child is bred: the last that retired are kept for that.
    Ancestor? Find(BirthNumber birth) => _living.GetValueOrDefault(birth) ?? _retired.GetValueOrDefault(birth);

    void Retire(BirthNumber birth)
    {
        if (!_living.Remove(birth, out var ancestor))
            return;
        _retired[birth] = ancestor;
        _retiring.Enqueue(birth);
        if (_retiring.Count > RetiredMax)
            _retired.Remove(_retiring.Dequeue());
    }

    End See(LineageEvent.Scored scored)
    {
        _pending.Remove(scored.Birth, out var pending);
        Scored++;
        if (scored.StoppedAtEpoch is not null)
            StoppedEarly++;
        var fitness = scored.Fitness.Value;
        _epochs += EpochsOf(pending.Born, scored.From);
        if (pending.Born.Guards is not null)
            _guardScores = [.. _guardScores.Items.AsSpan(Math.Max(0, _guardScores.Count + 1 - Drift.Kept)..), fitness];
        if (pending.Born.RepeatOf is { } of)
            return Ends(
                new(
                    scored.Birth,
                    pending.Born,
                    fitness,
                    pending.Born.Guards is not null ? fitness - _guarded?.First
                        : _contenders.TryGetValue(of, out var first) ? fitness - first.Scored.Fitness.Value
                        : null,
                    false,
                    null,
                    "",
                    false,
                    scored.Run
                ),
                fitness
            );
        var ancestor = new Ancestor(pending.Born, fitness, pending.Parent);
        var rung = pending.Born.Rung ?? 0;
        if (_rungCounts.Length > 0)
            _rungCounts[rung]++;
        var isFull = Settings?.Rungs is not { } rungs || rung == rungs.Top;
        if (isFull && Settings?.Finalists is { } rules)
        {
            _top[(!scored.Fitness.Feasible, -fitness, scored.Birth.Value)] = (scored, ancestor);
            if (_top.Count > rules.CountMax)
                _top.RemoveAt(_top.Count - 1);
        }
        // Of two rungs the higher one wins.
        var isBest = IsBetter(scored, rung, Best, _bestRung);
        if (isBest)
            (Best, BestAncestor, _bestRung) = (scored, ancestor, rung);
        if (scored.Fitness.Feasible && IsBetter(scored, rung, BestFeasible, _bestFeasibleRung))
            (BestFeasible, BestFeasibleAncestor, _bestFeasibleRung) = (scored, ancestor, rung);
        _living[scored.Birth] = ancestor;
        // The members of lower rungs do not retire by an event.
        if (!isFull)
            Retire(scored.Birth);
        _frontView = null;
        if (Settings is { Pareto: not null })
            _pareto = _pareto.WithScore(
                new(new(scored.Birth, pending.Born.Parent, pending.Born.Genotype, scored.Fitness), scored.Metrics)
            );
        return Ends(
            new(
                scored.Birth,
                pending.Born,
                fitness,
                pending.Parent is { } parent && pending.Born.Rung == parent.Born.Rung ? fitness - parent.Fitness : null,
                scored.StoppedAtEpoch is not null,
                null,
                "",
                isBest,
                scored.Run
            ),
            fitness
        );
    }

    End See(LineageEvent.RuledOut ruledOut)
    {
        _pending.Remove(ruledOut.Birth, out var pending);
        RuledOut[ruledOut.Reason] = RuledOut.GetValueOrDefault(ruledOut.Reason) + 1;
        _epochs += EpochsOf(pending.Born, null);
        return Ends(
            new(
                ruledOut.Birth,
                pending.Born,
                null,
                null,
                false,
                ruledOut.Reason,
                Figures.OneLine(ruledOut.Detail),
                false,
                ruledOut.Run
            ),
            double.NaN
        );
    }

    static bool IsBetter(LineageEvent.Scored one, int rung, LineageEvent.Scored? best, int? bestRung) =>
        best is null || (rung == bestRung ? one.Fitness.CompareTo(best.Fitness) > 0 : rung > bestRung);

    long EpochsOf(LineageEvent.Born born, int? from) =>
        Settings?.Rungs is not { } rules ? 0
        : born.RepeatOf is not null ? rules.Horizon
        : rules.Epochs[born.Rung ?? 0] - (from ?? rules.Start(born.Rung ?? 0));

    End Ends(End end, double score)
    {
        _scores.Add(score);
        ElapsedSeconds = Math.Max(ElapsedSeconds, end.Run.AtSeconds);
        SlotSeconds += end.Run.Seconds;
        _recent.Enqueue(end);
        if (_recent.Count > RecentMax)
            _recent.Dequeue();
        return end;
    }

    /// <summary>Births an hour since a session began; null while too little is known.</summary>
    public double? PerHour(SearchPace pace) =>
        Ended - pace.EndedBefore is var ended and > 0 && pace.Seconds > 0 ? ended / pace.Seconds * 3600 : null;

    /// <summary>Seconds until the budget is spent, at the pace of the session; null while it is unknown.</summary>
    public double? SecondsLeft(SearchPace pace)
    {
        if (Settings?.Budget is not { } budget)
            return null;
        var left = double.PositiveInfinity;
        if (budget.Evaluations is { } evaluations)
            left = PerHour(pace) is { } hourly
                ? (evaluations - Evaluations) * (Ended / Math.Max(Evaluations, 1e-9)) / hourly * 3600
                : double.NaN;
        if (budget.Hours is { } hours)
            left = Math.Min(double.IsNaN(left) ? double.PositiveInfinity : left, hours * 3600 - pace.ElapsedSeconds);
        if (budget.SlotHours is { } slotHours)
            left = Math.Min(
                double.IsNaN(left) ? double.PositiveInfinity : left,
                (slotHours * 3600 - SlotSeconds) / Math.Max(1, pace.Slots)
            );
        return double.IsFinite(left) ? Math.Max(0, left) : null;
    }
}

/// <summary>What the process that runs a search says of its speed.</summary>
/// <param name="EndedBefore">Births that had ended when this process began.</param>
/// <param name="Seconds">Seconds of this process's run.</param>
/// <param name="ElapsedSeconds">Seconds of the search's own clock, pauses left out.</param>
/// <param name="Slots">Evaluations that may run at the same time.</param>
readonly record struct SearchPace(long EndedBefore, double Seconds, double ElapsedSeconds, int Slots);
