using EvoNas.Benchmarks.Science;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Actors.Tests.Populations;

/// <summary>Whole searches that train one candidate again and again.</summary>
public class DriftGuardTests
{
    static readonly SearchSpace s_digits = new(
        "digits",
        [.. Enumerable.Range(0, 6).Select(i => (Decision)Decision.Among($"d{i}", 0, 1, 2))]
    );

    // The worth is the sum of the digits; one evaluation is off by up to a half, as its seed says.
    static Metrics Measured(Assignment assignment) => Measured(assignment, 0);

    static Metrics Measured(Assignment assignment, double drift) =>
        Metrics.Of(
            (
                Metrics.Top1,
                assignment.Genotype.Genes.Sum(gene => gene.Index)
                    + SeededRandom.For(5, assignment.Seed, draw: int.MaxValue).Unit()
                    - 0.5
                    + drift
            )
        );

    static SearchSettings Settings(int budget, int? guard, string? finalists = null, Algorithm algorithm = default) =>
        (
            OfflineSearch.Settings(s_digits, algorithm, budget, seed: 7) with
            {
                DriftGuard = guard,
                Finalists = finalists is null ? null : FinalistRules.Parse(finalists),
            }
        ).Checked();

    static (Lineage Lineage, List<LineageEvent> Events) Run(
        SearchSettings settings,
        int slots = 1,
        Func<Assignment, Metrics>? measured = null
    )
    {
        var search = new OfflineSearch(s_digits, settings, _ => default, measured ?? Measured);
        return (search.Run(slots), search.Events);
    }

    [Theory]
    [InlineData(1, null, Algorithm.Evolution)]
    [InlineData(7, "5x6", Algorithm.Auto)]
    [InlineData(64, "10x3", Algorithm.Local)]
    public void OneOfTheBestIsTrainedAgainInsideTheBudget(int slots, string? finalists, Algorithm algorithm)
    {
        var settings = Settings(200, 20, finalists, algorithm);
        var (lineage, events) = Run(settings, slots);
        var guards = events.OfType<LineageEvent.Born>().Where(born => born.Guards is not null).ToArray();
        var cost = settings.Finalists?.Cost ?? 0;

        Assert.Equal((200, 200), (lineage.Born, lineage.Ended));
        Assert.Equal((cost, guards.Length), (lineage.Repeats, lineage.Guards));
        Assert.InRange(guards.Length, (200 - cost) / 21 - 1, (200 - cost) / 20);
        var guarded = Assert.Single(guards.Select(born => born.RepeatOf).Distinct());
        Assert.Equal(guarded, lineage.Drift!.Birth); // It was trained again.
        // The same seed: the same score, and nothing of it counts.
        Assert.Equal(guards.Length, lineage.Drift.Again.Count);
        Assert.All(lineage.Drift.Again, value => Assert.Equal(lineage.Drift.First, value));
        Assert.False(lineage.Drift.IsOff);
        Assert.DoesNotContain(lineage.Population.Members, one => guards.Any(born => born.Birth == one.Birth));
    }

    [Fact]
    public void TheGuardedCandidateIsTheBestOfThoseThatWereScoredThen()
    {
        var (_, events) = Run(Settings(100, 20));
        var at = events.FindIndex(happened => happened is LineageEvent.Born { Guards: not null });
        var before = events.Take(at).ToArray();

        Assert.Equal(20, before.OfType<LineageEvent.Born>().Count());
        Assert.Equal(
            before.OfType<LineageEvent.Scored>().MaxBy(scored => scored.Fitness.Value)!.Birth,
            ((LineageEvent.Born)events[at]).RepeatOf
        );
    }

    [Fact]
    public void WithoutTheGuardTheSameChildrenAreBredOfTheSamePopulation()
    {
        var without = Run(Settings(60, null)).Lineage;
        var with = Run(Settings(63, 20)).Lineage;

        Assert.Equal(3, with.Guards);
        Assert.Equal(without.Known.Count, with.Known.Count);
    }

    [Fact]
    public void AMachineThatScoresOtherwiseIsFound()
    {
        var trained = 0;
        var (lineage, _) = Run(
            Settings(160, 20),
            measured: assignment => Measured(assignment, ++trained > 110 ? -0.001 : 0)
        );

        Assert.Equal(5, lineage.Drift!.Again.TakeWhile(value => value == lineage.Drift.First).Count());
        Assert.Equal(-0.001, lineage.Drift.Again[5] - lineage.Drift.First, 9);
        Assert.True(new Drift(lineage.Drift.Birth, lineage.Drift.First, [.. lineage.Drift.Again.Take(6)]).IsOff);
    }

    [Fact]
    public void WhatIsUsualIsNoDriftAndWhatIsNotIs()
    {
        var random = SeededRandom.For(3, "noise");
        double[] usual = [.. Enumerable.Range(0, 40).Select(_ => 0.9 + 0.002 * (random.Unit() - 0.5))];
        Drift Of(params double[] last) => new(new(3), usual[0], [.. usual.Skip(1), .. last]);

        Assert.False(new Drift(new(3), 0.9, [0.1, 0.5, 0.2]).IsOff); // Nothing is usual yet.
        Assert.All(
            Enumerable.Range(5, 35),
            count => Assert.False(new Drift(new(3), usual[0], [.. usual[1..count]]).IsOff)
        );
        Assert.True(Of(0.904).IsOff);
        Assert.True(Of(0.896).IsOff);
        Assert.InRange(Of(0.904).Last!.Value.Usual, 0.0012, 0.0025); // Forty values tell what is usual.
    }

    [Fact]
    public void ADriftThatStaysIsToldWhenItHasBecomeUsual()
    {
        Drift Of(params double[] again) => new(new(3), 0.9, [.. again]);

        Assert.Null(Of(0.9, 0.9, 0.9, 0.9).Found);
        var (ago, off, usual) = Of(0.9, 0.9, 0.9, 0.85, 0.85, 0.85).Found!.Value; // The fourth is judged.
        Assert.Equal(2, ago);
        Assert.Equal(-0.05, off, 9);
        Assert.InRange(usual, 0, 1e-8);
        Assert.False(Of(0.9, 0.9, 0.9, 0.85, 0.85, 0.85).IsOff);
        Assert.True(Of(0.9, 0.9, 0.9, 0.85).IsOff);
    }

    [Theory]
    [InlineData(false, "lineage-1-guards")]
    [InlineData(true, "lineage-1-held-out")]
    public void ASnapshotAnywhereLeadsToTheSameEnd(bool heldOut, string manifest)
    {
        var (end, events) = Run(Settings(100, 20, "5x6") with { HeldOutFinals = heldOut });
        for (var at = 1; at < events.Count; at += 7)
        {
            var before = events.Take(at).Aggregate(Lineage.Empty, (one, happened) => one.Evolve(happened));
            var name = LineageSnapshot.ManifestOf(before);
            var read = LineageSnapshot.Read("s", before.Events, name, LineageSnapshot.Write("s", before).Span);
            Assert.True(LineageSnapshot.Knows(name));
            Assert.Equal(
                LineageSnapshot.Write("s", end).ToArray(),
                LineageSnapshot
                    .Write("s", events.Skip(at).Aggregate(read, (one, happened) => one.Evolve(happened)))
                    .ToArray()
            );
        }
        Assert.Equal(manifest, LineageSnapshot.ManifestOf(end));
        Assert.True(end.Guards > 0);
    }

    [Theory]
    [InlineData(4, "A drift guard after every 4 births is out of range: 5 to 1000000.")]
    [InlineData(1_000_001, "A drift guard after every 1000001 births is out of range: 5 to 1000000.")]
    public void ARequestThatNoSearchCanKeepIsRefused(int every, string said) =>
        Assert.Equal(said, Assert.Throws<RequestException>(() => Settings(100, every)).Message);

    [Fact]
    public void AHistoryThatGuardsAnotherCandidateIsNone()
    {
        var (_, events) = Run(Settings(100, 20));
        var at = events.FindIndex(happened => happened is LineageEvent.Born { Guards: not null });
        var lineage = events.Take(at).Aggregate(Lineage.Empty, (one, happened) => one.Evolve(happened));
        var guard = (LineageEvent.Born)events[at];

        Assert.NotNull(lineage.Evolve(guard).Guarded);
        Assert.Throws<LineageException>(() =>
            lineage.Evolve(guard with { RepeatOf = new(guard.RepeatOf!.Value.Value == 1 ? 2 : 1) })
        );
    }
}
