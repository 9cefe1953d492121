using System.Text.Json.Nodes;
using EvoNas.Evolution;
using EvoNas.Reports;

namespace EvoNas.Dashboard.Answers;

sealed record SessionAnswer(
    string Version,
    bool Control,
    DateTime Expires,
    string PathBase,
    string? Cluster,
    string Zone,
    DateTime Now
);

sealed record ChampionAnswer(
    long Birth,
    double Fitness,
    bool Feasible,
    string Genotype,
    IReadOnlyDictionary<string, double> Metrics
);

/// <inheritdoc cref="Lineages.Winner"/>
sealed record WinnerAnswer(
    long Birth,
    double Mean,
    double Low,
    double High,
    int Evaluations,
    double Probability,
    double Noise
)
{
    public static WinnerAnswer Of(Lineages.Winner winner) =>
        new(
            winner.Birth.Value,
            winner.Mean,
            winner.Low,
            winner.High,
            winner.Evaluations,
            winner.Probability,
            winner.Noise
        );
}

/// <summary>How many have been trained to an epoch.</summary>
sealed record RungAnswer(int Epoch, long Scored);

sealed record BudgetAnswer(long? Evaluations, double? Hours, double? SlotHours);

/// <summary>Seconds until the budget is spent: the middle, and an interval that holds nine of ten.</summary>
sealed record SecondsLeft(double Low, double Median, double High);

/// <summary>A search in numbers.</summary>
record SearchSummary
{
    public required string Name { get; init; }

    public required string State { get; init; }

    /// <summary>Why it waits, is paused, recovering or broken.</summary>
    public string? Detail { get; init; }

    public string? Space { get; init; }

    public string? Objective { get; init; }

    public string[] Limits { get; init; } = [];

    public string? Algorithm { get; init; }

    /// <summary>As text: a number of 64 bits is none of JavaScript.</summary>
    public string? Seed { get; init; }

    public long Events { get; init; }

    /// <summary>How many have reached the end of each rung; null where there are none.</summary>
    public IReadOnlyList<RungAnswer>? Rungs { get; init; }

    public long Births { get; init; }

    public long Ended { get; init; }

    public long Scored { get; init; }

    public long RuledOut { get; init; }

    public long Pending { get; init; }

    public long Population { get; init; }

    public BudgetAnswer? Budget { get; init; }

    public double? Spent { get; init; }

    /// <summary>Whom the search announces. Where finalists were evaluated again, its fitness is the mean of the
    /// winner's later evaluations.</summary>
    public ChampionAnswer? Announced { get; init; }

    /// <summary>Null where no finalists were evaluated again, and while the search goes on.</summary>
    public WinnerAnswer? Winner { get; init; }

    /// <summary>The best single score, also where it breaks a limit.</summary>
    public ChampionAnswer? Best { get; init; }

    public ChampionAnswer? BestFeasible { get; init; }

    /// <summary>Null with one objective.</summary>
    public FrontAnswer? Pareto { get; init; }

    public double? PerHour { get; init; }

    public SecondsLeft? SecondsLeft { get; init; }

    public double ElapsedSeconds { get; init; }

    public double SlotSeconds { get; init; }

    public DateTime? Started { get; init; }

    public DateTime? LastEventAt { get; init; }

    public string? Finished { get; init; }

    public string? FinishedDetail { get; init; }

    /// <summary>Slots that work for it now.</summary>
    public int Slots { get; init; }

    /// <summary>The EvoNas that began it.</summary>
    public string? Version { get; init; }
}

/// <summary>The Pareto front of a search of several objectives.</summary>
/// <param name="Objectives">In their order, as texts.</param>
/// <param name="Births">On the front, the best of the first objective first; at most
/// <see cref="BirthsMax"/>, evenly from the whole front.</param>
/// <param name="Size">All on the front.</param>
/// <param name="Hypervolume">From the reference point; null until there is one.</param>
/// <param name="ReferencePoint">A value of each objective.</param>
/// <param name="ReferenceFrom"><c>given</c>, <c>table</c> or <c>founders</c>.</param>
/// <param name="Knee">A birth.</param>
sealed record FrontAnswer(
    string[] Objectives,
    long[] Births,
    int Size,
    double? Hypervolume,
    double[]? ReferencePoint,
    string ReferenceFrom,
    long? Knee
)
{
    const int BirthsMax = 200;

    public static FrontAnswer Of(FrontView front) =>
        new(
            [.. front.Objectives.Select(objective => ObjectiveList.Text(objective))],
            [.. front.Spread(BirthsMax).Select(member => member.Candidate.Individual.Birth.Value)],
            front.Members.Count,
            front.Hypervolume,
            front.Reference is { } reference ? [.. reference] : null,
            front.Origin,
            front.Knee?.Individual.Birth.Value
        );
}

sealed record SearchesAnswer(IReadOnlyList<SearchSummary> Searches, DateTime Now, string? Trouble);

sealed record ProgressAnswer(
    int Epoch,
    int Epochs,
    long Step,
    long Steps,
    double ImagesPerSecond,
    double Loss,
    double? Top1
);

sealed record SlotAnswer(
    string Name,
    string Node,
    string Does,
    string? Search,
    long? Birth,
    int? Attempt,
    string? Detail,
    string? Genotype,
    double Seconds,
    ProgressAnswer? Progress,
    double[] Curve
);

/// <summary>A metric and how its values are spread: counts of equal parts of its range.</summary>
sealed record MetricAnswer(string Name, bool? Minimize, double Min, double Max, long Count, int[] Distribution);

sealed record FrontPoint(int Birth, double Fitness, double Cost, bool Feasible);

/// <summary>Who may breed.</summary>
/// <param name="Birth">Its number.</param>
/// <param name="Fitness">How good it is.</param>
/// <param name="Age">Events since its birth.</param>
/// <param name="Founder">The birth from which it descends.</param>
sealed record MemberAnswer(int Birth, double Fitness, long Age, int Founder);

/// <summary>How far the projection is.</summary>
sealed record ProjectionAnswer(int Version, long Event, long Last, double FoldSeconds);

sealed record SearchDetail : SearchSummary
{
    // A copy: every field of the summary is a field of the detail.
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    public SearchDetail(SearchSummary summary)
        : base(summary) { }

    public JsonNode? Settings { get; init; }

    public IReadOnlyDictionary<string, string?>? File { get; init; }

    public JsonNode? Evaluation { get; init; }

    public IReadOnlyList<SlotAnswer> SlotList { get; init; } = [];

    /// <summary>answered, silent or none.</summary>
    public string Report { get; init; } = "none";

    public IReadOnlyList<MetricAnswer> Metrics { get; init; } = [];

    public long StoppedEarly { get; init; }

    public long Duplicates { get; init; }

    public long Redraws { get; init; }

    public double? SecondsSaved { get; init; }

    public double? BusyShare { get; init; }

    public IReadOnlyList<FrontPoint> Front { get; init; } = [];

    public string? CostMetric { get; init; }

    public IReadOnlyList<MemberAnswer> PopulationMembers { get; init; } = [];

    public IReadOnlyList<string> Decisions { get; init; } = [];

    public ProjectionAnswer? Projection { get; init; }
}

/// <summary>The search as it was after an event.</summary>
sealed record MomentAnswer(
    long Event,
    DateTime? Time,
    long Births,
    long Ended,
    long Scored,
    long RuledOut,
    long Pending,
    FrontPoint? Best,
    IReadOnlyList<MemberAnswer> Population,
    double ElapsedSeconds
);
