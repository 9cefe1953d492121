using System.Text.RegularExpressions;
using EvoNas.Genetics;

namespace EvoNas.Spaces;

/// <summary>A parameter of a network that a user described: a value, or the answer to a decision.</summary>
abstract partial record Term
{
    Term() { }

    public sealed record Fixed(Literal Value) : Term;

    /// <param name="Id">Of the decision, without the places of candidates: <c>op.kernel</c>.</param>
    public sealed record Asked(string Id) : Term;

    /// <summary>Its value at a point; null where the decision is not active.</summary>
    public Literal? At(IReadOnlyDictionary<string, Literal> values) =>
        this switch
        {
            Fixed { Value: var value } => value,
            Asked { Id: var id } => values.GetValueOrDefault(id),
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    /// <summary>Every active answer by the id that terms use.</summary>
    public static Dictionary<string, Literal> ValuesOf(Point point)
    {
        var values = new Dictionary<string, Literal>();
        foreach (var answer in point.Active)
            if (answer.Decision is not Decision.ManyOf)
                values[Place().Replace(answer.Id, "")] = answer.Value;
        return values;
    }

    /// <summary>Every id that a term may name, with what it may stand for: all candidates, or the ends of a
    /// range.</summary>
    public static Dictionary<string, List<Literal>> PossibleOf(Sequence<Decision> decisions)
    {
        var possible = new Dictionary<string, List<Literal>>();
        Add(decisions, "");
        return possible;

        void Add(Sequence<Decision> some, string parent)
        {
            foreach (var decision in some)
            {
                var id =
                    parent == "" ? decision.Name
                    : decision.Name.StartsWith('[') ? parent + decision.Name
                    : $"{parent}.{decision.Name}";
                id = Place().Replace(id, "");
                Sequence<Candidate> candidates = decision switch
                {
                    Decision.OneOf one => one.Candidates,
                    Decision.ManyOf many => many.Candidates,
                    _ => [],
                };
                if (decision is not Decision.ManyOf)
                {
                    if (!possible.TryGetValue(id, out var values))
                        possible[id] = values = [];
                    values.AddRange(
                        decision switch
                        {
                            Decision.OneOf => candidates.Select(candidate => candidate.Value),
                            Decision.Range range => [range.At(0), range.At(range.Count - 1)],
                            Decision.Real real => [new Literal.Real(real.Min), new Literal.Real(real.Max)],
                            _ => throw new System.Diagnostics.UnreachableException(),
                        }
                    );
                }
                foreach (var candidate in candidates)
                    Add(candidate.Children, id);
            }
        }
    }

    [GeneratedRegex(@"\[=\d+/\d+\]")]
    private static partial Regex Place();
}
