using Akka.Actor;
using EvoNas.Hosting.Messages;

namespace EvoNas.Hosting.Actors;

// What it tells of the searches.
sealed partial class SearchSupervisor
{
    void Report()
    {
        var trouble =
            _listTrouble?.Message
            ?? settings.JournalTrouble()
            ?? (_read is null ? "the coordinator has just started, and reads the list of searches" : null);
        var report = new PendingReport(trouble);
        foreach (var (name, running) in _searches)
        {
            if (running is { Actor: { } actor, IsOpen: true })
                report.Ask(name, actor, WaitOf(name));
            else
                report.Add(SearchReport.Closed(name, running.IsBroken ? "broken" : "recovering", running.Trouble));
        }
        report.Whole().PipeTo(Sender);
    }

    // Why no slot works for a search that wants one; null while one does.
    string? WaitOf(string search)
    {
        if (_allocator.Count(search) > 0)
            return null;
        var declined = _allocator.DeclinedBy(search).OrderBy(one => one.Slot).ToArray();
        if (declined is [var first, ..])
            return declined.Length == 1
                ? $"{first.Slot.Name}: {first.Reason}"
                : $"{first.Slot.Name} and {declined.Length - 1} more: {first.Reason}";
        return _allocator.Working > 0 ? "all slots work for other searches" : ClusterReport.NoSlot;
    }
}
