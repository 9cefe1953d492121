using System.Globalization;

namespace EvoNas.Reports.Surveys;

/// <summary>A survey as rows of a table, the same in a terminal and on a page.</summary>
static class SurveyFigures
{
    /// <summary>Heads of <see cref="SpaceRows"/>; those that end with <c>#</c> hold numbers.</summary>
    public static readonly string[] SpaceColumns =
    [
        "space",
        "networks#",
        "diverged#",
        "lost#",
        "least error#",
        "median#",
        "mean#",
        "95 %#",
        "band#",
    ];

    /// <summary>A row a space: how many networks, and their errors.</summary>
    public static IEnumerable<string[]> SpaceRows(Survey survey) =>
        survey.Spaces.Select(
            (space, i) =>
            {
                var moments = MomentsOf(space);
                return new[]
                {
                    space.Space,
                    Figures.Exact(space.Networks.Count) + (space.Pending > 0 ? $" of {Wanted(space)}" : ""),
                    Figures.Exact(space.Diverged),
                    Figures.Exact(space.Lost),
                    space.Errors.Any() ? Figures.Fitness(space.Errors.Min()) : "",
                    survey.Distributions[i].Quantile(0.5) is { } median ? Figures.Fitness(median) : "",
                    moments.MeanOrNull is { } mean ? Figures.Fitness(mean) : "",
                    moments.HalfWidth is { } half ? $"± {Figures.Fitness(half)}" : "",
                    $"± {Share(survey.Distributions[i].HalfWidth)}",
                };
            }
        );

    /// <summary>Heads of <see cref="PairRows"/>.</summary>
    public static readonly string[] PairColumns =
    [
        "spaces",
        "D#",
        "by chance#",
        "says",
        "D at equal cost#",
        "by chance#",
    ];

    /// <summary>A row a pair of spaces: how far their distributions lie apart, and what chance alone
    /// explains.</summary>
    public static IEnumerable<string[]> PairRows(Survey survey)
    {
        var controlled = survey.CostControlled is { } weighted ? Survey.Pairs(weighted).ToArray() : null;
        foreach (var (i, (one, other, comparison)) in Survey.Pairs(survey.Distributions).Index())
        {
            var (left, right) = (survey.Spaces[one].Space, survey.Spaces[other].Space);
            yield return
            [
                $"{left}, {right}",
                Share(comparison.Difference),
                Share(comparison.Threshold),
                !comparison.IsSignificant ? "not told apart" : $"{(comparison.Sign > 0 ? left : right)} is better",
                controlled is null ? "" : Share(controlled[i].Comparison.Difference),
                controlled is null ? "" : Share(controlled[i].Comparison.Threshold),
            ];
        }
    }

    /// <summary>Heads of <see cref="RangeRows"/>.</summary>
    public static readonly string[] RangeColumns = ["space", "decision", "good#", "from#", "to#", "sampled#"];

    /// <summary>A row for each numeric decision of each space: where good networks lie.</summary>
    public static IEnumerable<string[]> RangeRows(Survey survey) =>
        from pair in survey.Spaces.Zip(survey.GoodRanges)
        from range in pair.Second
        select new[]
        {
            pair.First.Space,
            range.Decision,
            Number(range.Median),
            Number(range.Low),
            Number(range.High),
            $"{Number(range.Least)} to {Number(range.Most)}",
        };

    /// <summary>What must be known beside the figures.</summary>
    public static IEnumerable<string> Notes(Survey survey)
    {
        var pairs = Survey.Pairs(survey.Distributions).ToArray();
        if (pairs.Length > 1)
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"Of {pairs.Length} pairs of equal spaces, {pairs.Length * 0.05:0.##} would seem to differ by chance."
            );
        var walked = survey.Spaces.Sum(space => space.Networks.Count(one => one.Walked));
        if (walked > 0)
            yield return $"{Figures.Counted(walked, "network")} found by walks towards the limits, since draws at "
                + "random missed them: these are not spread evenly over their spaces.";
        if (survey.Spaces.Count > 1 && survey.CostControlled is null)
            yield return $"No range of {survey.CostMetric} is common to all spaces, so they are not compared at equal "
                + "cost.";
        else if (survey.CostControlled is { } controlled && survey.Spaces.Count > 1)
            yield return $"At equal {survey.CostMetric}, the networks say as much as "
                + string.Join(
                    ", ",
                    controlled.Select(one => one.EffectiveCount.ToString("0", CultureInfo.InvariantCulture))
                )
                + " equally weighted ones.";
        if (survey.Spaces.Sum(space => space.Diverged) > 0)
            yield return "Trainings that diverged count as worse than all others; minimum and mean leave them out.";
    }

    /// <summary>Count and mean of the errors of the networks that did not diverge.</summary>
    public static Moments MomentsOf(SurveyedSpace space)
    {
        var moments = new Moments();
        foreach (var error in space.Errors)
            moments.Add(error);
        return moments;
    }

    static string Wanted(SurveyedSpace space) => Figures.Exact(space.Networks.Count + space.Lost + space.Pending);

    static string Share(double share) => share.ToString("0.000", CultureInfo.InvariantCulture);

    static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
