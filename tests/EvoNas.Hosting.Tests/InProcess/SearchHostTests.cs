using System.Diagnostics.Metrics;
using System.Globalization;
using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Hosting.InProcess;
using EvoNas.Lineages;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Logger = Serilog.Core.Logger;

namespace EvoNas.Hosting.Tests.InProcess;

public class SearchHostTests
{
    [Theory]
    [InlineData(1), InlineData(7), InlineData(200)]
    public async Task ASearchEndsEveryBirthExactlyOnce(int slots)
    {
        var journal = new MemoryJournal();
        await using var host = SearchHost.Start(Some.Plan(budget: 500, slots), journal, Logger.None);

        Assert.Equal(FinishedReason.Budget, await host.Completion);

        var events = Some.Events(journal);
        Assert.Equal(500, events.OfType<LineageEvent.Born>().Count());
        Assert.Equal(500, events.OfType<LineageEvent.Scored>().Select(scored => scored.Birth).Distinct().Count());
        Assert.Equal(500, events.OfType<LineageEvent.Born>().Select(born => born.Genotype).Distinct().Count());
        Assert.Empty(host.Lineage.Pending);
    }

    [Fact]
    public async Task TheSameSeedGivesTheSameLineage()
    {
        var (first, second) = (new MemoryJournal(), new MemoryJournal());
        foreach (var journal in new[] { first, second })
        {
            await using var host = SearchHost.Start(Some.Plan(budget: 300, slots: 1), journal, Logger.None);
            await host.Completion;
        }

        Assert.Equal(Some.Events(first).Select(Some.WithoutTimes), Some.Events(second).Select(Some.WithoutTimes));
    }

    // The rows' dates are a person's comfort: order, leases and budgets go by a clock that nobody sets.
    [Fact]
    public async Task AClockThatIsSetBackAndForthChangesNothing()
    {
        var (first, second) = (new MemoryJournal(), new MemoryJournal());
        foreach (var (journal, time) in new[] { (first, TimeProvider.System), (second, new RestlessCalendar()) })
        {
            await using var host = SearchHost.Start(Some.Plan(budget: 300, slots: 1), journal, Logger.None, time);
            Assert.Equal(FinishedReason.Budget, await host.Completion);
            Assert.InRange(host.ElapsedSeconds, 0, 600);
        }

        Assert.Equal(Some.Events(first).Select(Some.WithoutTimes), Some.Events(second).Select(Some.WithoutTimes));
        Assert.Contains(
            second.Read("search-test").Zip(second.Read("search-test", after: 1)),
            pair => pair.Second.Created < pair.First.Created.AddHours(-1)
        );
    }

    [Fact]
    public async Task ASearchThatFindsTheBestNeedsFarFewerEvaluationsThanThereArePoints()
    {
        var journal = new MemoryJournal();
        await using var host = SearchHost.Start(Some.Plan(budget: 400, slots: 1), journal, Logger.None);
        await host.Completion;

        Assert.Equal(1.0, host.Lineage.Best!.Individual.Fitness.Value); // A finished search has a best.
    }

    [Fact]
    public async Task TenThousandLettersToNobodyAreCountedAndFillNoLog()
    {
        long dropped = 0,
            lines = 0;
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Name == "evonas.messages.dropped")
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((_, count, _, _) => Interlocked.Add(ref dropped, count));
        listener.Start();
        await using var log = new LoggerConfiguration()
            .WriteTo.Sink(new Counted(() => Interlocked.Increment(ref lines)))
            .CreateLogger();
        var host = SearchHost.Start(Some.Plan(budget: 5, slots: 1), new MemoryJournal(), log);
        await host.Completion;
        await host.DisposeAsync();
        var before = Interlocked.Read(ref lines);

        for (var received = 0; received < 10_000; received++)
            host.Resume();

        Assert.True(Interlocked.Read(ref dropped) >= 10_000, $"{dropped} letters were counted.");
        Assert.Equal(before, Interlocked.Read(ref lines));
    }

    [Fact]
    public async Task ASmallSpaceIsExhausted()
    {
        var journal = new MemoryJournal();
        var plan = Some.Plan(budget: 500, slots: 3);
        plan = plan with
        {
            Settings = plan.Settings with { SpaceSize = 6 },
            Space = new SearchSpace("small", [Decision.Among("a", 1, 2, 3), Decision.Among("b", 1, 2)]),
        };
        await using var host = SearchHost.Start(plan, journal, Logger.None);

        Assert.Equal(FinishedReason.Exhausted, await host.Completion);
        Assert.Equal(6, host.Lineage.Scored);
    }

    [Fact]
    public async Task AFinishedSearchGoesOnWithALargerBudget()
    {
        var journal = new MemoryJournal();
        await using (var host = SearchHost.Start(Some.Plan(budget: 50, slots: 4), journal, Logger.None))
            await host.Completion;
        await using (var host = SearchHost.Start(Some.Plan(budget: 50, slots: 4), journal, Logger.None))
            Assert.Equal(FinishedReason.Budget, await host.Completion);
        var larger = Some.Plan(budget: 50, slots: 4);
        await using (
            var host = SearchHost.Start(
                larger with
                {
                    Settings = larger.Settings with { Budget = new(80) },
                },
                journal,
                Logger.None
            )
        )
            await host.Completion;

        Assert.Equal(80, Some.Events(journal).OfType<LineageEvent.Scored>().Count());
    }
}

/// <summary>Tells of every line that is logged.</summary>
sealed class Counted(Action line) : ILogEventSink
{
    public void Emit(LogEvent logEvent) => line();
}

/// <summary>A clock whose calendar jumps by days at every look, back as often as forth.</summary>
sealed class RestlessCalendar : TimeProvider
{
    readonly Random _chance = new(24);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(_chance.Next(-100, 100));
}

static class Some
{
    public static readonly SearchSpace Space = new(
        "digits",
        [.. Enumerable.Range(0, 8).Select(i => (Decision)Decision.Among($"d{i}", 0, 1, 2))]
    );

    /// <summary>Fitness is the share of twos; every evaluation takes no time.</summary>
    public static SearchPlan Plan(int budget, int slots) =>
        new()
        {
            Name = "test",
            Space = Space,
            Settings = new SearchSettings
            {
                Space = "digits",
                SpaceFingerprint = "test",
                Seed = 7,
                PopulationSize = 20,
                TournamentSize = 5,
                Budget = new(budget),
            },
            Slots =
            [
                .. Enumerable
                    .Range(1, slots)
                    .Select(i => new Slot(
                        $"slot-{i}",
                        (assignment, _, _, _) =>
                            ValueTask.FromResult(
                                new Evaluation(
                                    new Outcome.Trained(
                                        Metrics.Of(
                                            (
                                                Metrics.Top1,
                                                assignment.Genotype.Genes.Count(gene => gene.Index == 2)
                                                    / (double)assignment.Genotype.Genes.Count
                                            )
                                        )
                                    ),
                                    0
                                )
                            ),
                        _ => { }
                    )),
            ],
        };

    public static List<LineageEvent> Events(IJournal journal) =>
        [
            .. journal
                .Read("search-test")
                .Select(row => EventSerializer.Read("search-test", row.Number, row.Manifest, row.Payload.Span)),
        ];

    public static string WithoutTimes(LineageEvent happened) =>
        happened switch
        {
            LineageEvent.Scored scored => (
                scored with
                {
                    Run = scored.Run with { Seconds = 0, AtSeconds = 0 },
                }
            ).ToString(),
            _ => string.Create(CultureInfo.InvariantCulture, $"{happened}"),
        };
}
