using Akka.Actor;
using EvoNas.Hosting.Inspection;

namespace EvoNas.Hosting.Actors;

/// <summary>An actor of ours: what it handles is written into its book.</summary>
abstract class InspectedActor : UntypedActor
{
    /// <summary>Null where it has another mailbox than <see cref="MeasuredMailbox"/>, which opens the book.</summary>
    protected ActorBook? Book { get; } = MeasuredMailbox.BookOf(Context);

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message) =>
        Book is null
            ? base.AroundReceive(receive, message)
            : Book.Handle(this, receive, message, static (self, handle, one) => self.Handle(handle, one));

    bool Handle(Receive receive, object message) => base.AroundReceive(receive, message);

    /// <inheritdoc/>
    protected override void PostRestart(Exception reason)
    {
        Book?.Restart();
        base.PostRestart(reason);
    }
}
