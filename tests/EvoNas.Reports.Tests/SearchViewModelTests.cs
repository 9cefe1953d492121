using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Reports.Tests;

public class SearchViewModelTests
{
    [Fact]
    public void TheBestIsShownWithItsAncestorsFromTheFounderOn()
    {
        var view = new SearchViewModel();
        Birth(view, 1, parent: null, 0.5);
        Birth(view, 2, parent: null, 0.6);
        Birth(view, 3, parent: 1, 0.7);
        view.See(new LineageEvent.Retired(new(1)));
        Birth(view, 4, parent: 3, 0.9);
        Birth(view, 5, parent: 2, 0.8);

        Assert.Equal([1, 3, 4], view.BestAncestor!.Chain.Select(one => one.Born.Birth.Value)); // There is a best one.
        Assert.Equal([0.5, 0.7, 0.9], view.BestAncestor.Chain.Select(one => one.Fitness));
    }

    [Fact]
    public void TheWinnerOfTheFinalistsIsAnnouncedAndNotTheLuckiest()
    {
        var view = new SearchViewModel();
        view.See(new LineageEvent.Begun(Some.Settings with { Finalists = new([new(2, 1)]) }));
        Birth(view, 1, parent: null, 0.5);
        Birth(view, 2, parent: null, 0.6);
        Birth(view, 3, parent: 1, 0.7);
        Repeat(4, of: 3, 0.4);
        Repeat(5, of: 2, 0.9);
        Assert.Equal(3, view.Announced!.Value.Scored.Birth.Value); // There is a best one.

        view.See(new LineageEvent.Finished(FinishedReason.Budget, Winner: new(new(2), 0.9, 0.9, 0.9, 1, 0.75, 0)));

        var (scored, ancestor) = view.Announced!.Value; // There is a winner.
        Assert.Equal((2, 0.6), (scored.Birth.Value, scored.Fitness.Value));
        Assert.Equal([2], ancestor.Chain.Select(one => one.Born.Birth.Value));
        Assert.Equal((3, 0.7), (view.Best!.Birth.Value, view.Best.Fitness.Value));
        Assert.Equal((5, 2, 5), (view.Born, view.Repeats, view.Ended));

        view.See(new LineageEvent.Extended(new(200)));
        Assert.Equal(3, view.Announced!.Value.Scored.Birth.Value); // There is a best one.

        void Repeat(long birth, long of, double fitness)
        {
            view.See(new LineageEvent.Born(new(birth), null, Genotype.Of(1), RepeatOf: new BirthNumber(of)));
            var end = view.See(
                new LineageEvent.Scored(new(birth), new(fitness), default, [], null, new(1, "slot-1", 1, birth))
            );
            Assert.Equal(fitness - (of == 3 ? 0.7 : 0.6), end!.Gain); // A score is an end.
            Assert.False(end.IsBest);
        }
    }

    [Fact]
    public void OfTwoRungsTheHigherOneIsTheBestAndEpochsAreCounted()
    {
        var settings = Some.Settings with
        {
            Algorithm = Algorithm.Asha,
            Rungs = new([1, 4], 2, 10),
            EarlyStopping = false,
            Objective = Objective.Accuracy,
        };
        LineageEvent[] events =
        [
            new LineageEvent.Begun(settings),
            new LineageEvent.Born(new(1), null, Genotype.Of(1)),
            Score(1, 0.9),
            new LineageEvent.Born(new(2), null, Genotype.Of(2)),
            Score(2, 0.8),
            new LineageEvent.Born(new(3), null, Genotype.Of(1), Promoted: new BirthNumber(1), Rung: 1),
            Score(3, 0.5),
            new LineageEvent.Born(new(4), null, Genotype.Of(2), Promoted: new BirthNumber(2), Rung: 1),
            Score(4, 0.4) with
            {
                From = 0,
            },
            new LineageEvent.Born(new(5), new(3), Genotype.Of(3)),
            Score(5, 0.95),
        ];
        var (view, lineage) = (new SearchViewModel(), Lineage.Empty);
        foreach (var happened in events)
        {
            lineage = lineage.Evolve(happened);
            var end = view.See(happened);

            Assert.Equal(lineage.Best?.Individual.Birth, view.Best?.Birth);
            Assert.Equal(lineage.RungCounts, view.RungCounts);
            Assert.Equal(lineage.Evaluations, view.Evaluations);
            Assert.Null(end?.Gain);
        }

        Assert.Equal(3, view.Best!.Birth.Value);
        Assert.Equal([1, 3], view.BestAncestor!.Chain.Select(one => one.Born.Birth.Value));
        Assert.Equal((2, (3 * 1 + 3 + 4) / 4.0), (view.Promotions, view.Evaluations));
        Assert.Equal("3 after epoch 1, 2 after 4", RungWords.Of(settings.Rungs, view.RungCounts));

        static LineageEvent.Scored Score(long birth, double fitness) =>
            new(new(birth), new(fitness), Metrics.Of((Metrics.Top1, fitness)), [], null, new(1, "slot-1", 1, birth));
    }

    [Fact]
    public void AParentThatRetiresWhileItsChildIsBredIsStillItsAncestor()
    {
        var view = new SearchViewModel();
        Birth(view, 1, parent: null, 0.5);
        view.See(new LineageEvent.Retired(new(1)));

        var end = Birth(view, 2, parent: 1, 0.75);

        Assert.Equal(0.25, end!.Gain); // A score is an end.
        Assert.Equal([1, 2], view.BestAncestor!.Chain.Select(one => one.Born.Birth.Value));
    }

    [Fact]
    public void LinesThatDiedOutAreForgotten()
    {
        var view = new SearchViewModel();
        var gone = FirstOf(view);
        for (var birth = 2; birth <= 6000; birth++)
        {
            Birth(view, birth, parent: null, 0.9);
            view.See(new LineageEvent.Retired(new(birth)));
        }

        GC.Collect();

        Assert.False(gone.TryGetTarget(out _));

        // In a method of its own, so that no local keeps it alive.
        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static WeakReference<Ancestor> FirstOf(SearchViewModel view)
        {
            Birth(view, 1, parent: null, 0.1);
            var ancestor = new WeakReference<Ancestor>(view.BestAncestor!);
            view.See(new LineageEvent.Retired(new(1)));
            return ancestor;
        }
    }

    static End? Birth(SearchViewModel view, long birth, long? parent, double fitness)
    {
        view.See(
            new LineageEvent.Born(
                new(birth),
                parent is { } number ? new BirthNumber(number) : null,
                Genotype.Of((int)birth),
                0,
                parent is null ? null : new("depth", "1", "2")
            )
        );
        return view.See(
            new LineageEvent.Scored(
                new(birth),
                new(fitness),
                Metrics.Of(("top1", fitness)),
                [],
                null,
                new Run(1, "slot-1", 1, birth)
            )
        );
    }
}
