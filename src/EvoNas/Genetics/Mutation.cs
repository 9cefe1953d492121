namespace EvoNas.Genetics;

/// <summary>A child and the one decision in which it was made to differ from its parent.</summary>
/// <param name="Child">Differs from its parent in exactly one decision, and in what became active by it.</param>
/// <param name="Decision">The id of the decision, as in <see cref="Answer.Id"/>.</param>
/// <param name="From">The parent's value, as text.</param>
/// <param name="To">The child's value, as text.</param>
public sealed record Mutation(Genotype Child, string Decision, string From, string To);
