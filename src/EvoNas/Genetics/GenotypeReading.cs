namespace EvoNas.Genetics;

/// <summary>The form in which a genotype was written.</summary>
public enum GenotypeForm
{
    /// <summary>Indices with separators between, or the one index of a space of one decision: <c>1,11</c>.</summary>
    Indices,

    /// <summary>Indices without separators: <c>0120</c>.</summary>
    Digits,

    /// <summary>Indices without separators whose leading zeros were lost: <c>120</c> for <c>0120</c>.</summary>
    LostZeros,

    /// <summary>The values of candidates, in the order of their decisions: <c>conv, 3</c>.</summary>
    Values,

    /// <summary>A JSON object of values or choices: <c>{"op": "conv", "kernel": 3}</c>.</summary>
    Named,
}

/// <summary>What a text was read as.</summary>
/// <param name="Genotype">The genotype; null where the text is none of its space, or may be several.</param>
/// <param name="Form">How it was written.</param>
/// <param name="Fault">Why there is no genotype, one sentence; null where there is one.</param>
public sealed record GenotypeReading(Genotype? Genotype, GenotypeForm Form, string? Fault = null)
{
    /// <summary>True where the text may be several genotypes: it must not be taken for one of them.</summary>
    public bool IsAmbiguous { get; init; }

    /// <summary>True where the digits would be another genotype if leading zeros were lost.</summary>
    public bool MayLackZeros { get; init; }
}
