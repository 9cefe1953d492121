using Akka.Actor;
using Akka.Event;
using EvoNas.Hosting.Inspection;
using EvoNas.Hosting.Nodes;

namespace EvoNas.Hosting.Actors;

/// <summary>Counts what happens in the actor system of a node: messages that reach no actor, actors that restart or
/// stop.</summary>
/// <remarks>It is called on the thread on which that happens, and never stops: an actor would miss what comes after its
/// own end, and would itself leave undelivered messages when its system ends.</remarks>
sealed class SystemWatch : MinimalActorRef
{
    readonly NodeReadiness _readiness;
    readonly UndeliveredMessages _undelivered;

    SystemWatch(ExtendedActorSystem system, NodeReadiness readiness)
    {
        (Provider, _readiness) = (system.Provider, readiness);
        _undelivered = ActorRegistry.Of(system).Undelivered;
        Path = system.Provider.RootPath / "evonas-watch";
    }

    /// <summary>Begins to count.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="readiness">Where undelivered messages are counted.</param>
    public static void Start(ActorSystem system, NodeReadiness readiness)
    {
        var watch = new SystemWatch((ExtendedActorSystem)system, readiness);
        foreach (
            var kind in (Type[])
                [
                    typeof(DeadLetter),
                    typeof(Dropped),
                    typeof(UnhandledMessage),
                    typeof(ActorRestarted),
                    typeof(ActorStopped),
                ]
        )
            system.EventStream.Subscribe(watch, kind);
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider { get; }

    protected override void TellInternal(object message, IActorRef sender)
    {
        switch (message)
        {
            case DeadLetter dead:
                _readiness.CountDead(dead.Message.GetType().Name);
                Note("dead", dead.Message, dead.Recipient, dead.Sender);
                break;
            case Dropped dropped:
                Telemetry.Dropped.Add(1, Telemetry.Tag("message.type", dropped.Message.GetType().Name));
                Note("dropped", dropped.Message, dropped.Recipient, dropped.Sender);
                break;
            case UnhandledMessage unhandled:
                Telemetry.Unhandled.Add(1, Telemetry.Tag("message.type", unhandled.Message.GetType().Name));
                Note("unhandled", unhandled.Message, unhandled.Recipient, unhandled.Sender);
                break;
            case ActorRestarted restarted:
                Telemetry.Restarts.Add(
                    1,
                    Telemetry.Tag("actor.type", TypeOf(restarted.ActorType)),
                    Telemetry.Tag("exception.type", restarted.Reason.GetType().Name)
                );
                break;
            // Akka.NET's own come and go with every connection.
            case ActorStopped stopped when stopped.ActorType.Namespace == typeof(SystemWatch).Namespace:
                Telemetry.Stops.Add(1, Telemetry.Tag("actor.type", TypeOf(stopped.ActorType)));
                break;
        }
    }

    void Note(string kind, object message, IActorRef to, IActorRef? from) =>
        _undelivered.Add(
            kind,
            message.GetType().Name,
            to.Path.ToString(),
            from is null || from.IsNobody() || from.Equals(Provider.DeadLetters) ? null : from.Path.ToString()
        );

    // The tags of metrics are for ever, whatever the classes are called.
    static string TypeOf(Type actor) =>
        actor == typeof(SearchSupervisor) ? "searches"
        : actor == typeof(SearchActor) ? "population"
        : actor == typeof(GatewayActor) ? "gate"
        : actor.Name.Replace("Actor", "", StringComparison.Ordinal).ToLowerInvariant();
}
