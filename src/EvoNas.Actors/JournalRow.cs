namespace EvoNas.Actors;

/// <summary>A row of a journal, as it is stored.</summary>
/// <param name="Number">The event's place, from 1 without gaps.</param>
/// <param name="Created">When it was appended, UTC.</param>
/// <param name="Manifest">Names the kind of event.</param>
/// <param name="Payload">The event's bytes.</param>
/// <param name="Writer">The process that wrote the row; a new one at every start.</param>
public readonly record struct JournalRow(
    long Number,
    DateTime Created,
    string Manifest,
    ReadOnlyMemory<byte> Payload,
    string Writer
);

/// <summary>A state as of an event, so that the events up to it need not be read.</summary>
/// <param name="Number">The number of that event.</param>
/// <param name="Created">When the snapshot was kept, UTC.</param>
/// <param name="Manifest">Names the kind of snapshot.</param>
/// <param name="Payload">The snapshot's bytes.</param>
public sealed record JournalSnapshot(long Number, DateTime Created, string Manifest, ReadOnlyMemory<byte> Payload);
