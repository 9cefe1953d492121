using System.Globalization;

namespace EvoNas.Evolution;

public sealed partial record Objective
{
    /// <summary>The hard limits on metrics that are known before a training.</summary>
    public IEnumerable<Limit> LimitsBeforeTraining() =>
        Limits.Where(limit => limit.Hard && Metrics.Computed.Contains(limit.Metric));

    /// <summary>Weighs a candidate's metrics.</summary>
    /// <param name="metrics">Of the candidate.</param>
    /// <param name="unscorable">Why it has no value, with the term's name; null where it has one.</param>
    /// <returns>The fitness; null where the objective has no value: a metric is missing, a root of a negative number is
    /// taken, something is divided by zero, or a result is too large for a number.</returns>
    public Fitness? Weigh(Metrics metrics, out string? unscorable)
    {
        unscorable = null;
        var value = IsSum ? 0.0 : 1.0;
        foreach (var term in Terms)
        {
            if (metrics[term.Metric] is not { } metric)
            {
                unscorable = $"'{term.Metric}' was not measured.";
                return null;
            }
            var part = IsSum ? term.Weight * metric / term.Target : Math.Pow(metric / term.Target, term.Weight);
            if (!double.IsFinite(part))
            {
                unscorable = $"{TextOf(term)} is {Fault(part)} where {term.Metric} is {Digits(metric)}.";
                return null;
            }
            value = IsSum ? value + part : value * part;
            if (double.IsFinite(value))
                continue;
            unscorable = $"The objective is {Fault(value)}, at its term {TextOf(term)}.";
            return null;
        }
        var feasible = true;
        foreach (var limit in Limits)
        {
            if (metrics[limit.Metric] is not { } bounded)
            {
                unscorable = $"'{limit.Metric}' of the limit {limit} was not measured.";
                return null;
            }
            if (limit.Holds(metrics))
                continue;
            feasible = false;
            var penalty = limit.Penalty(metrics);
            // A penalty makes a positive value smaller and a negative one, which a sum may give, more negative.
            value = value >= 0 ? value * penalty : value / penalty;
            if (double.IsFinite(value))
                continue;
            unscorable = $"The penalty of the limit {limit} is infinite where {limit.Metric} is {Digits(bounded)}.";
            return null;
        }
        return new(value, feasible);
    }

    /// <summary>How far metrics are beyond the limits: the sum of their distances, each as a share of its bound; 0
    /// where all limits hold. A metric that is not known is not counted.</summary>
    /// <remarks>Source: Deb et al. 2002, <i>A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II</i>, section
    /// VI.</remarks>
    public double Violation(Metrics metrics)
    {
        var violation = 0.0;
        foreach (var limit in Limits)
            if (metrics[limit.Metric] is { } value && !limit.Holds(metrics))
                // A distance that is rounded to 0 is beyond the limit all the same.
                violation += Math.Max(double.Epsilon, Math.Abs(value - limit.Bound) / limit.Bound);
        return violation;
    }

    /// <summary>Why no candidate can be better than another under this objective, or none can have a value; null where
    /// its form shows no such thing.</summary>
    public string? Fault()
    {
        foreach (var term in Terms)
            if (term.Target == 0)
                return $"The objective divides {term.Metric} by 0.";
        // Every metric's exponents, or factors, together: top1 - top1 says nothing.
        var says = Terms
            .GroupBy(term => term.Metric)
            .Any(group => group.Sum(term => IsSum ? term.Weight / term.Target : term.Weight) != 0);
        return says ? null : $"The objective '{this}' is the same for every candidate.";
    }

    string TextOf(Term term) =>
        IsSum ? FormattableString.Invariant($"{term.Weight}*{Written(term.Metric)}")
        : term.Target != 1 ? FormattableString.Invariant($"({Written(term.Metric)}/{term.Target})^{term.Weight}")
        : term.Weight != 1 ? FormattableString.Invariant($"{Written(term.Metric)}^{term.Weight}")
        : Written(term.Metric);

    static string Fault(double value) => double.IsNaN(value) ? "not a number" : "infinite";

    static string Digits(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
