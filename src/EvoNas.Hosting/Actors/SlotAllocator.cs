using Address = EvoNas.Actors.Address;

namespace EvoNas.Hosting.Actors;

/// <summary>Which slot works for which search. Searches that want slots get equal shares; a slot stays where it is
/// unless another search has at least two fewer.</summary>
sealed class SlotAllocator
{
    readonly Dictionary<Address, string> _slots = [];
    readonly SortedSet<string> _demanding = new(StringComparer.Ordinal);

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
    public void Holds(Address slot, string search) => _slots[slot] = search;

    public void Leave(Address slot) => _slots.Remove(slot);

    public void Forget(string search)
    {
        _demanding.Remove(search);
        foreach (var (slot, _) in _slots.Where(pair => pair.Value == search).ToArray())
            _slots.Remove(slot);
    }

    /// <summary>The search that a free slot is to work for; null if none wants it.</summary>
    public string? Place(Address slot)
    {
        if (_demanding.Count == 0)
        {
            _slots.Remove(slot);
            return null;
        }
        if (Of(slot) is { } search && _demanding.Contains(search) && !IsWantedElsewhere(slot))
            return search;
        return _slots[slot] = LeastServed(slot);
    }

    /// <summary>Would it be fairer if another search had this slot?</summary>
    public bool IsWantedElsewhere(Address slot) =>
        Of(slot) is { } search
        && _demanding.Count > 0
        && LeastServed(slot) is var least
        && least != search
        && (!_demanding.Contains(search) || Count(search, null) - Count(least, null) >= 2);

    // Called only while a search has demand.
    string LeastServed(Address slot) => _demanding.MinBy(search => Count(search, slot))!;

    int Count(string search, Address? but) => _slots.Count(pair => pair.Value == search && pair.Key != but);
}
