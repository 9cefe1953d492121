using EvoNas.Genetics;
using EvoNas.Simulation.Planning;

namespace EvoNas.Simulation.Tests.Planning;

public class PlannerTests
{
    static PlanSettings Settings(int evaluators, long budget) =>
        new()
        {
            Space = new(
                "digits",
                [.. Enumerable.Range(0, 12).Select(i => (Decision)Decision.Among($"d{i}", 0, 1, 2, 3))]
            ),
            Search = new()
            {
                Space = "digits",
                SpaceFingerprint = "",
                SpaceSize = 1 << 24,
                Seed = 5,
                PopulationSize = 100,
                TournamentSize = 20,
                Budget = new(budget),
                EarlyStopping = false,
            },
            Evaluators = evaluators,
        };

    [Fact]
    public void PlansThatAreMadeAtOnceHinderNoOther()
    {
        var settings = Settings(32, 500) with { FailuresPerNodeDay = 24 };
        var alone = Planner.Of(settings);
        var together = new Forecast[8];

        Parallel.For(0, together.Length, new() { MaxDegreeOfParallelism = 8 }, i => together[i] = Planner.Of(settings));

        Assert.All(together, plan => Assert.Equal(alone.Seconds, plan.Seconds));
    }

    [Fact]
    public void EqualTrainingsOnOneEvaluatorTakeTheirSum()
    {
        var plan = Planner.Of(Settings(1, 10) with { MeanSeconds = 100, Sigma = 0 });

        Assert.InRange(plan.Seconds, 1000, 1016); // And at most 15 s until the evaluator says that it is there.
        Assert.Equal(1000.0 / 3600, plan.TrainingHours, 6);
        Assert.Equal(0, plan.LagBirths);
    }

    [Fact]
    public void AThousandEvaluatorsAreBusyNinetyNinePartsOfAHundred()
    {
        var plan = Planner.Of(Settings(1000, 5000));

        Assert.InRange(plan.Utilisation, 0.99, 1);
        Assert.InRange(plan.LagBirths, 500, 1000);
        Assert.Equal(5000, plan.Ended[^1]);
    }

    [Fact]
    public void TheMeanThatWasAskedForIsTheMeanThatIsDrawn() =>
        Assert.InRange(
            Planner.Of(Settings(10, 3000) with { MeanSeconds = 60, Sigma = 0.6 }).TrainingHours * 3600 / 3000,
            57,
            63
        );

    [Fact]
    public void MachinesThatFailCostTheirTrainingsAndTheSearchGoesOn()
    {
        var plan = Planner.Of(Settings(32, 500) with { FailuresPerNodeDay = 24 });

        Assert.True(plan is { Failures: > 5, AttemptsLost: > 20, HoursLost: > 0.5 }, $"{plan}");
        Assert.Equal(500, plan.Ended[^1]);
    }

    [Fact]
    public void MeasuredTimesAreDrawnFromInsteadOfACurve() =>
        Assert.Equal(20 * 7.0 / 3600, Planner.Of(Settings(2, 20) with { MeasuredSeconds = [7] }).TrainingHours, 6);

    [Fact]
    public void AForecastIsRepeated() =>
        Assert.Equal(Planner.Of(Settings(16, 200)).Seconds, Planner.Of(Settings(16, 200)).Seconds);

    [Fact]
    public void AnEvaluatorTakesAtMostTwoKilobytes()
    {
        var (few, many) = (BytesWith(1000), BytesWith(101_000));

        Assert.InRange((many - few) / 100_000.0, 1, 2000);
    }

    static long BytesWith(int evaluators)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var world = new PlanWorld(Settings(evaluators, 1_000_000));
        world.RunUntil(60); // All have started and say so again.
        var bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(world);
        return bytes;
    }
}
