namespace EvoNas.Evolution;

/// <summary>A candidate among several objectives.</summary>
/// <param name="Values">Of each objective, in their order; higher is better.</param>
/// <param name="Violation">How far it is beyond the limits; 0 where it keeps them all.</param>
public readonly record struct ParetoPoint(Sequence<double> Values, double Violation = 0)
{
    /// <summary>Does it keep every limit?</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsFeasible => Violation == 0;

    /// <summary>Constraint domination: a feasible point beats an infeasible one, of two infeasible ones the nearer to
    /// the limits wins, and of equals the one that is nowhere worse and somewhere better.</summary>
    /// <remarks>Source: Deb et al. 2002, <i>A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II</i>, IEEE
    /// TEVC 6(2), section VI.</remarks>
    public bool Dominates(in ParetoPoint other)
    {
        if (Violation != other.Violation)
            return Violation < other.Violation;
        var mine = Values.Items.AsSpan();
        var theirs = other.Values.Items.AsSpan();
        var isBetter = false;
        for (var i = 0; i < mine.Length; i++)
        {
            if (mine[i] < theirs[i])
                return false;
            isBetter |= mine[i] > theirs[i];
        }
        return isBetter;
    }
}
