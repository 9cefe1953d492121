using Akka.Actor;
using Akka.Persistence;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Persistence;

namespace EvoNas.Hosting.Actors;

/// <summary>Keeps the list of a cluster's searches, in the same journal as these.</summary>
sealed class SearchListActor : UntypedPersistentActor
{
    SearchList _list = SearchList.Empty;

    public override string PersistenceId => "searches";

    protected override void OnRecover(object message)
    {
        if (message is StoredRow.Listed row)
            _list = _list.Evolve(row);
        else if (message is RecoveryCompleted)
            Context.Parent.Tell(_list);
    }

    protected override void OnCommand(object message)
    {
        if (SearchList.RowOf(message) is not { } row)
        {
            Unhandled(message);
            return;
        }
        // The sender is answered when the row is durable.
        var sender = Sender;
        Persist(
            row,
            kept =>
            {
                _list = _list.Evolve(kept);
                Context.Parent.Tell(_list);
                sender.Tell(new Answer());
            }
        );
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => Context.Stop(Self);
}

/// <summary>The list of a process that runs one search: it is as long as the process lives, and no row of any journal.
/// What a person asked for (a pause) ends with the process.</summary>
/// <param name="order">The search.</param>
sealed class LocalListActor(SearchOrder order) : UntypedActor
{
    SearchList _list = SearchList.Empty.Evolve(SearchList.Order(order));

    protected override void PreStart() => Context.Parent.Tell(_list);

    protected override void OnReceive(object message)
    {
        if (message is Request.Stop)
            Context.System.EventStream.Publish(new StopAsked());
        else if (SearchList.RowOf(message) is { } row)
            Context.Parent.Tell(_list = _list.Evolve(row));
        else
        {
            Unhandled(message);
            return;
        }
        Sender.Tell(new Answer());
    }

    /// <summary>The process is to end its search as if a person had interrupted it.</summary>
    public sealed record StopAsked;
}
