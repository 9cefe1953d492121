using EvoNas.Genetics;
using EvoNas.Tasks.Data;

namespace EvoNas.Searches.Evaluations;

/// <summary>The plans that a node's slots have in common: a table is read once for all of them, and given up when no
/// slot has it.</summary>
sealed class SharedPlans
{
    readonly Lock _reading = new();
    readonly Dictionary<(string Evaluation, string Space), WeakReference<EvaluationPlan>> _plans = [];

    /// <summary>As <see cref="EvaluationPlan.FromJson"/>. What was read stays right when the file changes: the plan
    /// names its contents.</summary>
    /// <param name="json">The text from a journal.</param>
    /// <param name="space">The space of the search.</param>
    /// <param name="fingerprint">Of the space.</param>
    /// <param name="tablePath">The path of the table on this machine; null where the plan has none.</param>
    /// <param name="data">Where data sets lie on this machine.</param>
    /// <exception cref="RequestException">The table, or the folder of the data set, is missing here or has other
    /// contents than the search began with.</exception>
    public EvaluationPlan Of(string json, SearchSpace space, string fingerprint, string? tablePath, string data)
    {
        lock (_reading)
        {
            if (_plans.TryGetValue((json, fingerprint), out var known) && known.TryGetTarget(out var plan))
                return plan;
            plan = EvaluationPlan.FromJson(json, space, tablePath);
            if (plan is EvaluationPlan.Train { Settings: var settings })
                UserDataSet.Check(settings, new(data));
            _plans[(json, fingerprint)] = new(plan);
            return plan;
        }
    }
}
