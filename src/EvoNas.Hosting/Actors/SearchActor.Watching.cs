using Akka.Actor;
using EvoNas.Hosting.Messages;

namespace EvoNas.Hosting.Actors;

// What it tells of itself.
sealed partial class SearchActor
{
    void Subscribe(Request.Subscribe subscribe)
    {
        Context.Watch(Sender);
        if (_subscribers.Add(Sender, subscribe.After, _cell.Last) is not { } upTo)
            return;
        var (search, id, subscriber, after) = (_terms.Order.Name, PersistenceId, Sender, subscribe.After);
        Context.ActorOf(
            Props
                .Create(() => new HistoryActor(search, id, subscriber, after, upTo))
                .WithMailbox(MeasuredMailbox.Of("history"))
        );
    }

    SearchReport Report()
    {
        if (_cell.State is not { } state)
            return SearchReport.Closed(_terms.Order.Name, "recovering", null);
        var lineage = state.Lineage;
        return new(
            _terms.Order.Name,
            lineage.Finished is not null ? "finished"
                : state.PausedFor is not null ? "paused"
                : "running",
            lineage.Settings?.Space ?? "",
            lineage.Events,
            (long)lineage.Evaluations,
            lineage.Pending.Count,
            lineage.Settings?.Budget.Evaluations,
            lineage.AnnouncedFitness,
            lineage.Announced?.Individual.Genotype.ToString(),
            state.Leases.Count,
            state.Detail ?? (lineage.Finished is null ? _cannotBreed : null)
        );
    }
}
