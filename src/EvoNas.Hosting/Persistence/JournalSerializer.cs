using Akka.Actor;
using Akka.Serialization;
using EvoNas.Actors;

namespace EvoNas.Hosting.Persistence;

/// <summary>Rows of the journal, byte for byte as the journals of <c>EvoNas.Storage</c> write them: our manifests, our
/// payloads, no name of a type.</summary>
public sealed class JournalSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <inheritdoc/>
    public override int Identifier => EventSerializer.SerializerIdentifier;

    /// <inheritdoc/>
    public override string Manifest(object o) => Row(o).Manifest;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => Row(obj).Payload;

    // An unknown manifest is refused by the reader that knows the number of the event.
    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest) =>
        manifest switch
        {
            _ when LineageSnapshot.Knows(manifest) => new StoredRow.Snapshot(manifest, bytes),
            SearchList.Ordered or SearchList.Dismissed or SearchList.Halted => new StoredRow.Listed(manifest, bytes),
            _ => new StoredRow.Event(manifest, bytes),
        };

    static StoredRow Row(object row) =>
        row as StoredRow
        ?? throw new ArgumentException($"{row.GetType().FullName} does not go into a journal.", nameof(row));
}
