using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors;

/// <summary>A lineage as bytes: to recover without its whole history, and to compare two of them byte for
/// byte.</summary>
public sealed record LineageSnapshot
{
    /// <summary>Names the format in a journal's snapshot table, for ever.</summary>
    public const string Manifest = "lineage-1";

    /// <summary>Names the format for a search of several objectives: an earlier build, which would go on with the
    /// first alone, does not know it.</summary>
    public const string ManifestOfObjectives = "lineage-1-objectives";

    /// <summary>Names the format for a search with finalists: an earlier build would give their evaluations to
    /// births.</summary>
    public const string ManifestOfFinalists = "lineage-1-finalists";

    /// <summary>Names the format while something that was proposed waits: an earlier build would forget it.</summary>
    public const string ManifestOfProposals = "lineage-1-proposals";

    /// <summary>Names the format once a candidate was evaluated again for drift: an earlier build would count that
    /// wrongly.</summary>
    public const string ManifestOfGuards = "lineage-1-guards";

    /// <summary>Names the format for a search whose finalists are judged by data of their own: an earlier build would
    /// judge them by those that judge births, and mix the two.</summary>
    public const string ManifestOfHeldOut = "lineage-1-held-out";

    /// <summary>Names the format for a search with rungs: an earlier build would train every candidate in
    /// full.</summary>
    public const string ManifestOfRungs = "lineage-1-rungs";

    const int ChecksumBytes = 4;

    /// <inheritdoc cref="Lineage.Settings"/>
    public SearchSettings? Settings { get; init; }

    /// <inheritdoc cref="Lineage.Events"/>
    public long Events { get; init; }

    /// <inheritdoc cref="Lineage.Born"/>
    public long Born { get; init; }

    /// <summary>See <see cref="Lineage.Repeats"/>; null where there are none.</summary>
    public long? Repeats { get; init; }

    /// <summary>See <see cref="Lineage.RepeatsOfBudget"/>; null where there are none.</summary>
    public long? RepeatsOfBudget { get; init; }

    /// <inheritdoc cref="Lineage.Guarded"/>
    public Individual? Guarded { get; init; }

    /// <summary>See <see cref="Lineage.Guards"/>; null where there are none.</summary>
    public long? Guards { get; init; }

    /// <summary>See <see cref="Lineage.GuardScores"/>; null where there are none.</summary>
    public Sequence<double>? GuardScores { get; init; }

    /// <inheritdoc cref="Lineage.Scored"/>
    public long Scored { get; init; }

    /// <inheritdoc cref="Lineage.RuledOut"/>
    public long RuledOut { get; init; }

    /// <inheritdoc cref="Lineage.Founders"/>
    public long Founders { get; init; }

    /// <inheritdoc cref="Lineage.Population"/>
    public Sequence<Individual> Members { get; init; }

    /// <inheritdoc cref="Lineage.Pending"/>
    public Sequence<Pending> Pending { get; init; }

    /// <summary>See <see cref="Lineage.Proposals"/>; null where there are none.</summary>
    public Sequence<Proposal>? Proposals { get; init; }

    /// <inheritdoc cref="Lineage.Known"/>
    public FingerprintSet Known { get; init; } = FingerprintSet.Empty;

    /// <inheritdoc cref="Lineage.Best"/>
    public Champion? Best { get; init; }

    /// <inheritdoc cref="Lineage.BestFeasible"/>
    public Champion? BestFeasible { get; init; }

    /// <summary>See <see cref="Lineage.Contenders"/>; null where a search has no finalists.</summary>
    public Sequence<Contender>? Contenders { get; init; }

    /// <inheritdoc cref="Lineage.Winner"/>
    public Winner? Winner { get; init; }

    /// <summary>See <see cref="Lineage.Front"/>; null with one objective, so that its snapshots stay as they
    /// are.</summary>
    public Sequence<Champion>? Front { get; init; }

    /// <summary>See <see cref="Lineage.Points"/>; null where there are none.</summary>
    public Sequence<ParetoPoint>? Points { get; init; }

    /// <summary>See <see cref="Lineage.Worst"/>; null where there are none.</summary>
    public Sequence<double>? Worst { get; init; }

    /// <inheritdoc cref="Lineage.Incumbent"/>
    public Individual? Incumbent { get; init; }

    /// <summary>See <see cref="Lineage.Vain"/>; null where it is 0, so that snapshots of earlier algorithms stay as
    /// they are.</summary>
    public int? Vain { get; init; }

    /// <summary>See <see cref="Lineage.Exhausted"/>; null where there are none.</summary>
    public Sequence<BirthNumber>? Exhausted { get; init; }

    /// <summary>See <see cref="Lineage.Rungs"/>; null where there are none.</summary>
    public Sequence<Rung>? Rungs { get; init; }

    /// <summary>See <see cref="Lineage.Epochs"/>; null where there are none.</summary>
    public long? Epochs { get; init; }

    /// <summary>See <see cref="Lineage.Promotions"/>; null where there are none.</summary>
    public long? Promotions { get; init; }

    /// <summary>See <see cref="Lineage.FullTrainings"/>; null where there are none.</summary>
    public long? FullTrainings { get; init; }

    /// <inheritdoc cref="Lineage.Curves"/>
    public Sequence<Sequence<double>> Curves { get; init; }

    /// <inheritdoc cref="Lineage.ElapsedSeconds"/>
    public double ElapsedSeconds { get; init; }

    /// <inheritdoc cref="Lineage.SlotSeconds"/>
    public double SlotSeconds { get; init; }

    /// <inheritdoc cref="Lineage.Finished"/>
    public FinishedReason? Finished { get; init; }

    /// <inheritdoc cref="Lineage.Spent"/>
    public DrawsSpent? Spent { get; init; }

    /// <summary>The name of a lineage's format in the snapshot table.</summary>
    public static string ManifestOf(Lineage lineage) =>
        lineage switch
        {
            { Settings.HeldOutFinals: true } => ManifestOfHeldOut,
            { Settings.Rungs: not null } => ManifestOfRungs,
            { Guards: > 0 } => ManifestOfGuards,
            { Proposals.Count: > 0 } => ManifestOfProposals,
            { Settings.Pareto: not null } => ManifestOfObjectives,
            { Settings.Finalists: not null } => ManifestOfFinalists,
            _ => Manifest,
        };

    /// <summary>Is it the name of a format of snapshots?</summary>
    public static bool Knows(string manifest) =>
        manifest
            is Manifest
                or ManifestOfObjectives
                or ManifestOfFinalists
                or ManifestOfProposals
                or ManifestOfGuards
                or ManifestOfHeldOut
                or ManifestOfRungs;

    /// <summary>A lineage's canonical bytes: equal lineages have equal ones. They end with a checksum.</summary>
    public static ReadOnlyMemory<byte> Write(string persistenceId, Lineage lineage)
    {
        // Allocated at once: the fingerprints in base 64 are nearly all of a long lineage.
        var bytes = new ArrayBufferWriter<byte>((int)Math.Min(lineage.Known.Count * 11 + 65_536, Array.MaxLength));
        using (var writer = new Utf8JsonWriter(bytes))
            JsonSerializer.Serialize(writer, Of(lineage), EventJson.Default.LineageSnapshot);
        BinaryPrimitives.WriteUInt32LittleEndian(
            bytes.GetSpan(ChecksumBytes),
            Checksum(persistenceId, bytes.WrittenSpan)
        );
        bytes.Advance(ChecksumBytes);
        return bytes.WrittenMemory;
    }

    /// <summary>Reads <see cref="Write"/>.</summary>
    /// <exception cref="EventSerializationException">The bytes are damaged. That costs time, not data: the events are
    /// all there.</exception>
    public static Lineage Read(string persistenceId, long number, string manifest, ReadOnlySpan<byte> bytes)
    {
        if (!Knows(manifest))
            throw new EventSerializationException(number, $"has a snapshot of the unknown kind '{manifest}'");
        if (
            bytes.Length < ChecksumBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[^ChecksumBytes..])
                != Checksum(persistenceId, bytes[..^ChecksumBytes])
        )
            throw new EventSerializationException(number, "has a snapshot that does not agree with its checksum");
        try
        {
            var lineage = (
                JsonSerializer.Deserialize(bytes[..^ChecksumBytes], EventJson.Default.LineageSnapshot)
                ?? throw new JsonException("empty")
            ).ToLineage();
            return lineage.Events == number
                ? lineage
                : throw new EventSerializationException(number, $"has a snapshot of event {lineage.Events}");
        }
        catch (Exception fault)
            when (fault
                    is JsonException
                        or FormatException
                        or ArgumentException
                        or NotSupportedException
                        or InvalidOperationException
                        or OverflowException
            )
        {
            throw new EventSerializationException(
                number,
                $"has a snapshot that cannot be read: {fault.Message}",
                fault
            );
        }
    }

    static uint Checksum(string persistenceId, ReadOnlySpan<byte> body) =>
        ~EventSerializer.Crc(
            EventSerializer.Crc(
                0xFFFF_FFFF,
                System.Runtime.InteropServices.MemoryMarshal.AsBytes(persistenceId.AsSpan())
            ),
            body
        );

    static LineageSnapshot Of(Lineage lineage) =>
        new()
        {
            Settings = lineage.Settings,
            Events = lineage.Events,
            Born = lineage.Born,
            Repeats = lineage.Repeats == 0 ? null : lineage.Repeats,
            RepeatsOfBudget = lineage.RepeatsOfBudget == 0 ? null : lineage.RepeatsOfBudget,
            Guarded = lineage.Guarded,
            Guards = lineage.Guards == 0 ? null : lineage.Guards,
            GuardScores = lineage.GuardScores.Count == 0 ? null : lineage.GuardScores,
            Scored = lineage.Scored,
            RuledOut = lineage.RuledOut,
            Founders = lineage.Founders,
            Members = lineage.Population.Members,
            Pending = [.. lineage.Pending.Values],
            Proposals = lineage.Proposals.Count == 0 ? null : lineage.Proposals,
            Known = lineage.Known,
            Best = lineage.Best,
            BestFeasible = lineage.BestFeasible,
            Contenders = lineage.Contenders.Count == 0 ? null : lineage.Contenders,
            Winner = lineage.Winner,
            Front = lineage.Front.Count == 0 ? null : lineage.Front,
            Points = lineage.Points.Count == 0 ? null : lineage.Points,
            Worst = lineage.Worst.Count == 0 ? null : lineage.Worst,
            Incumbent = lineage.Incumbent,
            Vain = lineage.Vain == 0 ? null : lineage.Vain,
            Exhausted = lineage.Exhausted.IsEmpty ? null : [.. lineage.Exhausted],
            Rungs = lineage.Rungs.Count == 0 ? null : lineage.Rungs,
            Epochs = lineage.Epochs == 0 ? null : lineage.Epochs,
            Promotions = lineage.Promotions == 0 ? null : lineage.Promotions,
            FullTrainings = lineage.FullTrainings == 0 ? null : lineage.FullTrainings,
            Curves = lineage.Curves,
            ElapsedSeconds = lineage.ElapsedSeconds,
            SlotSeconds = lineage.SlotSeconds,
            Finished = lineage.Finished,
            Spent = lineage.Spent,
        };

    Lineage ToLineage() =>
        new()
        {
            Settings = Settings,
            Events = Events,
            Born = Born,
            Repeats = Repeats ?? 0,
            RepeatsOfBudget = RepeatsOfBudget ?? 0,
            Guarded = Guarded,
            Guards = Guards ?? 0,
            GuardScores = GuardScores ?? [],
            Scored = Scored,
            RuledOut = RuledOut,
            Founders = Founders,
            Population = new(Members),
            Pending = Pending.ToImmutableSortedDictionary(one => one.Birth, one => one),
            Proposals = Proposals ?? default,
            Known = Known,
            Best = Best,
            BestFeasible = BestFeasible,
            Contenders = Contenders ?? default,
            Winner = Winner,
            Front = Front ?? default,
            Points = Points ?? default,
            Worst = Worst ?? default,
            Incumbent = Incumbent,
            Vain = Vain ?? 0,
            Exhausted = Exhausted is { } exhausted ? [.. exhausted] : [],
            Rungs = Rungs ?? default,
            Epochs = Epochs ?? 0,
            Promotions = Promotions ?? 0,
            FullTrainings = FullTrainings ?? 0,
            Curves = Curves,
            ElapsedSeconds = ElapsedSeconds,
            SlotSeconds = SlotSeconds,
            Finished = Finished,
            Spent = Spent,
        };
}
