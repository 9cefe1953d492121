using System.Net.Sockets;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Pattern;
using EvoNas.Actors;
using EvoNas.Lineages;

namespace EvoNas.Hosting.Persistence;

/// <summary>What an exception means that Akka.Persistence handed to a persistent actor: whether it may pass, whether
/// another process writes, or whether the journal is broken.</summary>
static class JournalFailure
{
    /// <summary>The meaning of an exception of <c>OnPersistFailure</c>, <c>OnPersistRejected</c> or
    /// <c>OnRecoveryFailure</c>.</summary>
    /// <remarks>The plugin wraps what the database reports, in layers that differ by the place of the failure. The
    /// gravest meaning of all layers counts. What nothing explains is taken for something that may pass: recovering
    /// again is always safe.</remarks>
    /// <param name="cause">The exception.</param>
    /// <param name="place">The journal; null where it is in the memory of the process.</param>
    public static JournalException Of(Exception cause, JournalPlace? place)
    {
        var meanings = Layers(cause).Select(layer => Meaning(layer, place)).OfType<JournalException>();
        return meanings.MaxBy(meaning => meaning.Trouble)
            ?? new(
                JournalTrouble.Unavailable,
                $"The journal {place} failed: {cause.Message} ({cause.GetType().Name})",
                "The search recovers and goes on by itself; look at the log if this repeats.",
                cause
            );
    }

    // An aggregate holds several; its first one is its InnerException too.
    static IEnumerable<Exception> Layers(Exception cause) =>
        cause switch
        {
            AggregateException { InnerExceptions: var inner } => inner.SelectMany(Layers).Prepend(cause),
            { InnerException: { } inner } => Layers(inner).Prepend(cause),
            _ => [cause],
        };

    static JournalException? Meaning(Exception layer, JournalPlace? place) =>
        layer switch
        {
            JournalException known => known,
            EventSerializationException or LineageException => new(
                JournalTrouble.Broken,
                layer.Message,
                "Restore the journal from a backup, or verify it to see all that is wrong.",
                layer
            ),
            // A row of another program: its serializer is unknown, refused, or cannot read it; or a column has a value
            // of another type.
            SerializationException or TypeLoadException or InvalidCastException or FormatException => new(
                JournalTrouble.Broken,
                $"The journal {place} has a row that EvoNas did not write: {layer.Message}",
                "Verify the journal to see which.",
                layer
            ),
            // What the replay filter reports.
            IllegalStateException => new(
                JournalTrouble.Broken,
                $"Two processes wrote to the journal {place} at the same time: {layer.Message}",
                "Verify the journal to see which events are affected.",
                layer
            ),
            OpenCircuitException => new(
                JournalTrouble.Unavailable,
                $"The journal {place} has failed several times and is not asked for a while.",
                "The search goes on by itself when it answers again.",
                layer
            ),
            TimeoutException => new(
                JournalTrouble.Unavailable,
                $"The journal {place} does not answer in time.",
                "The search goes on by itself when it answers again.",
                layer
            ),
            IOException or SocketException => new(
                JournalTrouble.Unavailable,
                $"The journal {place} cannot be reached: {layer.Message}",
                "Look at the disk or the network.",
                layer
            ),
            _ => place?.Explain(layer),
        };
}
