using Akka.Actor;

namespace EvoNas.Hosting.Actors;

/// <summary>Does nothing. It lies where the product's actors lie, because only those are counted.</summary>
sealed class PassingActor : UntypedActor
{
    protected override void OnReceive(object message) { }
}
