using Akka.Actor;
using Akka.Persistence;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Persistence;

namespace EvoNas.Hosting.Actors;

/// <summary>Reads a search's journal for a subscriber, then stops. It writes nothing.</summary>
/// <param name="search">Its name.</param>
/// <param name="persistenceId">Of its journal.</param>
/// <param name="subscriber">Who is told.</param>
/// <param name="after">The last event that it knows.</param>
/// <param name="upTo">The last event that it is told.</param>
sealed class HistoryActor(string search, string persistenceId, IActorRef subscriber, long after, long upTo)
    : InspectedPersistentActor
{
    // Of a very long search a view needs the last of it; thirty megabytes on the wire are enough.
    const long ToldMax = 50_000;

    readonly long _from = Math.Max(after, upTo - ToldMax);

    public override string PersistenceId => persistenceId;

    public override Recovery Recovery => new(SnapshotSelectionCriteria.None, upTo);

    protected override void OnRecover(object message)
    {
        // The first says what is searched for: nothing makes sense without it.
        if (message is StoredRow.Event row && (LastSequenceNr > _from || (LastSequenceNr == 1 && after == 0)))
            subscriber.Tell(new Told(search, LastSequenceNr, row.Manifest, row.Payload));
        if (message is not RecoveryCompleted)
            return;
        Context.Parent.Tell(new Read(subscriber, upTo));
        Context.Stop(Self);
    }

    protected override void OnCommand(object message) => Unhandled(message);

    // The subscriber asks again; the search reports a journal that cannot be read.
    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        Context.Parent.Tell(new Unread(subscriber));

    /// <summary>A subscriber was told of the events up to this one.</summary>
    public sealed record Read(IActorRef Subscriber, long UpTo);

    /// <summary>The journal did not answer.</summary>
    public sealed record Unread(IActorRef Subscriber);
}
