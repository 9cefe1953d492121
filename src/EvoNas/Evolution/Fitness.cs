namespace EvoNas.Evolution;

/// <summary>How good a candidate is under a search's objective. Higher is better.</summary>
/// <param name="Value">Finite.</param>
/// <param name="Feasible">True if every limit holds; the report names the best feasible network.</param>
public readonly record struct Fitness(double Value, bool Feasible = true) : IComparable<Fitness>
{
    /// <summary>By value alone: limits have their say in the value already.</summary>
    public int CompareTo(Fitness other) => Value.CompareTo(other.Value);
}
