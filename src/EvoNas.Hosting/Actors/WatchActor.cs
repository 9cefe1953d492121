using Akka.Actor;
using Akka.Event;
using EvoNas.Hosting.Nodes;

namespace EvoNas.Hosting.Actors;

/// <summary>Watches the actor system of a node: messages that nobody reads, actors that restart or stop.</summary>
/// <param name="readiness">Where it writes what it sees.</param>
class WatchActor(NodeReadiness readiness) : UntypedActor
{
    public const string Name = "watch";

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart()
    {
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
            Context.System.EventStream.Subscribe(Self, kind);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case DeadLetter dead:
                readiness.CountDead(dead.Message.GetType().Name);
                break;
            case Dropped dropped:
                Telemetry.Dropped.Add(1, Telemetry.Tag("message.type", dropped.Message.GetType().Name));
                break;
            case UnhandledMessage unhandled:
                Telemetry.Unhandled.Add(1, Telemetry.Tag("message.type", unhandled.Message.GetType().Name));
                break;
            case ActorRestarted restarted:
                Telemetry.Restarts.Add(
                    1,
                    Telemetry.Tag("actor.type", TypeOf(restarted.ActorType)),
                    Telemetry.Tag("exception.type", restarted.Reason.GetType().Name)
                );
                break;
            case ActorStopped stopped when stopped.ActorType.Namespace == typeof(WatchActor).Namespace:
                Telemetry.Stops.Add(1, Telemetry.Tag("actor.type", TypeOf(stopped.ActorType)));
                break;
            case ActorStopped:
                break; // Akka.NET's own come and go with every connection.
            default:
                Unhandled(message);
                break;
        }
    }

    // The tags of metrics are for ever, whatever the classes are called.
    static string TypeOf(Type actor) =>
        actor == typeof(SearchSupervisor) ? "searches"
        : actor == typeof(SearchActor) ? "population"
        : actor == typeof(GatewayActor) ? "gate"
        : actor.Name.Replace("Actor", "", StringComparison.Ordinal).ToLowerInvariant();
}
