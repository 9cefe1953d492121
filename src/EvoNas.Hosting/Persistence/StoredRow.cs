namespace EvoNas.Hosting.Persistence;

/// <summary>A row as it lies in the journal or among the snapshots, for <see cref="JournalSerializer"/>. What it says
/// is read where persistence id and number are known, so that a row in the wrong place is found.</summary>
abstract record StoredRow(string Manifest, byte[] Payload)
{
    /// <summary>An event of a search.</summary>
    public sealed record Event(string Manifest, byte[] Payload) : StoredRow(Manifest, Payload);

    /// <summary>A snapshot of a search.</summary>
    public sealed record Snapshot(string Manifest, byte[] Payload) : StoredRow(Manifest, Payload);

    /// <summary>An event of the list of searches.</summary>
    public sealed record Listed(string Manifest, byte[] Payload) : StoredRow(Manifest, Payload);
}
