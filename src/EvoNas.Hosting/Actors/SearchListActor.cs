using Akka.Actor;
using Akka.Persistence;
using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Persistence;
using EvoNas.Lineages;

namespace EvoNas.Hosting.Actors;

/// <summary>Keeps the list of a cluster's searches, in the same journal as these. It alone takes orders, one after the
/// other: each is compared with the list and with what the journal has of a search of its name.</summary>
sealed class SearchListActor : InspectedPersistentActor
{
    SearchList _list = SearchList.Empty;

    // The order whose search is looked for in the journal; others wait.
    (Request.Run Run, IActorRef Sender)? _asked;

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
            case BegunReader.Read read when _asked is var (run, sender):
                _asked = null;
                if (read.Failure is { } failure)
                    sender.Tell(new Answer(failure, "Try again, or see the coordinator's log.", MayPass: true));
                else
                    Take(run, read.Begun, sender);
                Stash.UnstashAll();
                break;
            case BegunReader.Read:
                break;
            case var _ when _asked is not null:
                Stash.Stash();
                break;
            case Request.Run run when !_list.Searches.ContainsKey(run.Order.Name):
                _asked = (run, Sender);
                Context.ActorOf(
                    Props
                        .Create(() => new BegunReader(SearchOrder.PersistenceIdOf(run.Order.Name)))
                        .WithMailbox(MeasuredMailbox.Of("history"))
                );
                break;
            case Request.Run run:
                Take(run, null, Sender);
                break;
            case var _ when SearchList.RowOf(message) is { } row:
                Keep(row, Sender);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    void Take(Request.Run run, SearchSettings? begun, IActorRef sender)
    {
        if (_list.Refusal(run.Order, begun) is { } refusal)
            sender.Tell(refusal);
        else
            Keep(SearchList.Order(run.Order), sender);
    }

    // The sender is answered when the row is durable.
    void Keep(StoredRow.Listed row, IActorRef sender) =>
        Persist(
            row,
            kept =>
            {
                _list = _list.Evolve(kept);
                Context.Parent.Tell(_list);
                sender.Tell(new Answer());
            }
        );

    protected override void OnPersistRejected(Exception cause, object @event, long sequenceNr)
    {
        Fail(cause);
        Context.Stop(Self);
    }

    // Whether the row was kept is not known; the list is read again.
    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Fail(cause);

    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        Context.Parent.Tell(new Failed(Meaning(reason)));

    void Fail(Exception cause)
    {
        var meaning = Meaning(cause);
        Sender.Tell(
            new Answer(
                Unanswered(meaning.Message),
                "See what has become of it: evonas status --cluster.",
                MayPass: true
            )
        );
        Context.Parent.Tell(new Failed(meaning));
    }

    static JournalException Meaning(Exception cause) => JournalFailure.Of(cause, JournalSetup.Of(Context.System));

    /// <summary>What whoever asks is told while the journal does not answer.</summary>
    public static string Unanswered(string why) => $"The cluster's journal does not answer: {why}";

    /// <summary>The list cannot be read or kept: the actor stops.</summary>
    public sealed record Failed(JournalException Meaning);

    /// <summary>Reads the first event of a search, tells its parent, and ends.</summary>
    sealed class BegunReader(string search) : InspectedPersistentActor
    {
        SearchSettings? _begun;

        public override string PersistenceId => search;

        public override Recovery Recovery => new(SnapshotSelectionCriteria.None, toSequenceNr: 1);

        protected override void OnRecover(object message)
        {
            switch (message)
            {
                case StoredRow.Event row
                    when EventSerializer.Read(search, LastSequenceNr, row.Manifest, row.Payload)
                        is LineageEvent.Begun begun:
                    _begun = begun.Settings;
                    break;
                case RecoveryCompleted:
                    Tell(new(_begun, null));
                    break;
            }
        }

        protected override void OnCommand(object message) => Unhandled(message);

        protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
            Tell(new(null, Unanswered(Meaning(reason).Message)));

        void Tell(Read read)
        {
            Context.Parent.Tell(read);
            Context.Stop(Self);
        }

        public sealed record Read(SearchSettings? Begun, string? Failure);
    }
}

/// <summary>The list of a process that runs one search: it is as long as the process lives, and no row of any journal.
/// What a person asked for (a pause) ends with the process.</summary>
/// <param name="order">The search.</param>
sealed class LocalListActor(SearchOrder order) : InspectedActor
{
    SearchList _list = SearchList.Empty.Evolve(SearchList.Order(order));

    protected override void PreStart() => Context.Parent.Tell(_list);

    protected override void OnReceive(object message)
    {
        if (message is Request.Run run && _list.Refusal(run.Order, null) is { } refusal)
        {
            Sender.Tell(refusal);
            return;
        }
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
