using Akka.Actor;
using Akka.Persistence;
using EvoNas.Hosting.Inspection;

namespace EvoNas.Hosting.Actors;

/// <summary>As <see cref="InspectedActor"/>, for one that reads or writes a journal. None of them is
/// restarted.</summary>
abstract class InspectedPersistentActor : UntypedPersistentActor
{
    /// <inheritdoc cref="InspectedActor.Book"/>
    protected ActorBook? Book { get; } = MeasuredMailbox.BookOf(Context);

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message) =>
        Book is null
            ? base.AroundReceive(receive, message)
            : Book.Handle(this, receive, message, static (self, handle, one) => self.Handle(handle, one));

    bool Handle(Receive receive, object message) => base.AroundReceive(receive, message);
}
