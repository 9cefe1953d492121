using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Remote.Serialization;
using Akka.Serialization;
using Akka.Util;

namespace EvoNas.Hosting.Messages;

/// <summary>What Akka.NET's own actors say to each other beside the cluster's messages: who is there, and heartbeats.
/// The rest of its serializer's list is refused.</summary>
/// <remarks>That list has pools of routers, which are for remote deployment; a failure, whose exception may be of any
/// type that has a certain constructor; and poison, which ends any actor. None of them is needed between
/// nodes.</remarks>
/// <param name="system">Whose.</param>
public sealed class ControlSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    // Identify, its answer, an actor's address; the heartbeat of death watch and its answer.
    static readonly HashSet<string> Allowed = ["ID", "AID", "AR", "RWHB", "RWHR"];

    readonly MiscMessageSerializer _akkas = new(system);

    /// <inheritdoc/>
    public override int Identifier => 16;

    /// <inheritdoc/>
    public override string Manifest(object o) => _akkas.Manifest(o);

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) =>
        Allowed.Contains(_akkas.Manifest(obj))
            ? _akkas.ToBinary(obj)
            : throw Refusal.Of(system, "control", $"{obj.GetType().FullName} may not leave this node.");

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) =>
        Allowed.Contains(manifest)
            ? _akkas.FromBinary(bytes, manifest)
            : throw Refusal.Of(
                system,
                "control",
                $"A message '{manifest}' of Akka.NET came from another node and was refused: "
                    + "nodes do not say that to each other."
            );
}

/// <summary>Death watch between nodes. The other system messages are a supervisor's to its children, and no node has
/// children on another node.</summary>
/// <param name="system">Whose.</param>
public sealed class WatchSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    static readonly Dictionary<string, Type> Allowed = (
        (Type[])[typeof(Watch), typeof(Unwatch), typeof(DeathWatchNotification)]
    ).ToDictionary(type => type.TypeQualifiedName(), StringComparer.Ordinal);

    readonly SystemMessageSerializer _akkas = new(system);

    /// <inheritdoc/>
    public override int Identifier => 22;

    /// <summary>As Akka.NET's own has it: the name of the type.</summary>
    public override string Manifest(object o) => o.GetType().TypeQualifiedName();

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) =>
        Allowed.ContainsKey(Manifest(obj))
            ? _akkas.ToBinary(obj)
            : throw Refusal.Of(system, "system", $"{obj.GetType().FullName} may not leave this node.");

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) =>
        Allowed.TryGetValue(manifest, out var type)
            ? _akkas.FromBinary(bytes, type)
            : throw Refusal.Of(
                system,
                "system",
                $"A system message '{manifest}' came from another node and was refused: it has no children here."
            );
}
