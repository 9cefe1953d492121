using EvoNas.Evolution;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;

namespace EvoNas.Searches.Requests;

/// <summary>The rungs that a command line and a file ask for.</summary>
static class RungRequest
{
    /// <summary>The rungs of a search that begins; null for the algorithms that have none.</summary>
    /// <exception cref="RequestException">Candidates have no curve, the rungs do not fit, or they are asked for with an
    /// algorithm that has none.</exception>
    public static RungRules? Of(EffectiveSettings effective, EvaluationPlan evaluation, Algorithm algorithm)
    {
        if (algorithm != Algorithm.Asha)
            return Array.Find(RungSettings.All, effective.IsGiven) is { } given
                ? throw new RequestException(
                    $"{given.Option} ({given.Path}) does not fit the algorithm "
                        + $"{algorithm.ToString().ToLowerInvariant()}: it trains every candidate in full.",
                    "Leave it out, or take --algorithm asha."
                )
                : null;
        var epochs = evaluation is EvaluationPlan.Table { Rows.Epochs: { Count: > 0 } known } ? known : default;
        if (epochs.Count == 0)
            throw evaluation is EvaluationPlan.Table
                ? new RequestException(
                    "The algorithm asha needs the learning curves of the table.",
                    "Name their columns, such as --curve \"acc_{epoch}\", or take another --algorithm."
                )
                : new RequestException(
                    "The algorithm asha searches tables with learning curves; trainings are not cut into rungs yet.",
                    "Take another --algorithm, or a table: --evaluate table:FILE.csv --curve \"acc_{epoch}\"."
                );
        var metric = effective.Text(RungSettings.Metric);
        if (metric is not null && !evaluation.MetricNames.Contains(metric))
            throw Nearest.Unknown("metric of the rungs", metric, [.. evaluation.MetricNames]);
        return RungRules.Of(
            epochs[^1],
            (int?)effective.Whole(RungSettings.Rungs),
            (int)(effective.Whole(RungSettings.Reduction) ?? RungRules.UsualReduction),
            metric,
            epochs
        );
    }
}
