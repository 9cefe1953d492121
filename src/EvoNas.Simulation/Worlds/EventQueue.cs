namespace EvoNas.Simulation.Worlds;

/// <summary>Receives events from the event queue.</summary>
abstract class EventTarget
{
    /// <param name="what">The event.</param>
    /// <param name="turn">Distinguishes events that are void (a reminder that was replaced, a training that was ended)
    /// from those that still count.</param>
    public abstract void Take(object what, int turn);
}

/// <summary>Future events, ordered by virtual time and then by the order in which they were added. There is no other
/// clock.</summary>
sealed class EventQueue
{
    /// <summary>One event and its receiver.</summary>
    public readonly record struct Entry(EventTarget Target, object What, int Turn);

    /// <summary>When, and where in <see cref="_entries"/>. What moves about in the heap holds no references: those cost
    /// the collector's barrier with every move.</summary>
    readonly record struct Due(double At, long Number, int Place)
    {
        public bool Before(in Due other) => At < other.At || (At == other.At && Number < other.Number);
    }

    // A heap with four children per node: half as deep as one with two, and its children lie side by side.
    const int Arity = 4;

    Due[] _heap = new Due[64];
    Entry[] _entries = new Entry[64];
    int[] _free = new int[64];
    int _freed,
        _placed;
    long _added;

    /// <summary>Seconds since the start of the simulation.</summary>
    public double Now { get; private set; }

    public int Count { get; private set; }

    /// <summary>Events taken so far.</summary>
    public long Taken { get; private set; }

    public void Add(double after, EventTarget target, object what, int turn = -1)
    {
        if (Count == _heap.Length)
            Grow();
        var place = _freed > 0 ? _free[--_freed] : _placed++;
        _entries[place] = new(target, what, turn);
        var due = new Due(Now + after, _added++, place);
        var at = Count++;
        while (at > 0)
        {
            var above = (at - 1) / Arity;
            if (!due.Before(in _heap[above]))
                break;
            _heap[at] = _heap[above];
            at = above;
        }
        _heap[at] = due;
    }

    /// <summary>Takes the next event and advances the time to it; false if there is none.</summary>
    public bool TryTake(out Entry first)
    {
        if (Count == 0)
        {
            first = default;
            return false;
        }
        var due = _heap[0];
        Now = due.At;
        Taken++;
        first = _entries[due.Place];
        _entries[due.Place] = default;
        _free[_freed++] = due.Place;
        if (--Count > 0)
            Sink(_heap[Count]);
        return true;
    }

    void Grow()
    {
        Array.Resize(ref _heap, Count * 2);
        Array.Resize(ref _entries, Count * 2);
        Array.Resize(ref _free, Count * 2);
    }

    void Sink(in Due due)
    {
        var (heap, at) = (_heap, 0);
        while (true)
        {
            var child = at * Arity + 1;
            if (child >= Count)
                break;
            var least = child;
            for (var other = child + 1; other < child + Arity && other < Count; other++)
                if (heap[other].Before(in heap[least]))
                    least = other;
            if (!heap[least].Before(in due))
                break;
            heap[at] = heap[least];
            at = least;
        }
        heap[at] = due;
    }
}
