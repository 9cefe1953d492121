using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Reports.Tests;

public class FrontViewTests
{
    static readonly SearchSettings s_settings = Some.Settings with
    {
        Algorithm = Algorithm.Nsga2,
        TournamentSize = 2,
        Pareto = new([Objective.Parse("-madds")], new(Founders: 2, Crossover: 0.9, Neighbours: true)),
    };

    static SearchViewModel View(SearchSettings settings, params (double Top1, double Madds)[] scored)
    {
        var view = new SearchViewModel();
        view.See(new LineageEvent.Begun(settings));
        foreach (
            var happened in scored.SelectMany((one, i) => Some.Birth(i + 1, null, one.Top1, one.Madds, slot: "slot-1"))
        )
            view.See(happened);
        return view;
    }

    [Fact]
    public void ASearchOfOneObjectiveHasNone() => Assert.Null(View(Some.Settings, (0.5, 1000)).FrontView);

    [Fact]
    public void TheFrontIsListedFromTheBestOfTheFirstObjectiveAndKeepsTheLimits()
    {
        // The limit is 3,000; the fourth is dominated.
        var front = View(s_settings, (0.5, 2000), (0.3, 500), (0.9, 3500), (0.2, 600), (0.45, 600)).FrontView!;

        Assert.Equal([1, 5, 2], front.Members.Select(member => member.Candidate.Individual.Birth.Value));
        Assert.Equal(5, front.Knee?.Individual.Birth.Value);
        // From the worst of the two founders, (0.3, -2000), only the fifth counts: 0.15 · 1,400.
        Assert.Equal([0.3, -2000], front.Reference);
        Assert.Equal(210, front.Hypervolume!.Value, 9);
        Assert.Equal("3 candidates, hypervolume 210", front.InWords);
        Assert.Equal(
            "The hypervolume is measured from (0.3, -2k), the worst value of each objective among the founders.",
            front.ReferenceInWords
        );
    }

    [Fact]
    public void UntilTheFoundersAreScoredThereIsNoHypervolume()
    {
        var front = View(s_settings, (0.5, 2000)).FrontView!;

        Assert.Null(front.Hypervolume);
        Assert.Equal("1 candidate", front.InWords);
        Assert.StartsWith("The hypervolume is known when the founders are scored", front.ReferenceInWords);
    }

    [Fact]
    public void OfALongFrontBothEndsAndSomeBetweenAreShown()
    {
        var all = Enumerable.Range(1, 100).Select(i => (Top1: i / 100.0, Madds: (double)i)).ToArray();
        var shown = View(s_settings, all).FrontView!.Spread(7);

        Assert.Equal([100, 84, 67, 51, 34, 18, 1], shown.Select(member => member.Candidate.Individual.Birth.Value));
    }

    [Fact]
    public void AChildOfTwoNamesItsMate()
    {
        var born = new LineageEvent.Born(new(9), new(3), Genotype.Of(1), Mate: new BirthNumber(4));

        Assert.Equal("crossed with #4, several decisions", BirthWords.Of(born));
        Assert.Equal("crossed with #4, k 3 -> 5", BirthWords.Of(born with { Change = new("k", "3", "5") }, "->"));
        Assert.Equal("several decisions", BirthWords.Of(born with { Mate = null }));
        Assert.Equal("drawn at random", BirthWords.Of(new(new(1), null, Genotype.Of(1))));
    }
}
