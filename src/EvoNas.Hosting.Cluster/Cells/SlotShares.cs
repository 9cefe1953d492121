using Address = EvoNas.Actors.Address;

namespace EvoNas.Hosting.Cluster.Cells;

/// <summary>Which slot works for which search. Searches that want slots get equal shares; a slot stays where it is
/// unless another search has at least two fewer.</summary>
sealed class SlotShares
{
    readonly Dictionary<Address, string> _slots = [];
    readonly SortedSet<string> _hungry = new(StringComparer.Ordinal);

    /// <summary>The search of a slot; null for one that is not known to work.</summary>
    public string? Of(Address slot) => _slots.GetValueOrDefault(slot);

    public void SetHungry(string search, bool isHungry)
    {
        if (isHungry)
            _hungry.Add(search);
        else
            _hungry.Remove(search);
    }

    /// <summary>A slot says that it works for a search.</summary>
    public void Holds(Address slot, string search) => _slots[slot] = search;

    public void Leave(Address slot) => _slots.Remove(slot);

    public void Forget(string search)
    {
        _hungry.Remove(search);
        foreach (var (slot, _) in _slots.Where(pair => pair.Value == search).ToArray())
            _slots.Remove(slot);
    }

    /// <summary>The search that a free slot is to work for; null if none wants it.</summary>
    public string? Place(Address slot)
    {
        if (_hungry.Count == 0)
        {
            _slots.Remove(slot);
            return null;
        }
        if (Of(slot) is { } search && _hungry.Contains(search) && !IsWantedElsewhere(slot))
            return search;
        return _slots[slot] = Poorest(slot);
    }

    /// <summary>Would it be fairer if another search had this slot?</summary>
    public bool IsWantedElsewhere(Address slot) =>
        Of(slot) is { } search
        && _hungry.Count > 0
        && Poorest(slot) is var poorest
        && poorest != search
        && (!_hungry.Contains(search) || Count(search, null) - Count(poorest, null) >= 2);

    string Poorest(Address slot) => _hungry.MinBy(search => Count(search, slot))!; // Asked only while some are hungry.

    int Count(string search, Address? but) => _slots.Count(pair => pair.Value == search && pair.Key != but);
}
