namespace EvoNas.Reports.Surveys;

/// <summary>Several spaces compared by the errors of random networks.</summary>
/// <param name="Name">The survey's name.</param>
/// <param name="Spaces">At least one, each with a network that has an error; in the order in which they are
/// compared.</param>
/// <param name="CostMetric">The metric that stands for the cost.</param>
sealed record Survey(string Name, IReadOnlyList<SurveyedSpace> Spaces, string CostMetric)
{
    /// <summary>The error distribution of each space.</summary>
    public IReadOnlyList<ErrorDistribution> Distributions { get; } =
    [.. Spaces.Select(space => ErrorDistribution.Of(space.Networks.Select(one => one.Error)))];

    /// <summary>The error distribution of each space under equal costs; null where no range of the cost is common to
    /// all.</summary>
    /// <remarks>A diverged network has no measured cost, so none takes part.</remarks>
    public IReadOnlyList<ErrorDistribution>? CostControlled { get; } = Controlled(Spaces, CostMetric);

    /// <summary>The good ranges of each space's numeric decisions.</summary>
    public IReadOnlyList<IReadOnlyList<GoodRange>> GoodRanges { get; } =
    [.. Spaces.Select(space => GoodRange.Of(space.Networks))];

    /// <summary>Every pair of spaces, compared.</summary>
    /// <param name="distributions">One a space.</param>
    public static IEnumerable<(int One, int Other, Comparison Comparison)> Pairs(
        IReadOnlyList<ErrorDistribution> distributions
    ) =>
        from one in Enumerable.Range(0, distributions.Count)
        from other in Enumerable.Range(one + 1, distributions.Count - one - 1)
        select (one, other, ErrorDistribution.Compare(distributions[one], distributions[other]));

    static IReadOnlyList<ErrorDistribution>? Controlled(IReadOnlyList<SurveyedSpace> spaces, string cost)
    {
        var costs = spaces
            .Select(space => space.Networks.Select(one => one.Metrics[cost] ?? double.NaN).ToArray())
            .ToArray();
        return CostControl.Weights(costs, out _) is { } weights
            ?
            [
                .. spaces.Zip(
                    weights,
                    (space, own) =>
                        ErrorDistribution.Of(space.Networks.Zip(own, (network, weight) => (network.Error, weight)))
                ),
            ]
            : null;
    }
}
