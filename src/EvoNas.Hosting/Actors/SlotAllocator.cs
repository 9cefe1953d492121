using Address = EvoNas.Actors.Address;

namespace EvoNas.Hosting.Actors;

/// <summary>Which slot works for which search. Searches that want slots get equal shares; a slot stays where it is
/// unless another search has at least two fewer. One that declined a search's work is not placed there.</summary>
sealed class SlotAllocator
{
    readonly Dictionary<Address, string> _slots = [];
    readonly SortedSet<string> _demanding = new(StringComparer.Ordinal);

    // What the slot's node lacks for the search. The reason stands until the slot works for the search, even while the
    // slot may be asked again: whoever asks why the search waits is told the same reason all the time.
    readonly Dictionary<(string Search, Address Slot), (string Reason, bool MayBeAsked)> _declined = [];

    /// <summary>How many slots work for any search.</summary>
    public int Working => _slots.Count;

    /// <summary>How many slots work for a search.</summary>
    public int Count(string search) => Count(search, null);

    /// <summary>A slot declined a search's work.</summary>
    public void Decline(Address slot, string search, string reason)
    {
        Leave(slot, search);
        _declined[(search, slot)] = (reason, MayBeAsked: false);
    }

    /// <summary>Why slots declined a search's work, the last time each was asked.</summary>
    public IEnumerable<(Address Slot, string Reason)> DeclinedBy(string search) =>
        _declined.Where(one => one.Key.Search == search).Select(one => (one.Key.Slot, one.Value.Reason));

    /// <summary>Slots may be asked again: what they lacked may be there by now. What a slot said before the last call,
    /// and has not said again, is forgotten: the slot is busy, or gone.</summary>
    public void AllowAskingAgain()
    {
        foreach (var (key, (reason, mayBeAsked)) in _declined.ToArray())
        {
            if (mayBeAsked)
                _declined.Remove(key);
            else
                _declined[key] = (reason, MayBeAsked: true);
        }
    }

    /// <summary>The search of a slot; null for one that is not known to work.</summary>
    public string? Of(Address slot) => _slots.GetValueOrDefault(slot);

    public void SetDemand(string search, bool hasDemand)
    {
        if (hasDemand)
            _demanding.Add(search);
        else
            _demanding.Remove(search);
    }

    /// <summary>A slot says that it works for a search.</summary>
    public void Holds(Address slot, string search)
    {
        _slots[slot] = search;
        _declined.Remove((search, slot));
    }

    public void Leave(Address slot) => _slots.Remove(slot);

    /// <summary>A slot left a search; it may work for another one by now.</summary>
    public void Leave(Address slot, string search)
    {
        if (Of(slot) == search)
            _slots.Remove(slot);
    }

    public void Forget(string search)
    {
        _demanding.Remove(search);
        foreach (var one in _declined.Keys.Where(one => one.Search == search).ToArray())
            _declined.Remove(one);
        foreach (var (slot, _) in _slots.Where(pair => pair.Value == search).ToArray())
            _slots.Remove(slot);
    }

    /// <summary>The search that a free slot is to work for; null if none wants it.</summary>
    public string? Place(Address slot)
    {
        if (LeastServed(slot) is not { } least)
        {
            _slots.Remove(slot);
            return null;
        }
        if (Of(slot) is { } search && _demanding.Contains(search) && !IsWantedElsewhere(slot))
            return search;
        return _slots[slot] = least;
    }

    /// <summary>Would it be fairer if another search had this slot?</summary>
    public bool IsWantedElsewhere(Address slot) =>
        Of(slot) is { } search
        && LeastServed(slot) is { } least
        && least != search
        && (!_demanding.Contains(search) || Count(search, null) - Count(least, null) >= 2);

    string? LeastServed(Address slot) =>
        _demanding.Where(search => MayBeAsked(search, slot)).MinBy(search => Count(search, slot));

    bool MayBeAsked(string search, Address slot) =>
        !_declined.TryGetValue((search, slot), out var declined) || declined.MayBeAsked;

    int Count(string search, Address? but) => _slots.Count(pair => pair.Value == search && pair.Key != but);
}
