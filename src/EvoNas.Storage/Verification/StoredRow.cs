namespace EvoNas.Storage.Verification;

/// <summary>A row of the journal table as it lies there, whether it can be trusted or not.</summary>
/// <param name="Ordering">Its place among the rows of all searches: the order in which they were written.</param>
/// <param name="Identifier">Of the serializer that made the payload; null if the row does not say.</param>
readonly record struct StoredRow(
    long Number,
    long Ordering,
    string Manifest,
    ReadOnlyMemory<byte> Payload,
    string Writer,
    long? Identifier,
    bool Deleted
);
