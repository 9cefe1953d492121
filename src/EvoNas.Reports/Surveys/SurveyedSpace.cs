using System.Text.Json.Nodes;
using EvoNas.Actors.Mutators;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Reports.Surveys;

/// <summary>One network that was drawn at random from a space and evaluated.</summary>
/// <param name="Seed">Of the search that drew it; with the birth it tells the network from all others.</param>
/// <param name="Birth">Its number in that search.</param>
/// <param name="Genotype">What it is.</param>
/// <param name="Error">What a perfect score lies above its own, at least 0; +∞ for a training that diverged: worse
/// than every other.</param>
/// <param name="Metrics">All that was measured; empty for one that diverged.</param>
/// <param name="Decisions">The values of its numeric decisions, by their ids; of several picks one each.</param>
/// <param name="Walked">It was found by a walk towards the limits, because draws at random had missed them.</param>
sealed record SurveyedNetwork(
    ulong Seed,
    long Birth,
    string Genotype,
    double Error,
    Metrics Metrics,
    IReadOnlyDictionary<string, double> Decisions,
    bool Walked
);

/// <summary>The networks that were drawn from one space.</summary>
/// <param name="Space">The space's name.</param>
/// <param name="Fingerprint">Of its decisions.</param>
/// <param name="Metric">The metric that is the score.</param>
/// <param name="Perfect">The score of a perfect network.</param>
/// <param name="Limits">Bounds that every network keeps.</param>
/// <param name="Evaluation">How they were evaluated.</param>
/// <param name="Networks">Those with an error, diverged ones included.</param>
/// <param name="Lost">Networks without an answer for another reason than their training: no memory, a crash.</param>
/// <param name="Pending">Networks that are still to be evaluated.</param>
sealed record SurveyedSpace(
    string Space,
    string Fingerprint,
    string Metric,
    double Perfect,
    IReadOnlyList<string> Limits,
    JsonObject Evaluation,
    IReadOnlyList<SurveyedNetwork> Networks,
    int Lost,
    long Pending
)
{
    /// <summary>Trainings that diverged.</summary>
    public int Diverged => Networks.Count(one => double.IsPositiveInfinity(one.Error));

    /// <summary>Errors of those that did not diverge.</summary>
    public IEnumerable<double> Errors => Networks.Select(one => one.Error).Where(double.IsFinite);

    /// <summary>What a search of random networks says of its space.</summary>
    /// <param name="search">Its whole history.</param>
    /// <param name="perfect">The score of a perfect network.</param>
    /// <exception cref="RequestException">It is no sample of its space, or a score is beyond the perfect
    /// one.</exception>
    public static SurveyedSpace Of(ReportedSearch search, double perfect)
    {
        var settings =
            search.View.Settings
            ?? throw new RequestException($"'{search.Name}' never began.", "Give the survey's command again.");
        Check(search.Name, settings);
        var networks = new List<SurveyedNetwork>();
        var lost = 0;
        foreach (var one in search.Everyone)
            if (ReportedSearch.FitnessOf(one) is { } score)
                networks.Add(Of(one, ErrorOf(search.Name, one, score, perfect)));
            else if (one.RuledOut is { Reason: RuledOutReason.Diverged })
                networks.Add(Of(one, double.PositiveInfinity));
            else if (one.EndedAt is not null)
                lost++;
        var wanted = settings.Budget.Evaluations ?? search.Everyone.Count;
        return new(
            settings.Space,
            settings.SpaceFingerprint,
            settings.Objective.Terms[0].Metric,
            perfect,
            [.. settings.Objective.Limits.Select(limit => limit.ToString())],
            JsonNode.Parse(settings.Evaluation)!.AsObject(), // Every journal has an object here.
            networks,
            lost,
            // A search that came to the end of its space draws no more.
            search.View.Finished
                is null
                ? Math.Max(0, wanted - search.View.Ended)
                : 0
        );

        SurveyedNetwork Of(Biography one, double error) =>
            new(
                settings.Seed,
                one.Born.Birth.Value,
                one.Born.Genotype.ToString(),
                error,
                one.Scored?.Metrics ?? default,
                search.Space is { } space ? NumbersOf(space.Read(one.Born.Genotype)) : new Dictionary<string, double>(),
                settings.Objective.Limits.Count > 0 && one.Born.Draw >= MutatorBehavior.RandomDraws
            );
    }

    /// <summary>The numeric values of a point, by the ids of their decisions; of several picks as
    /// <c>widths[2]</c>.</summary>
    public static IReadOnlyDictionary<string, double> NumbersOf(Point point)
    {
        var numbers = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var answer in point.Active)
        foreach (var (place, pick) in answer.Picks.Index())
            if (pick.Value is Literal.Integer or Literal.Real)
                numbers[answer.Picks.Count > 1 ? $"{answer.Id}[{place}]" : answer.Id] = pick.Value.Number;
        return numbers;
    }

    static void Check(string name, SearchSettings settings)
    {
        if (settings.Algorithm != Algorithm.Random)
            throw new RequestException(
                $"'{name}' is a search by {settings.Algorithm.ToString().ToLowerInvariant()}: its networks are no "
                    + "random sample of their space.",
                "Give the survey another name."
            );
        if (settings.EarlyStopping)
            throw new RequestException(
                $"'{name}' stops trainings early: errors of networks that were trained differently cannot be compared.",
                "Give the survey another name."
            );
        if (
            settings.Pareto is not null
            || settings.Objective is not { IsSum: false, Terms: [{ Weight: 1, Target: 1 }] }
            || settings.Objective.Limits.Any(limit => !limit.Hard)
        )
            throw new RequestException(
                $"'{name}' maximises '{ObjectiveList.Text(settings.Objectives)}'; an error is made of one metric, "
                    + "with hard limits only.",
                "Leave the objective out of the file of settings, and give the survey another name."
            );
    }

    static double ErrorOf(string name, Biography one, double score, double perfect) =>
        score <= perfect
            ? perfect - score
            : throw new RequestException(
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"'{name}' has the score {score} (birth {one.Born.Birth}), which is above a perfect one of "
                        + $"{perfect}."
                ),
                "Say what a perfect network scores: --perfect 100 where scores are percentages."
            );
}
