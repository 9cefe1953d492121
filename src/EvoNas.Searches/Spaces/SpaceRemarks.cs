using System.Globalization;
using EvoNas.Genetics;
using EvoNas.Spaces;

namespace EvoNas.Searches.Spaces;

/// <summary>What is allowed in a space, and most often not meant.</summary>
static class SpaceRemarks
{
    const int Shown = 5;

    /// <summary>A sentence for each range with steps whose end no step reaches; many are cut short.</summary>
    public static IReadOnlyList<string> Of(Space space)
    {
        string[] all = [.. Ranges(space.Decisions.Decisions, "").Distinct()];
        return all.Length <= Shown
            ? all
            : [.. all.Take(Shown - 1), $"{all.Length - Shown + 1} more ranges do not reach their ends either."];
    }

    /// <summary>The last number of a range that a step reaches.</summary>
    public static decimal LastOf(Decision.Range range) => range.Min + Math.Max(0, range.Count - 1) * range.Step;

    static IEnumerable<string> Ranges(IEnumerable<Decision> decisions, string prefix)
    {
        foreach (var decision in decisions)
        {
            var id =
                prefix == "" || decision.Name.StartsWith('[') ? prefix + decision.Name : $"{prefix}.{decision.Name}";
            if (decision is Decision.Range range && LastOf(range) is var last && last != range.Max)
                yield return string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{id}' goes from {range.Min} to {range.Max} in steps of {range.Step}: its last number is {last}."
                );
            var candidates = decision switch
            {
                Decision.OneOf one => one.Candidates,
                Decision.ManyOf many => many.Candidates,
                _ => default,
            };
            for (var i = 0; i < candidates.Count; i++)
                foreach (var under in Ranges(candidates[i].Children, $"{id}[={i}/{candidates.Count}]"))
                    yield return under;
        }
    }
}
