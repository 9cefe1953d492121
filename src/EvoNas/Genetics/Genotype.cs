using System.Globalization;
using System.Runtime.InteropServices;

namespace EvoNas.Genetics;

/// <summary>One number of a genotype: the index of a candidate, or the value of a real decision. <c>default</c> is
/// index 0.</summary>
public readonly record struct Gene
{
    readonly double _value;

    Gene(double value, bool isReal) => (_value, IsReal) = (value, isReal);

    /// <summary>True for the value of a real decision, false for an index.</summary>
    public bool IsReal { get; }

    /// <summary>The index of the candidate taken, from 0.</summary>
    public int Index =>
        IsReal
            ? throw new InvalidOperationException($"{this} is the value of a real decision, not an index.")
            : (int)_value;

    /// <summary>The value of a real decision, or the index as a number.</summary>
    public double Value => _value;

    /// <summary>The gene that takes a candidate.</summary>
    public static Gene Of(int index) => new(index, isReal: false);

    /// <summary>The gene of a real decision.</summary>
    // Adding zero turns −0 into 0, so that equal numbers have equal bits and texts.
    public static Gene Real(double value) => new(value + 0.0, isReal: true);

    /// <summary>An index as a gene.</summary>
    public static implicit operator Gene(int index) => Of(index);

    /// <summary><c>3</c> for an index, <c>0.25</c> or <c>1.0</c> for a value.</summary>
    public override string ToString() =>
        IsReal ? Literal.Text(_value) : ((int)_value).ToString(CultureInfo.InvariantCulture);
}

/// <summary>One point of a search space: for each active decision, depth first, the index of the candidate taken or the
/// value of a real decision.</summary>
/// <remarks>Two genotypes are equal if they choose the same: duplicates are found by this. What a gene means, the space
/// says: <see cref="SearchSpace.Read"/>.</remarks>
/// <param name="Genes">In the order of <see cref="SearchSpace.Read"/>.</param>
public sealed record Genotype(Sequence<Gene> Genes)
{
    /// <summary>A genotype of indices alone.</summary>
    public static Genotype Of(params ReadOnlySpan<int> indices)
    {
        var genes = new Gene[indices.Length];
        for (var i = 0; i < genes.Length; i++)
            genes[i] = indices[i];
        return new(new Sequence<Gene>(ImmutableCollectionsMarshal.AsImmutableArray(genes)));
    }

    /// <summary>64 bits that are the same in every run and on every machine; equal genotypes have equal ones.</summary>
    public ulong Fingerprint
    {
        get
        {
            var state = SeededRandom.Mix((ulong)Genes.Count);
            foreach (var gene in Genes)
                state =
                    SeededRandom.Mix(
                        state
                            ^ BitConverter.DoubleToUInt64Bits(gene.Value)
                            ^ (gene.IsReal ? 0x9E37_79B9_7F4A_7C15UL : 0)
                    ) + 0x632B_E59B_D9B4_E019;
            return state;
        }
    }

    /// <summary>The canonical text: the genes with commas between.</summary>
    public override string ToString() => string.Join(',', Genes.Items);
}
