using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using EvoNas.Hosting.Inspection;
using EvoNas.Hosting.Nodes;

namespace EvoNas.Hosting.Messages;

/// <summary>Stands in the place of one of Akka.NET's own serializers that make an object of whatever type the sender
/// names. It neither writes nor reads, and counts who tries.</summary>
/// <remarks>It has a manifest, so that Akka.NET does not even look for the type of that name.</remarks>
/// <param name="system">Whose.</param>
/// <param name="identifier">That of the serializer whose place this takes.</param>
/// <param name="cause">What is refused, in a word.</param>
/// <param name="what">And in a sentence.</param>
public abstract class RefusingSerializer(ExtendedActorSystem system, int identifier, string cause, string what)
    : SerializerWithStringManifest(system)
{
    /// <inheritdoc/>
    public override int Identifier => identifier;

    /// <inheritdoc/>
    public override string Manifest(object o) => "";

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) =>
        throw Refusal.Of(system, cause, $"{obj.GetType().FullName} may not leave this node: {what}.");

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) =>
        throw Refusal.Of(system, cause, $"A message came from another node and was refused: {what}.");
}

/// <summary>In the place of the serializer that takes whatever has no other, and names its type.</summary>
public sealed class RefusesJson : RefusingSerializer
{
    /// <param name="system">Whose.</param>
    /// <param name="settings">Of the serializer whose place this takes; not read.</param>
    public RefusesJson(ExtendedActorSystem system, Config settings)
        : base(system, 1, "unregistered", "its type is bound to no serializer") => _ = settings;
}

/// <summary>Replaces the serializer of Protocol Buffers messages: it would create an object of the named type. EvoNas
/// has none of them.</summary>
/// <param name="system">Whose.</param>
public sealed class RefusesProtobuf(ExtendedActorSystem system)
    : RefusingSerializer(system, 2, "protobuf", "EvoNas has no messages of Protocol Buffers");

/// <summary>In the place of the serializer of remote deployment: no node starts an actor of another's choice.</summary>
/// <param name="system">Whose.</param>
public sealed class RefusesDeployment(ExtendedActorSystem system)
    : RefusingSerializer(system, 3, "deployment", "a node does not start actors for another (remote deployment)");

/// <summary>In the place of the serializer of reliable delivery, which names types and is not used here.</summary>
/// <param name="system">Whose.</param>
public sealed class RefusesDelivery(ExtendedActorSystem system)
    : RefusingSerializer(system, 36, "delivery", "reliable delivery is not used here");

/// <summary>Something that a node must not read or write.</summary>
static class Refusal
{
    /// <summary>Counted, and to be thrown.</summary>
    public static SerializationException Of(ActorSystem system, string cause, string what)
    {
        ActorRegistry.Of(system).Undelivered.Add("refused", what, "", null);
        ClusterTelemetry.Refused.Add(1, Telemetry.Tag("cause", cause));
        return new(what);
    }
}
