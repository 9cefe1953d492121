using EvoNas.Genetics;

namespace EvoNas.Lineages;

/// <summary>A candidate that a person, or an earlier search, wants to be evaluated.</summary>
/// <param name="Genotype">What it is.</param>
/// <param name="Origin">Where it comes from, in a few words: <see cref="ByUser"/>, or such as <c>optuna tune #12</c>;
/// one line.</param>
public sealed record Proposal(Genotype Genotype, string Origin)
{
    /// <summary>The origin of what a person proposed.</summary>
    public const string ByUser = "proposed";

    /// <summary>Proposals that one request may have: it must fit into one message between nodes.</summary>
    public const int CountMax = 200;
}
