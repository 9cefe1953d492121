using Akka.Actor;
using Akka.Persistence;
using EvoNas.Hosting.Inspection;

namespace EvoNas.Hosting.Actors;

/// <summary>As <see cref="InspectedActor"/>, for one that reads or writes a journal. None of them is
/// restarted.</summary>
abstract class InspectedPersistentActor : UntypedPersistentActor
{
    /// <inheritdoc cref="InspectedActor.Statistics"/>
    protected ActorStatistics? Statistics { get; } = MeasuredMailbox.StatisticsOf(Context);

    /// <inheritdoc/>
    protected override bool AroundReceive(Receive receive, object message) =>
        Statistics is null
            ? base.AroundReceive(receive, message)
            : Statistics.Handle(this, receive, message, static (self, handle, one) => self.Handle(handle, one));

    bool Handle(Receive receive, object message) => base.AroundReceive(receive, message);
}
