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
        var metric = effective.Text(RungSettings.Metric);
        if (metric is not null && !evaluation.MetricNames.Contains(metric))
            throw Nearest.Unknown("metric of the rungs", metric, [.. evaluation.MetricNames]);
        var (horizon, known) = EpochsOf(evaluation);
        return RungRules.Of(
            horizon,
            (int?)effective.Whole(RungSettings.Rungs),
            (int)(effective.Whole(RungSettings.Reduction) ?? RungRules.UsualReduction),
            metric,
            known
        );
    }

    static (int Horizon, Sequence<int>? Known) EpochsOf(EvaluationPlan evaluation)
    {
        if (evaluation is EvaluationPlan.Table { Rows: var rows })
            return rows.Epochs.Count > 0
                ? (rows.Epochs[^1], rows.Epochs)
                : throw new RequestException(
                    "The algorithm asha needs the learning curves of the table.",
                    "Name their columns, such as --curve \"acc_{epoch}\", or take another --algorithm."
                );
        var epochs = evaluation is EvaluationPlan.Train { Settings: var settings } ? settings.Epochs : 0;
        return epochs >= 1 && double.IsInteger(epochs)
            ? ((int)epochs, null)
            : throw new RequestException(
                "The algorithm asha cuts a training into whole epochs; "
                    + (epochs > 0 ? $"this one has {epochs}." : "this one is measured by steps or seconds."),
                "Give a whole number of epochs: --epochs 9."
            );
    }
}
