using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace EvoNas.Storage.Verification;

/// <summary>What can be wrong with a journal. The names go to scripts as they stand here, in camel case.</summary>
public enum FindingKind
{
    /// <summary>The file itself: a page, an index, the disk below it.</summary>
    File,

    /// <summary>The tables are not those of a journal.</summary>
    Layout,

    /// <summary>A number has no row.</summary>
    Missing,

    /// <summary>A row is marked as deleted; EvoNas never deletes.</summary>
    Deleted,

    /// <summary>A row's bytes are not those that were written there: a flipped bit, an exchanged row, another search's
    /// row.</summary>
    Damaged,

    /// <summary>A row was written by something newer or by something else.</summary>
    Foreign,

    /// <summary>Two processes wrote at the same time, or rows were put in by hand.</summary>
    Writers,

    /// <summary>An event cannot have happened there.</summary>
    Impossible,

    /// <summary>A birth was born or ended twice, or never (promise P2).</summary>
    Births,

    /// <summary>The population is not the one that the events allow.</summary>
    Population,

    /// <summary>A birth was evaluated under other settings than the search was begun with: its score must not be
    /// compared with the others.</summary>
    Settings,

    /// <summary>A snapshot cannot be read, or differs from what the events add up to (promise P4). It costs time, not
    /// data.</summary>
    Snapshot,
}

/// <summary>One thing that is wrong.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="First">The first event it concerns; null where it is the file.</param>
/// <param name="Last">The last one; equals <paramref name="First"/> for a single event.</param>
/// <param name="What">One sentence.</param>
public sealed record Finding(FindingKind Kind, long? First, long? Last, string What);

/// <summary>All that is wrong with one search's journal, and what there is of it.</summary>
public sealed record JournalVerification
{
    /// <summary>As many findings are listed at most; <see cref="FindingCount"/> counts on.</summary>
    public const int FindingsMax = 10_000;

    /// <summary>The file.</summary>
    public required string Path { get; init; }

    /// <summary>Whose journal.</summary>
    public required string PersistenceId { get; init; }

    /// <summary>True if nothing is wrong.</summary>
    public bool Sound => FindingCount == 0;

    /// <summary>Rows that are there.</summary>
    public long Rows { get; init; }

    /// <summary>The number of the last one; equals <see cref="Rows"/> if none is missing.</summary>
    public long LastNumber { get; init; }

    /// <summary>How many events of each manifest, as far as they can be read.</summary>
    public ImmutableSortedDictionary<string, long> Manifests { get; init; } =
        ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Births that were born and not ended.</summary>
    public long Pending { get; init; }

    /// <summary>Members of the population at the last event that could be added up.</summary>
    public int Members { get; init; }

    /// <summary>How often a process opened the journal and wrote.</summary>
    public int Writers { get; init; }

    /// <summary>Snapshots that were compared with the events before them.</summary>
    public int SnapshotsCompared { get; init; }

    /// <summary>The last event up to which everything could be added up: until here the search can be
    /// trusted.</summary>
    public long TrustedTo { get; init; }

    /// <summary>Bytes of all payloads.</summary>
    public long PayloadBytes { get; init; }

    /// <summary>What is wrong, in the order of the events; the file's own faults first.</summary>
    public required ImmutableArray<Finding> Findings { get; init; }

    /// <summary>How many things are wrong.</summary>
    public long FindingCount { get; init; }

    /// <summary>What to do, one or two sentences.</summary>
    public string Advice =>
        this switch
        {
            { Sound: true } => "Nothing is wrong.",
            _ when Findings.All(finding => finding.Kind == FindingKind.Snapshot) =>
                "The events are sound. A snapshot is not: the next start reads the events instead, "
                    + "and keeps a new one.",
            _ when Findings.All(finding => finding.Kind == FindingKind.Settings) =>
                "The events are whole, but scores of two evaluations were compared: what the search found after the "
                    + "first of these births cannot be trusted. Begin it anew under another name.",
            { Findings: [{ Kind: FindingKind.Layout }, ..] } =>
                "This is not a journal of EvoNas, or a damaged one. Restore it from a backup.",
            _ => $"Do not resume this search. Copy the file with its -wal beside it, then restore a backup; "
                + $"without one, events 1 to {TrustedTo} can be trusted and exported.",
        };

    /// <summary>This, as one JSON object for scripts.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, VerificationJson.Default.JournalVerification);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    Converters = [typeof(FindingKindJson)]
)]
[JsonSerializable(typeof(JournalVerification))]
sealed partial class VerificationJson : JsonSerializerContext;

sealed class FindingKindJson() : JsonStringEnumConverter<FindingKind>(JsonNamingPolicy.CamelCase);
