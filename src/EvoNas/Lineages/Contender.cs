using EvoNas.Evolution;
using EvoNas.Genetics;

namespace EvoNas.Lineages;

/// <summary>A candidate that may win: one of the best scores, with what it was given when it was evaluated
/// again.</summary>
/// <param name="Champion">The candidate and its first score.</param>
/// <param name="Repeats">The fitness of each later evaluation, in the order in which they ended.</param>
public sealed record Contender(Champion Champion, Sequence<double> Repeats = default)
{
    /// <summary>Of its birth.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public BirthNumber Birth => Champion.Individual.Birth;

    /// <summary>Did it keep every limit when it was evaluated first?</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsFeasible => Champion.Individual.Fitness.Feasible;

    /// <summary>Those that keep every limit first, then by the first score, then by birth.</summary>
    internal static int ByFirstScore(Contender one, Contender other)
    {
        var (a, b) = (one.Champion.Individual, other.Champion.Individual);
        return a.Fitness.Feasible != b.Fitness.Feasible ? (a.Fitness.Feasible ? -1 : 1)
            : b.Fitness.CompareTo(a.Fitness) is var order and not 0 ? order
            : a.Birth.CompareTo(b.Birth);
    }
}

/// <summary>Who won a search whose best candidates were evaluated again, and how sure that is.</summary>
/// <param name="Birth">The candidate.</param>
/// <param name="Mean">The mean fitness of its later evaluations. The first one, by which it was chosen, is not
/// among them.</param>
/// <param name="Low">From here on the true mean lies at 95 %.</param>
/// <param name="High">To here.</param>
/// <param name="Evaluations">Later evaluations that gave a score.</param>
/// <param name="Probability">That it is the best of the finalists, in [0, 1].</param>
/// <param name="Noise">Standard deviation of one evaluation, pooled over the finalists.</param>
/// <param name="Gap">Where finalists are judged by data of their own: by how much their first scores were higher in the
/// mean than those. The luck of the chosen, and what the search has learnt of the data that judged births. Null
/// elsewhere.</param>
public sealed record Winner(
    BirthNumber Birth,
    double Mean,
    double Low,
    double High,
    int Evaluations,
    double Probability,
    double Noise,
    double? Gap = null
);
