namespace EvoNas.Hosting.Simulation.Worlds;

/// <summary>Somebody in a simulated world to whom things happen.</summary>
abstract class Party
{
    /// <param name="what">What happens.</param>
    /// <param name="turn">Tells things of an earlier life (a reminder that was replaced, a training that was ended) from those that still count.</param>
    public abstract void Take(object what, int turn);
}

/// <summary>What is to happen, by virtual time and then in the order in which it was asked for. There is no other clock.</summary>
sealed class Agenda
{
    /// <summary>One line of the agenda.</summary>
    public struct Entry
    {
        public double At;
        public long Number;
        public Party Whom;
        public object What;
        public int Turn;

        public readonly bool Before(in Entry other) => At < other.At || (At == other.At && Number < other.Number);
    }

    // A heap with four children a node: half as deep as one with two, and its children lie side by side.
    const int Arity = 4;

    Entry[] _heap = new Entry[1024];
    long _added;

    /// <summary>Seconds since the world began.</summary>
    public double Now { get; private set; }

    public int Count { get; private set; }

    /// <summary>Things that happened.</summary>
    public long Taken { get; private set; }

    public void Add(double after, Party whom, object what, int turn = -1)
    {
        if (Count == _heap.Length) Array.Resize(ref _heap, Count * 2);
        var entry = new Entry { At = Now + after, Number = _added++, Whom = whom, What = what, Turn = turn };
        var at = Count++;
        while (at > 0)
        {
            var above = (at - 1) / Arity;
            if (!entry.Before(in _heap[above])) break;
            _heap[at] = _heap[above];
            at = above;
        }
        _heap[at] = entry;
    }

    /// <summary>Goes on to the next thing; false where there is none.</summary>
    public bool TryTake(out Entry first)
    {
        if (Count == 0)
        {
            first = default;
            return false;
        }
        first = _heap[0];
        Now = first.At;
        Taken++;
        var last = _heap[--Count];
        _heap[Count] = default;
        if (Count > 0) Sink(last);
        return true;
    }

    void Sink(in Entry entry)
    {
        var at = 0;
        while (true)
        {
            var child = at * Arity + 1;
            if (child >= Count) break;
            var least = child;
            for (var other = child + 1; other < child + Arity && other < Count; other++)
                if (_heap[other].Before(in _heap[least])) least = other;
            if (!_heap[least].Before(in entry)) break;
            _heap[at] = _heap[least];
            at = least;
        }
        _heap[at] = entry;
    }
}
