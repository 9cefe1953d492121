namespace EvoNas.Genetics;

/// <summary>The number of one candidate in its search, counted from 1 in the order in which candidates are asked
/// for.</summary>
/// <param name="Value">At least 1 for a birth that exists.</param>
public readonly record struct BirthNumber(long Value) : IComparable<BirthNumber>
{
    /// <summary>The birth after this one.</summary>
    public BirthNumber Next => new(Value + 1);

    /// <inheritdoc/>
    public int CompareTo(BirthNumber other) => Value.CompareTo(other.Value);

    /// <summary>The number as people write it: <c>#17</c>.</summary>
    public override string ToString() => $"#{Value}";
}
