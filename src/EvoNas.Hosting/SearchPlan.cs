using System.Collections.Immutable;
using EvoNas.Actors;
using EvoNas.Actors.Populations;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Hosting;

/// <summary>All that is needed to run one search on this machine.</summary>
public sealed record SearchPlan
{
    /// <summary>The search's name; its journal is kept under it.</summary>
    public required string Name { get; init; }

    /// <summary>How the search goes; used where it has not begun yet.</summary>
    public required SearchSettings Settings { get; init; }

    /// <summary>To breed in.</summary>
    public required SearchSpace Space { get; init; }

    /// <summary>What is known of a candidate before it is evaluated: hard limits are answered from it.</summary>
    public Func<Genotype, Metrics> KnownMetrics { get; init; } = _ => default;

    /// <summary>See <see cref="Nodes.SearchBlueprint.NetworkOf"/>.</summary>
    public Func<Genotype, string?>? NetworkOf { get; init; }

    /// <summary>What is born first, where the search has not begun yet.</summary>
    public Sequence<Proposal> Founders { get; init; }

    /// <summary>Where candidates are evaluated; none: the search can be asked, and evaluates nothing.</summary>
    public required ImmutableArray<Slot> Slots { get; init; }

    /// <summary>Outcomes of an earlier run that were never acknowledged.</summary>
    public ImmutableArray<SpooledOutcome> Spooled { get; init; } = [];

    /// <summary>How long the population waits for whom.</summary>
    public PopulationTerms Terms { get; init; } = PopulationTerms.Embedded;

    /// <summary>The folder in which workers keep drawings of samples; null: they keep none.</summary>
    public string? SamplesFolder { get; init; }

    /// <summary>The folder whose disk must keep <see cref="DiskReserveBytes"/> free; null: not watched.</summary>
    public string? DiskFolder { get; init; }

    /// <summary>Nothing is handed out while less is free.</summary>
    /// <value>256 MB.</value>
    public long DiskReserveBytes { get; init; } = 256_000_000;

    /// <summary>Called with every kept event, in order, after it is durable, on the population's thread: be
    /// quick.</summary>
    public Action<long, LineageEvent>? Happened { get; init; }
}

/// <summary>An outcome that a worker kept on disk before it said so.</summary>
public sealed record SpooledOutcome(BirthNumber Birth, int Attempt, Outcome Outcome, double Seconds, Action Forget);

/// <summary>A search that cannot go on: not the request's fault, and nothing is lost.</summary>
/// <param name="message">Why.</param>
/// <param name="hint">What to do.</param>
public sealed class SearchStoppedException(string message, string hint) : Exception(message)
{
    /// <summary>What to do.</summary>
    public string Hint { get; } = hint;
}
