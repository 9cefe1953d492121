using System.Numerics;

namespace EvoNas.Genetics;

/// <summary>How the numbers of a range lie when they are drawn.</summary>
public enum Scale
{
    /// <summary>Each number as likely as any other.</summary>
    Linear,

    /// <summary>Each factor as likely as any other: as many draws between 8 and 16 as between 512 and 1024. Positive
    /// numbers only.</summary>
    Logarithmic,
}

/// <summary>One option of a decision, with the decisions that exist only where it is taken.</summary>
/// <param name="Value">What it stands for.</param>
/// <param name="Children">Decisions active under this candidate alone; usually none.</param>
public sealed record Candidate(Literal Value, Sequence<Decision> Children = default)
{
    /// <summary>A candidate without children.</summary>
    public static implicit operator Candidate(Literal value) => new(value);

    /// <summary>A whole number without children.</summary>
    public static implicit operator Candidate(int value) => new(value);

    /// <summary>A real number without children.</summary>
    public static implicit operator Candidate(double value) => new(value);

    /// <summary>A word without children.</summary>
    public static implicit operator Candidate(string value) => new(value);

    internal BigInteger? Size => SearchSpace.SizeOf(Children);

    internal int SlotCount => Children.Sum(child => child.SlotCount);
}

/// <summary>A question that a genotype answers.</summary>
/// <remarks>The same constructs as PyGlove's (Peng et al. 2020, arXiv:2101.08809): one of, many of, a float; and,
/// because design spaces have hundreds of evenly spaced candidates, a stepped range.</remarks>
public abstract record Decision
{
    Decision(string name) => Name = name;

    /// <summary>Its place in the space, as a path: <c>blocks[3].kernel_size</c>. Children's names follow the
    /// candidate's place: <c>[=2/3].k</c>.</summary>
    public string Name { get; }

    /// <summary>Takes one candidate.</summary>
    /// <param name="Name">See <see cref="Decision.Name"/>.</param>
    /// <param name="Candidates">To choose from; at least one.</param>
    /// <param name="Scale">How candidates are drawn. <see cref="Scale.Logarithmic"/>: they are positive numbers in
    /// ascending order.</param>
    public sealed record OneOf(string Name, Sequence<Candidate> Candidates, Scale Scale = Scale.Linear)
        : Decision(Name);

    /// <summary>Takes <paramref name="Picks"/> candidates, in order.</summary>
    /// <param name="Name">See <see cref="Decision.Name"/>.</param>
    /// <param name="Picks">How many; at least 1.</param>
    /// <param name="Candidates">To choose from.</param>
    /// <param name="Distinct">No index twice.</param>
    /// <param name="Sorted">Indices do not decrease.</param>
    /// <param name="Scale">How candidates are drawn. <see cref="Scale.Logarithmic"/>: they are positive numbers in
    /// ascending order and may repeat.</param>
    public sealed record ManyOf(
        string Name,
        int Picks,
        Sequence<Candidate> Candidates,
        bool Distinct = true,
        bool Sorted = false,
        Scale Scale = Scale.Linear
    ) : Decision(Name);

    /// <summary>A number of an evenly spaced range: <paramref name="Min"/>, <paramref name="Min"/> +
    /// <paramref name="Step"/>, … ≤ <paramref name="Max"/>. The gene is the index.</summary>
    /// <param name="Name">See <see cref="Decision.Name"/>.</param>
    /// <param name="Min">The first number; decimal, so that 0.1 steps add up.</param>
    /// <param name="Max">The last number that may be reached.</param>
    /// <param name="Step">Positive.</param>
    /// <param name="Scale">How numbers are drawn.</param>
    public sealed record Range(string Name, decimal Min, decimal Max, decimal Step = 1, Scale Scale = Scale.Linear)
        : Decision(Name)
    {
        /// <summary>How many numbers the range has.</summary>
        public int Count => Step > 0 && Max >= Min ? (int)decimal.Min((Max - Min) / Step, int.MaxValue - 1) + 1 : 0;

        /// <summary>Its numbers are real (<c>1.0</c>), even where they are whole.</summary>
        /// <value>True where first or step are not whole.</value>
        public bool IsReal { get; init; } = !(decimal.IsInteger(Min) && decimal.IsInteger(Step));

        /// <summary>The number at an index.</summary>
        public Literal At(int index) =>
            IsReal ? new Literal.Real((double)(Min + index * Step)) : new Literal.Integer((long)(Min + index * Step));
    }

    /// <summary>A real number in the closed interval. The gene is the number.</summary>
    public sealed record Real(string Name, double Min, double Max, Scale Scale = Scale.Linear) : Decision(Name);

    /// <summary>Between <paramref name="min"/> and <paramref name="max"/> copies of the same decisions, the number of
    /// copies a decision itself.</summary>
    /// <param name="name">Of the count.</param>
    /// <param name="min">The fewest copies; not negative.</param>
    /// <param name="max">The most copies.</param>
    /// <param name="copy">The decisions of the copy with this index; their names must tell the copies apart
    /// (<c>layers[0].k</c>).</param>
    /// <remarks>The copy with index i is the same object under every count, which says that it is the same decision:
    /// when the count mutates, the copies that stay keep their answers, and only those that are new are
    /// drawn.</remarks>
    public static OneOf Repeated(string name, int min, int max, Func<int, Sequence<Decision>> copy)
    {
        var copies = Enumerable.Range(0, max).Select(copy).ToArray();
        return new(
            name,
            [
                .. Enumerable
                    .Range(min, max - min + 1)
                    .Select(count => new Candidate(count, [.. copies.Take(count).SelectMany(decisions => decisions)])),
            ]
        );
    }

    /// <summary>Candidates of plain values.</summary>
    public static OneOf Among(string name, params ReadOnlySpan<Literal> values)
    {
        var candidates = new Candidate[values.Length];
        for (var i = 0; i < candidates.Length; i++)
            candidates[i] = new(values[i]);
        return new(name, [.. candidates]);
    }

    /// <summary>How many points this decision has, children included; null where infinite.</summary>
    public BigInteger? Size =>
        this switch
        {
            OneOf d => Ways([.. d.Candidates.Select(c => c.Size)], 1, distinct: true, sorted: false),
            ManyOf d => Ways([.. d.Candidates.Select(c => c.Size)], d.Picks, d.Distinct, d.Sorted),
            Range d => d.Count,
            Real d => d.Min == d.Max ? 1 : null,
            _ => throw new System.Diagnostics.UnreachableException($"Decision {GetType().Name} has no arm in Size."),
        };

    /// <summary>How many numbers of the flat vector this decision takes at most, those of all its candidates' children
    /// counted.</summary>
    public int SlotCount =>
        this switch
        {
            OneOf d => 1 + d.Candidates.Sum(c => c.SlotCount),
            ManyOf d => d.Picks * (1 + d.Candidates.Sum(c => c.SlotCount)),
            _ => 1,
        };

    // The number of ways to fill k places from candidates with these sizes, candidate by candidate from the last to the
    // first: ways[j] = how many ways the candidates seen so far fill j places.
    internal static BigInteger? Ways(BigInteger?[] sizes, int k, bool distinct, bool sorted)
    {
        if (sizes.Any(size => size is null))
            return k == 0 ? 1 : null;
        if (sizes.All(size => size == BigInteger.One))
            return Ways(sizes.Length, k, distinct, sorted);
        if (!distinct && !sorted)
            return BigInteger.Pow(sizes.Aggregate(BigInteger.Zero, (sum, size) => sum + size!.Value), k);
        var ways = new BigInteger[k + 1];
        ways[0] = 1;
        foreach (var size in sizes.Reverse())
            if (distinct)
                for (var j = k; j >= 1; j--)
                    ways[j] += size!.Value * ways[j - 1] * (sorted ? 1 : j);
            else
                for (var j = 1; j <= k; j++)
                    ways[j] += size!.Value * ways[j - 1];
        return ways[k];
    }

    // The same for n candidates without children: arrangements, combinations and multisets.
    static BigInteger Ways(int n, int k, bool distinct, bool sorted)
    {
        if (!distinct && !sorted)
            return BigInteger.Pow(n, k);
        var ways = BigInteger.One;
        for (var i = 0; i < k; i++)
            ways = ways * (distinct ? n - i : n + i) / (sorted ? i + 1 : 1);
        return ways;
    }
}
