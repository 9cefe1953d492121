using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace EvoNas.Evolution;

/// <summary>Where children come from.</summary>
public enum Algorithm
{
    /// <summary>Regularized evolution (Real et al. 2019, arXiv:1802.01548).</summary>
    Evolution,

    /// <summary>Every candidate drawn at random: the baseline.</summary>
    Random,

    /// <summary>Local search (White et al. 2020, arXiv:2005.02960): climbs from neighbour to neighbour, and begins
    /// again at a random point where no neighbour is left.</summary>
    Local,

    /// <summary>A few founders, then a climb from the best, and evolution while the best has no neighbour
    /// left.</summary>
    Auto,

    /// <summary>Several objectives at once: NSGA-II (Deb et al. 2002) in steady state.</summary>
    Nsga2,

    /// <summary>Evolution whose children are trained in rungs: asynchronous successive halving (Li et al. 2020,
    /// arXiv:1810.05934).</summary>
    Asha,
}

/// <summary>Everything that decides how a search goes. Written once at its beginning; only the budget may change
/// later.</summary>
public sealed partial record SearchSettings
{
    /// <summary>The space's name.</summary>
    public required string Space { get; init; }

    /// <summary>Of the space's decisions: a search is not resumed over a space that changed under its name.</summary>
    public required string SpaceFingerprint { get; init; }

    /// <summary>The points of the space; null where they are infinite or more than 2⁶³. When all are born, the search
    /// is exhausted.</summary>
    public long? SpaceSize { get; init; }

    /// <summary>How candidates are evaluated, as canonical JSON; opaque here, compared as text.</summary>
    public string Evaluation { get; init; } = "{}";

    /// <summary>All chance comes from this and the birth's number.</summary>
    public ulong Seed { get; init; }

    /// <summary>Where children come from.</summary>
    public Algorithm Algorithm { get; init; }

    /// <summary>The rules of <see cref="Algorithm.Local"/> and <see cref="Algorithm.Auto"/>; null with the others,
    /// which have none.</summary>
    public BreedingRules? Rules { get; init; }

    /// <summary>Members that may breed; the oldest is replaced.</summary>
    /// <value>Budget/10, between 10 and 100: with more, a small budget would be spent on founders.</value>
    public required int PopulationSize { get; init; }

    /// <summary>Members drawn for one tournament, of which the fittest breeds.</summary>
    /// <value>A fifth of the population, at least 2.</value>
    public required int TournamentSize { get; init; }

    /// <summary>What is maximised; of several objectives the first.</summary>
    public Objective Objective { get; init; } = Objective.Accuracy;

    /// <summary>What a search of several objectives has beyond the first; null with one objective.</summary>
    public ParetoSettings? Pareto { get; init; }

    /// <summary>How the last evaluations of the budget are spent; null: on births as all others, and the winner is the
    /// candidate with the best single score.</summary>
    public FinalistRules? Finalists { get; init; }

    /// <summary>The repeats of finalists are judged by data that no birth was judged by or learnt from: they decide
    /// alone. False in searches of earlier versions, and where there are no such data; then the first scores count with
    /// them.</summary>
    [System.Text.Json.Serialization.JsonIgnore(
        Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault
    )]
    public bool HeldOutFinals { get; init; }

    /// <summary>After so many births each the same candidate is trained again, with the same seed: what it scores tells
    /// whether machines, data and software are what they were. Null: never.</summary>
    public int? DriftGuard { get; init; }

    /// <summary>When the search ends.</summary>
    public required Budget Budget { get; init; }

    /// <summary>Evaluates a genotype again when it is drawn again. Else it is drawn until it is new.</summary>
    public bool RepeatDuplicates { get; init; }

    /// <summary>A child that has its parent's network, and its training, is drawn again: it differs in decisions that
    /// nothing depends on. False in searches of earlier versions.</summary>
    [System.Text.Json.Serialization.JsonIgnore(
        Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault
    )]
    public bool DistinctNetworks { get; init; }

    /// <summary>Stops candidates that stay below the median of the others' curves.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("stopHopeless")] // Its name in every journal.
    public bool EarlyStopping { get; init; } = true;

    /// <summary>Scored curves that the median needs, and the most it looks back on.</summary>
    internal const int CurvesMin = 5,
        CurvesMax = 64;

    /// <summary>The population size for a budget: clamp(evaluations/10, 10, 100); 50 where evaluations are not
    /// bounded.</summary>
    public static int PopulationSizeFor(Budget budget) =>
        budget.Evaluations is { } evaluations ? (int)Math.Clamp(evaluations / 10, 10, 100) : 50;

    /// <summary>The tournament size for a population: a fifth, at least 2.</summary>
    public static int TournamentSizeFor(int populationSize) => Math.Max(2, populationSize / 5);

    /// <summary>The population size for an algorithm and a budget. <see cref="Algorithm.Auto"/> and
    /// <see cref="Algorithm.Asha"/> take 20,
    /// <see cref="Algorithm.Nsga2"/> a tenth of the budget, between 50 and 100.</summary>
    public static int PopulationSizeFor(Algorithm algorithm, Budget budget) =>
        algorithm switch
        {
            Algorithm.Auto or Algorithm.Asha => BreedingRules.AutoPopulation,
            Algorithm.Nsga2 => (int)
                Math.Clamp(budget.Evaluations / 10 ?? 0, ParetoRules.PopulationMin, ParetoRules.PopulationMax),
            _ => PopulationSizeFor(budget),
        };

    /// <summary>The tournament size for an algorithm and a population. <see cref="Algorithm.Auto"/> takes
    /// all, <see cref="Algorithm.Asha"/> half, <see cref="Algorithm.Nsga2"/> two.</summary>
    public static int TournamentSizeFor(Algorithm algorithm, int populationSize) =>
        algorithm switch
        {
            Algorithm.Auto => populationSize,
            Algorithm.Asha => Math.Max(2, populationSize / 2),
            Algorithm.Nsga2 => 2,
            _ => TournamentSizeFor(populationSize),
        };

    /// <summary>Births that are drawn at random before the first child is bred.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int FoundersMin => Pareto?.Rules?.Founders ?? Rules?.Founders ?? PopulationSize;

    /// <summary>All objectives, the first first.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public Sequence<Objective> Objectives => Pareto is null ? [Objective] : [Objective, .. Pareto.Further];

    /// <summary>True where both are settings of one search: nothing but the budget differs. The size of the space,
    /// which searches of earlier versions do not have, is that of the fingerprint.</summary>
    public bool AreOfSameSearch(SearchSettings other) =>
        this with { Budget = other.Budget, SpaceSize = other.SpaceSize } == other;

    /// <summary>Of all that decides a score: the space's decisions and <see cref="Evaluation"/>. 16 hexadecimal digits
    /// of SHA-256. Births of one lineage that were evaluated under two of them must not be compared.</summary>
    public string EvaluationFingerprint() =>
        s_fingerprints.GetValue(
            this,
            static settings =>
                Convert.ToHexStringLower(
                    SHA256
                        .HashData(Encoding.UTF8.GetBytes($"{settings.SpaceFingerprint}\n{settings.Evaluation}"))
                        .AsSpan(0, 8)
                )
        );

    // Asked for at every outcome; the settings of a search stay the same object.
    static readonly ConditionalWeakTable<SearchSettings, string> s_fingerprints = [];

    /// <summary>These settings, if a search can be run by them.</summary>
    /// <exception cref="RequestException">A number is out of its bounds; names the value, the bound and the
    /// key.</exception>
    public SearchSettings Checked()
    {
        if (PopulationSize is < 2 or > 100_000)
            throw new RequestException(
                $"A population of {PopulationSize} cannot evolve; it takes 2 to 100000.",
                "Set --population or evonas.search.population-size."
            );
        if (TournamentSize < 2 || TournamentSize > PopulationSize)
            throw new RequestException(
                $"A tournament of {TournamentSize} needs 2 to {PopulationSize} (the population's size) members.",
                "Lower --tournament (evonas.search.tournament-size) or raise --population "
                    + "(evonas.search.population-size)."
            );
        if (Algorithm == Algorithm.Local && RepeatDuplicates)
            throw new RequestException(
                "Local search evaluates no genotype twice: it would never know that a climb has ended.",
                "Leave out --repeat-duplicates, or take another --algorithm."
            );
        if (Rules is null != Algorithm is Algorithm.Evolution or Algorithm.Random or Algorithm.Nsga2 or Algorithm.Asha)
            throw new RequestException(
                $"The algorithm {Algorithm} {(Rules is null ? "needs rules" : "has no rules")}.",
                "Give those of BreedingRules.For."
            );
        Rules?.Check();
        CheckPareto();
        CheckRungs();
        CheckFinalists();
        CheckDriftGuard();
        Budget.Checked();
        return this;
    }
}
