using System.Globalization;
using EvoNas.Genetics;
using EvoNas.Searches.Spaces;
using EvoNas.Spaces;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace EvoNas.Cli.Spaces;

/// <summary>A space's decisions as a tree: what stands under a candidate exists only where that candidate is
/// taken.</summary>
static class SpaceTree
{
    const int CandidatesShown = 12;

    public static IRenderable Of(Decision decision)
    {
        var tree = new Tree(Title(decision)) { Guide = TreeGuide.Line };
        Grow(tree, decision);
        return tree;
    }

    static void Grow(IHasTreeNodes under, Decision decision)
    {
        foreach (var (candidate, index) in Candidates(decision).Select((candidate, index) => (candidate, index)))
        {
            if (candidate.Children.Count == 0)
                continue;
            var branch = under.AddNode($"[grey]if[/] {index} [grey]=[/] {Markup.Escape(candidate.Value.ToString())}");
            foreach (var child in candidate.Children)
                Grow(branch.AddNode(Title(child)), child);
        }
    }

    static string Title(Decision decision) =>
        $"[aqua]{Markup.Escape(decision.Name)}[/]  {Markup.Escape(Kind(decision))}  {Markup.Escape(Domain(decision))}";

    static string Kind(Decision decision) =>
        decision switch
        {
            Decision.OneOf one => $"one of {one.Candidates.Count}",
            Decision.ManyOf many => $"{many.Picks} of {many.Candidates.Count}"
                + (many.Distinct ? ", distinct" : "")
                + (many.Sorted ? ", ascending" : ""),
            Decision.Range range => $"one of {range.Count}",
            Decision.Real => "a real number",
            _ => throw new System.Diagnostics.UnreachableException(),
        };

    static string Domain(Decision decision) =>
        decision switch
        {
            Decision.Range range => string.Create(
                CultureInfo.InvariantCulture,
                $"{range.Min} to {range.Max}{(range.Step == 1 ? "" : $" in steps of {range.Step}")}{Log(range.Scale)}"
                    + $"{(SpaceRemarks.LastOf(range) is var last && last == range.Max ? "" : $", the last is {last}")}"
            ),
            Decision.Real real => string.Create(
                CultureInfo.InvariantCulture,
                $"{real.Min} to {real.Max}{Log(real.Scale)}"
            ),
            _ => Listed(Candidates(decision)),
        };

    static string Log(Scale scale) => scale == Scale.Logarithmic ? ", log-uniform" : "";

    static string Listed(Sequence<Candidate> candidates) =>
        candidates.Count <= CandidatesShown
            ? string.Join(" ", candidates.Select(candidate => candidate.Value))
            : string.Join(" ", candidates.Take(CandidatesShown - 2).Select(candidate => candidate.Value))
                + $" … {candidates[^1].Value}";

    static Sequence<Candidate> Candidates(Decision decision) =>
        decision switch
        {
            Decision.OneOf one => one.Candidates,
            Decision.ManyOf many => many.Candidates,
            _ => default,
        };
}
