using EvoNas.Dashboard.Answers;
using EvoNas.Lineages;
using EvoNas.Storage;

namespace EvoNas.Dashboard.Sources;

/// <summary>A search in numbers, without its history: the newest snapshot, the events after it, and the last few ends
/// for the pace.</summary>
/// <remarks>A list of many long searches is there at once. Not to be shared between threads.</remarks>
sealed class SearchPulse(string persistenceId)
{
    const int EndsMax = 100;

    // Three events a birth, and some to spare.
    const int EventsBack = 4 * EndsMax;

    // The 95 % quantile of the normal distribution: nine of ten lie between it and its opposite.
    const double NineOfTen = 1.645;

    readonly Queue<double> _ends = new();

    public Lineage Lineage { get; private set; } = Lineage.Empty;

    public DateTime? Started { get; private set; }

    public DateTime? LastEventAt { get; private set; }

    /// <summary>Reads what was appended since.</summary>
    /// <exception cref="Actors.JournalException">The journal cannot be read.</exception>
    /// <exception cref="Actors.EventSerializationException">An event cannot be trusted.</exception>
    /// <exception cref="LineageException">The events are not the history of one search.</exception>
    public void CatchUp(JournalReader journal)
    {
        if (Lineage.Events == 0)
        {
            Lineage = journal.Recover(persistenceId);
            foreach (var row in journal.Read(persistenceId))
            {
                Started = row.Created;
                break;
            }
            Read(journal, Math.Max(0, Lineage.Events - EventsBack));
        }
        else if (journal.Last(persistenceId) > Lineage.Events)
            Read(journal, Lineage.Events);
    }

    /// <summary>Ends an hour on the search's own clock, which stands while it is paused; null while too little is
    /// known.</summary>
    public double? PerHour =>
        _ends.Count > 1 && _ends.Max() - _ends.Min() is var seconds and > 0 ? (_ends.Count - 1) / seconds * 3600 : null;

    /// <summary>How long the budget lasts at the pace of the last ends; null while it is unknown, or where none is
    /// left.</summary>
    /// <param name="slots">Slots that work for it.</param>
    public SecondsLeft? Left(int slots)
    {
        if (Lineage.Finished is not null || Lineage.Settings?.Budget is not { } budget)
            return null;
        SecondsLeft? least = null;
        if (budget.Evaluations is { } evaluations)
            Bound(ForEnds(Lineage.EndsLeft(evaluations)));
        if (budget.Hours is { } hours)
            Bound(Exactly(hours * 3600 - Lineage.ElapsedSeconds));
        if (budget.SlotHours is { } slotHours)
            Bound(Exactly((slotHours * 3600 - Lineage.SlotSeconds) / Math.Max(1, slots)));
        return least;

        void Bound(SecondsLeft? left)
        {
            if (left is not null && (least is null || left.Median < least.Median))
                least = left;
        }

        static SecondsLeft Exactly(double seconds) =>
            new(Math.Max(0, seconds), Math.Max(0, seconds), Math.Max(0, seconds));
    }

    // The sum of as many gaps as are left, each like the last ones, whose mean is itself not known exactly.
    SecondsLeft? ForEnds(long left)
    {
        double[] ends = [.. _ends.Order()];
        if (ends.Length < 2)
            return null;
        var gaps = ends.Zip(ends.Skip(1), (a, b) => b - a).ToArray();
        var mean = gaps.Average();
        var deviation = Math.Sqrt(gaps.Sum(gap => (gap - mean) * (gap - mean)) / Math.Max(1, gaps.Length - 1));
        var spread = NineOfTen * deviation * Math.Sqrt(left + (double)left * left / gaps.Length);
        return new(Math.Max(0, left * mean - spread), left * mean, left * mean + spread);
    }

    void Read(JournalReader journal, long after)
    {
        foreach (var row in journal.Read(persistenceId, after))
        {
            var happened = Actors.EventSerializer.Read(persistenceId, row.Number, row.Manifest, row.Payload.Span);
            if (row.Number > Lineage.Events)
                Lineage = Lineage.Evolve(happened);
            LastEventAt = row.Created;
            var run = (happened as LineageEvent.Scored)?.Run ?? (happened as LineageEvent.RuledOut)?.Run;
            if (run is null)
                continue;
            _ends.Enqueue(run.AtSeconds);
            if (_ends.Count > EndsMax)
                _ends.Dequeue();
        }
    }
}
