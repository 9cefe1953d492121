using EvoNas.Evolution;
using EvoNas.Lineages;
using EvoNas.Reports;

namespace EvoNas.Dashboard.Projections;

/// <summary>A search as columns: what a page draws, folded from its events, one event at a time in constant
/// time.</summary>
/// <remarks>About 200 bytes a birth. What is long and seldom asked for (curves, reasons) stays in the journal and is
/// read there by its number. Not to be shared between threads: <see cref="Sources.WatchedSearch"/> guards it.</remarks>
sealed class Projection
{
    /// <summary>Changes when the meaning of a column or of a digest changes: kept files of another version are made
    /// anew.</summary>
    public const int Version = 1;

    const int RecentFailuresMax = 100;

    readonly HashSet<ulong> _fingerprints = [];
    readonly Dictionary<string, Column<double>> _metrics = new(StringComparer.Ordinal);
    readonly Queue<(int Birth, string Detail)> _recentFailures = new();
    readonly Dictionary<OutcomeCode, (long Count, int Birth, string Detail)> _causes = [];
    (long Event, int[] Sizes) _subtrees = (-1, []);
    double _best = double.NegativeInfinity;

    /// <summary>The last event that was folded in.</summary>
    public long Event { get; private set; }

    /// <summary>When the first event was kept, UTC; null before it.</summary>
    public DateTime? Started { get; private set; }

    public SearchSettings? Settings { get; private set; }

    /// <summary>Births; the place of a birth in every column is its number less one.</summary>
    public int Count => Parent.Count;

    /// <summary>0 for a founder.</summary>
    public readonly Column<int> Parent = new(0);

    public readonly Column<OutcomeCode> Outcome = new(OutcomeCode.Pending);

    public readonly Column<bool> Feasible = new(false);

    /// <summary>NaN without a score.</summary>
    public readonly Column<double> Fitness = new(double.NaN);

    /// <summary>Fitness less the parent's; NaN where either has none.</summary>
    public readonly Column<double> Gain = new(double.NaN);

    /// <summary>Event numbers; 0 for what has not happened.</summary>
    public readonly Column<int> BornAt = new(0),
        EndedAt = new(0),
        RetiredAt = new(0);

    /// <summary>The how-manieth end it is, from 1; 0 while it is pending.</summary>
    public readonly Column<int> Ordinal = new(0);

    /// <summary>When the event was kept, .NET ticks UTC; 0 for what has not happened.</summary>
    public readonly Column<long> BornTicks = new(0),
        EndedTicks = new(0);

    /// <summary>Seconds; NaN while it is pending.</summary>
    public readonly Column<double> Seconds = new(double.NaN),
        AtSeconds = new(double.NaN);

    public readonly Column<int> Attempt = new(0),
        Draw = new(0),
        Epochs = new(0),
        StoppedAt = new(0);

    /// <summary>Numbers of <see cref="Slots"/>, <see cref="Decisions"/> and <see cref="Values"/>; −1 for
    /// none.</summary>
    public readonly Column<int> Slot = new(-1),
        Decision = new(-1),
        From = new(-1),
        To = new(-1);

    /// <summary>The birth that it evaluates again; 0 for a candidate of its own.</summary>
    public readonly Column<int> RepeatOf = new(0);

    /// <summary>The birth that it continues on the next rung; 0 for all others.</summary>
    public readonly Column<int> Promoted = new(0);

    /// <summary>Its rung, from 0; 0 where there are none.</summary>
    public readonly Column<int> Rung = new(0);

    /// <summary>The founder from which it descends; itself for a founder.</summary>
    public readonly Column<int> Founder = new(0);

    public readonly Column<int> ChildCount = new(0);

    // The children of a birth as a linked list, the oldest first; 0 ends it.
    readonly Column<int> _firstChild = new(0),
        _lastChild = new(0),
        _nextSibling = new(0);

    public TextColumn Genotype { get; } = new();

    public TextTable Slots { get; } = new();

    public TextTable Decisions { get; } = new();

    public TextTable Values { get; } = new();

    /// <summary>Births in the order of their ends.</summary>
    public readonly Column<int> Ends = new(0);

    /// <summary>Births that were better than all before them, in the order of their ends.</summary>
    public readonly Column<int> Improvements = new(0);

    /// <summary>What the mutations of each decision gained.</summary>
    public MutationGains Mutations { get; } = new();

    /// <summary>The curves of candidates that were trained to the end.</summary>
    public CurveBand Curves { get; } = new();

    public long Scored { get; private set; }

    public long StoppedEarly { get; private set; }

    public long RuledOut { get; private set; }

    /// <summary>Births of a genotype that was born before.</summary>
    public long Duplicates { get; private set; }

    /// <summary>Draws of births beyond the first one of each.</summary>
    public long Redraws { get; private set; }

    public double SlotSeconds { get; private set; }

    public double ElapsedSeconds { get; private set; }

    /// <summary>The most epochs that a candidate was trained.</summary>
    public int EpochsMax { get; private set; }

    /// <summary>The best birth; 0 before the first score.</summary>
    public int Best => Improvements.Count > 0 ? Improvements[Improvements.Count - 1] : 0;

    /// <summary>The last births that were ruled out and why, in one line; the newest last.</summary>
    public IEnumerable<(int Birth, string Detail)> RecentFailures => _recentFailures;

    /// <summary>How many births were ruled out for each cause, and the last of them.</summary>
    public IEnumerable<KeyValuePair<OutcomeCode, (long Count, int Birth, string Detail)>> Causes => _causes;

    /// <summary>Names of metrics, in ordinal order.</summary>
    public IEnumerable<string> Metrics => _metrics.Keys.Order(StringComparer.Ordinal);

    /// <summary>Values of a metric, NaN where it is not known; null for a metric that no candidate has.</summary>
    public Column<double>? Metric(string name)
    {
        if (!_metrics.TryGetValue(name, out var column))
            return null;
        column.GrowTo(Count);
        return column;
    }

    /// <summary>Takes the next event in.</summary>
    /// <param name="number">The event's number, one more than the last.</param>
    /// <param name="time">When it was kept, UTC.</param>
    /// <param name="happened">The event.</param>
    /// <exception cref="LineageException">It does not follow from those before it.</exception>
    public void See(long number, DateTime time, LineageEvent happened)
    {
        if (number != Event + 1)
            throw new LineageException(number, $"comes after event {Event}");
        switch (happened)
        {
            case LineageEvent.Begun begun:
                (Settings, Started) = (begun.Settings, time);
                break;
            case LineageEvent.Extended extended:
                Settings = Settings is { } settings ? settings with { Budget = extended.Budget } : null;
                break;
            case LineageEvent.Finished finished:
                ElapsedSeconds = Math.Max(ElapsedSeconds, finished.Spent?.AtSeconds ?? 0);
                break;
            case LineageEvent.Born born:
                Bear(number, time, born);
                break;
            case LineageEvent.Scored scored:
                Score(number, time, scored);
                break;
            case LineageEvent.RuledOut ruledOut:
                RuleOut(number, time, ruledOut);
                break;
            case LineageEvent.Retired retired:
                RetiredAt[Place(number, retired.Birth.Value)] = (int)number;
                break;
        }
        Event = number;
    }

    /// <summary>The children of a birth, the oldest first.</summary>
    public IEnumerable<int> Children(int birth)
    {
        for (var child = _firstChild[birth - 1]; child != 0; child = _nextSibling[child - 1])
            yield return child;
    }

    /// <summary>The descendants of each birth, as of the last event. One pass, the youngest first: a child is always
    /// younger than its parent.</summary>
    public ReadOnlySpan<int> SubtreeSizes()
    {
        if (_subtrees.Event == Event)
            return _subtrees.Sizes.AsSpan(0, Count);
        var sizes = _subtrees.Sizes.Length >= Count ? _subtrees.Sizes : new int[Count + Count / 4];
        Array.Clear(sizes);
        for (var place = Count - 1; place >= 0; place--)
            if (Parent[place] is var parent and > 0)
                sizes[parent - 1] += sizes[place] + 1;
        _subtrees = (Event, sizes);
        return sizes.AsSpan(0, Count);
    }

    /// <summary>Those that may breed as of an event, the oldest first.</summary>
    public IEnumerable<int> PopulationAt(long number)
    {
        // Members are the youngest that were scored: look back until long after the last one that is still in it.
        var members = new List<int>();
        for (var i = Ends.Count - 1; i >= 0; i--)
        {
            var birth = Ends[i];
            var place = birth - 1;
            if (EndedAt[place] > number || !Outcome[place].IsScored() || RepeatOf[place] > 0 || !IsFull(place))
                continue;
            if (RetiredAt[place] != 0 && RetiredAt[place] <= number)
            {
                // The oldest retires first: before one that has retired nothing is in the population.
                break;
            }
            members.Add(birth);
        }
        members.Reverse();
        return members;
    }

    void Bear(long number, DateTime time, LineageEvent.Born born)
    {
        if (born.Birth.Value != Count + 1)
            throw new LineageException(number, $"has birth {born.Birth} after {Count}");
        // A line of descent goes on through the rungs.
        var (birth, parent) = ((int)born.Birth.Value, (int)((born.Promoted ?? born.Parent)?.Value ?? 0));
        if (parent < 0 || parent >= birth)
            throw new LineageException(number, $"has the parent {parent} of birth {birth}");
        Parent.Add(parent);
        if (born.RepeatOf is { } repeated && (repeated.Value < 1 || repeated.Value >= birth))
            throw new LineageException(number, $"repeats birth {repeated}, which was never born");
        RepeatOf.Add((int)(born.RepeatOf?.Value ?? 0));
        Promoted.Add((int)(born.Promoted?.Value ?? 0));
        Rung.Add(born.Rung ?? 0);
        Founder.Add(
            born.RepeatOf is { } of ? Founder[(int)of.Value - 1]
            : parent == 0 ? birth
            : Founder[parent - 1]
        );
        BornAt.Add((int)number);
        BornTicks.Add(time.Ticks);
        Draw.Add(born.Draw);
        Decision.Add(born.Change is { } change ? Decisions.NumberOf(change.Decision) : -1);
        From.Add(born.Change is { } from ? Values.NumberOf(from.From) : -1);
        To.Add(born.Change is { } to ? Values.NumberOf(to.To) : -1);
        Genotype.Add(born.Genotype.ToString());
        Redraws += born.Draw;
        if (!_fingerprints.Add(born.Genotype.Fingerprint) && born is { RepeatOf: null, Promoted: null })
            Duplicates++;
        Outcome.GrowTo(birth);
        Feasible.GrowTo(birth);
        Fitness.GrowTo(birth);
        Gain.GrowTo(birth);
        EndedAt.GrowTo(birth);
        RetiredAt.GrowTo(birth);
        Ordinal.GrowTo(birth);
        EndedTicks.GrowTo(birth);
        Seconds.GrowTo(birth);
        AtSeconds.GrowTo(birth);
        Attempt.GrowTo(birth);
        Epochs.GrowTo(birth);
        StoppedAt.GrowTo(birth);
        Slot.GrowTo(birth);
        ChildCount.GrowTo(birth);
        _firstChild.GrowTo(birth);
        _lastChild.GrowTo(birth);
        _nextSibling.GrowTo(birth);
        if (parent == 0)
            return;
        ChildCount[parent - 1]++;
        if (_lastChild[parent - 1] is var elder and > 0)
            _nextSibling[elder - 1] = birth;
        else
            _firstChild[parent - 1] = birth;
        _lastChild[parent - 1] = birth;
        if (Decision[birth - 1] >= 0)
            Mutations.Try(Decision[birth - 1], From[birth - 1], To[birth - 1]);
    }

    void Score(long number, DateTime time, LineageEvent.Scored scored)
    {
        var birth = scored.Birth.Value;
        var stopped = scored.StoppedAtEpoch is not null;
        var place = End(number, time, birth, stopped ? OutcomeCode.StoppedEarly : OutcomeCode.Scored, scored.Run);
        var fitness = scored.Fitness.Value;
        (Fitness[place], Feasible[place]) = (fitness, scored.Fitness.Feasible);
        (Epochs[place], StoppedAt[place]) = (scored.Curve.Count, scored.StoppedAtEpoch ?? 0);
        EpochsMax = Math.Max(EpochsMax, scored.Curve.Count);
        Scored++;
        if (stopped)
            StoppedEarly++;
        else if (RepeatOf[place] == 0 && IsFull(place))
            Curves.Add(birth, scored.Curve);
        foreach (var (name, value) in scored.Metrics)
        {
            if (!_metrics.TryGetValue(name, out var column))
                _metrics[name] = column = new(double.NaN);
            column.GrowTo(Count);
            column[place] = value;
        }
        if (fitness > _best && RepeatOf[place] == 0 && IsFull(place))
        {
            _best = fitness;
            Improvements.Add((int)birth);
        }
        if (
            Parent[place] is var parent and > 0
            && !double.IsNaN(Fitness[parent - 1])
            && Rung[place] == Rung[parent - 1]
        )
        {
            Gain[place] = fitness - Fitness[parent - 1];
            if (Decision[place] >= 0)
                Mutations.Gain(Decision[place], From[place], To[place], Gain[place]);
        }
    }

    /// <summary>Is a birth compared with others? With rungs only full trainings are.</summary>
    public bool IsFull(int place) => Settings?.Rungs is not { } rules || Rung[place] == rules.Top;

    void RuleOut(long number, DateTime time, LineageEvent.RuledOut ruledOut)
    {
        var cause = Outcomes.Of(ruledOut.Reason);
        End(number, time, ruledOut.Birth.Value, cause, ruledOut.Run);
        RuledOut++;
        var failure = ((int)ruledOut.Birth.Value, Detail: Figures.OneLine(ruledOut.Detail));
        _recentFailures.Enqueue(failure);
        if (_recentFailures.Count > RecentFailuresMax)
            _recentFailures.Dequeue();
        _causes[cause] = (_causes.GetValueOrDefault(cause).Count + 1, failure.Item1, failure.Detail);
    }

    int End(long number, DateTime time, long birth, OutcomeCode outcome, Run run)
    {
        var place = Place(number, birth);
        if (Outcome[place] != OutcomeCode.Pending)
            throw new LineageException(number, $"ends birth {birth}, which is not pending");
        Ends.Add((int)birth);
        (Outcome[place], EndedAt[place], EndedTicks[place]) = (outcome, (int)number, time.Ticks);
        (Ordinal[place], Seconds[place], AtSeconds[place]) = (Ends.Count, run.Seconds, run.AtSeconds);
        (Attempt[place], Slot[place]) = (run.Attempt, Slots.NumberOf(run.Slot));
        SlotSeconds += run.Seconds;
        ElapsedSeconds = Math.Max(ElapsedSeconds, run.AtSeconds);
        return place;
    }

    int Place(long number, long birth) =>
        birth >= 1 && birth <= Count
            ? (int)birth - 1
            : throw new LineageException(number, $"is about birth {birth}, which was never born");
}
