using Akka.Actor;
using EvoNas.Hosting.Inspection;

namespace EvoNas.Hosting.Actors;

/// <summary>An actor that records the messages it handles.</summary>
abstract class InspectedActor : UntypedActor
{
    /// <summary>Its statistics; null if it has another mailbox than <see cref="MeasuredMailbox"/>.</summary>
    protected ActorStatistics? Statistics { get; } = MeasuredMailbox.StatisticsOf(Context);

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message) =>
        Statistics is null
            ? base.AroundReceive(receive, message)
            : Statistics.Handle(this, receive, message, static (self, handle, one) => self.Handle(handle, one));

    bool Handle(Receive receive, object message) => base.AroundReceive(receive, message);

    /// <inheritdoc/>
    protected override void PostRestart(Exception reason)
    {
        Statistics?.Restart();
        base.PostRestart(reason);
    }
}
