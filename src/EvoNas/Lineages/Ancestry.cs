using EvoNas.Evolution;
using EvoNas.Genetics;

namespace EvoNas.Lineages;

/// <summary>All that is known of one candidate.</summary>
/// <param name="Born">How it came to be.</param>
/// <param name="Scored">Its score; null if it has none.</param>
/// <param name="RuledOut">Why it has none; null if it has one or is pending.</param>
/// <param name="BornAt">The number of the event of its birth.</param>
/// <param name="EndedAt">The number of the event of its end; null while it is pending.</param>
public sealed record Biography(
    LineageEvent.Born Born,
    LineageEvent.Scored? Scored,
    LineageEvent.RuledOut? RuledOut,
    long BornAt,
    long? EndedAt
);

/// <summary>Questions to the whole history of a search: who came from whom, who lived when, what each mutation
/// gained.</summary>
/// <remarks>Holds every candidate (about 500 bytes each); built once from the events. Not to be shared between threads
/// while it is built.</remarks>
public sealed class Ancestry
{
    readonly Dictionary<BirthNumber, Biography> _byBirth = [];
    readonly Dictionary<BirthNumber, List<BirthNumber>> _children = [];
    readonly List<LineageEvent> _events = [];

    /// <summary>Reads a history.</summary>
    /// <param name="events">From the first on.</param>
    public static Ancestry Of(IEnumerable<LineageEvent> events)
    {
        var ancestry = new Ancestry();
        foreach (var happened in events)
            ancestry.Add(happened);
        return ancestry;
    }

    /// <summary>Every candidate, by number.</summary>
    public IEnumerable<Biography> Everyone => _byBirth.Values.OrderBy(one => one.Born.Birth);

    /// <summary>The events, in order.</summary>
    public IReadOnlyList<LineageEvent> Events => _events;

    /// <summary>One candidate; null if it was never born.</summary>
    public Biography? Find(BirthNumber birth) => _byBirth.GetValueOrDefault(birth);

    /// <summary>Is a birth compared with others? One that evaluates another again is not, and with rungs one that was
    /// not trained in full.</summary>
    public bool Counts(Biography one) =>
        one.Born.RepeatOf is null
        && (_events[0] is not LineageEvent.Begun { Settings.Rungs: { } rules } || one.Born.Rung == rules.Top);

    /// <summary>Its parent, its parent's parent, … to the founder; the candidate itself first. Before one that was
    /// promoted comes the birth that it continues.</summary>
    public IEnumerable<Biography> Ancestors(BirthNumber birth)
    {
        var one = Find(birth);
        while (one is not null)
        {
            yield return one;
            one = (one.Born.Promoted ?? one.Born.Parent) is { } before ? Find(before) : null;
        }
    }

    /// <summary>Its direct children, the oldest first.</summary>
    public IEnumerable<Biography> Children(BirthNumber birth) =>
        _children.GetValueOrDefault(birth, []).Select(child => _byBirth[child]);

    /// <summary>Its children, their children, …, each before its own.</summary>
    public IEnumerable<Biography> Descendants(BirthNumber birth)
    {
        var open = new Stack<BirthNumber>(_children.GetValueOrDefault(birth, []).AsEnumerable().Reverse());
        while (open.TryPop(out var next))
        {
            yield return _byBirth[next];
            foreach (var child in _children.GetValueOrDefault(next, []).AsEnumerable().Reverse())
                open.Push(child);
        }
    }

    /// <summary>The later evaluations of a candidate, by number.</summary>
    public IEnumerable<Biography> Repeats(BirthNumber birth) =>
        Everyone.Where(one => one.Born.RepeatOf == birth && one.Born.Guards is null);

    /// <summary>Who won, where finalists were evaluated again; null where none were, and while the search goes
    /// on.</summary>
    public Winner? Winner =>
        _events.FindLast(one => one is LineageEvent.Finished or LineageEvent.Extended) is LineageEvent.Finished end
            ? end.Winner
            : null;

    /// <summary>What its mutation gained: its fitness less its parent's; null for founders, where either has no
    /// score, and where the two were trained on different rungs.</summary>
    public double? Gain(BirthNumber birth) =>
        Find(birth) is { Scored: { } own, Born: { Parent: { } parent, Rung: var rung } }
        && Find(parent) is { Scored: { } parents, Born.Rung: var other }
        && rung == other
            ? own.Fitness.Value - parents.Fitness.Value
            : null;

    /// <summary>The population as it was after an event.</summary>
    /// <param name="events">How many events had happened.</param>
    public Population PopulationAfter(long events) =>
        _events
            .Take((int)Math.Min(events, _events.Count))
            .Aggregate(Lineage.Empty, (lineage, happened) => lineage.Evolve(happened))
            .Population;

    void Add(LineageEvent happened)
    {
        _events.Add(happened);
        switch (happened)
        {
            case LineageEvent.Born born:
                _byBirth[born.Birth] = new(born, null, null, _events.Count, null);
                if (born.Parent is not { } parent)
                    break;
                if (!_children.TryGetValue(parent, out var siblings))
                    _children[parent] = siblings = [];
                siblings.Add(born.Birth);
                break;
            case LineageEvent.Scored scored:
                _byBirth[scored.Birth] = _byBirth[scored.Birth] with { Scored = scored, EndedAt = _events.Count };
                break;
            case LineageEvent.RuledOut ruledOut:
                _byBirth[ruledOut.Birth] = _byBirth[ruledOut.Birth] with
                {
                    RuledOut = ruledOut,
                    EndedAt = _events.Count,
                };
                break;
        }
    }
}
