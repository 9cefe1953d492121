using Akka.Actor;
using Akka.Persistence;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Persistence;

namespace EvoNas.Hosting.Actors;

/// <summary>Keeps the list of the cluster's searches, in the same journal as these.</summary>
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
        switch (message)
        {
            case Request.Run run:
                Keep(SearchList.Order(run.Order));
                break;
            case Request.Pause pause:
                Keep(SearchList.Hold(pause.Search, "paused by hand"));
                break;
            case Request.Resume resume:
                Keep(SearchList.Hold(resume.Search, null));
                break;
            case Request.Stop stop:
                Keep(SearchList.Dismiss(stop.Search));
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // Who asked is answered when it is durable.
    void Keep(StoredRow.Listed row)
    {
        var asked = Sender;
        Persist(
            row,
            kept =>
            {
                _list = _list.Evolve(kept);
                Context.Parent.Tell(_list);
                asked.Tell(new Answer());
            }
        );
    }

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr) => Context.Stop(Self);
}
