using System.Collections.Concurrent;
using System.Globalization;
using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Lineages;
using EvoNas.Storage.Sqlite;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace EvoNas.Hosting.Tests.Nodes;

public class LocalSearchTests
{
    [Theory]
    [InlineData(1), InlineData(7), InlineData(200)]
    public async Task ASearchEndsEveryBirthExactlyOnce(int slots)
    {
        var kept = new KeptEvents();
        await using var search = await Some.Start(Some.Plan(budget: 500, slots), kept);

        Assert.Equal(FinishedReason.Budget, await search.Completion);

        Assert.Equal(500, kept.Of<LineageEvent.Born>().Count());
        Assert.Equal(500, kept.Of<LineageEvent.Scored>().Select(scored => scored.Birth).Distinct().Count());
        Assert.Equal(500, kept.Of<LineageEvent.Born>().Select(born => born.Genotype).Distinct().Count());
        Assert.Empty(search.Lineage.Pending);
    }

    // The population breeds by itself, and leaves to the mutator what it cannot.
    [Fact]
    public async Task ASpaceThatThrowsOnceCostsNothing()
    {
        var read = 0;
        var plan = Some.Plan(budget: 30, slots: 2);
        plan = plan with
        {
            Settings = plan.Settings with { Objective = Objective.Parse("top1", ["madds<=1"]) },
            KnownMetrics = _ =>
                Interlocked.Increment(ref read) == 1
                    ? throw new InvalidOperationException("the first is misread")
                    : Metrics.Of((Metrics.MultiplyAdds, 1)),
        };
        var faults = new ConcurrentQueue<LogEvent>();
        await using var log = new LoggerConfiguration()
            .WriteTo.Sink(new Kept(faults))
            .MinimumLevel.Warning()
            .CreateLogger();
        await using var search = await LocalSearch.Start(plan, null, log);

        Assert.Equal(FinishedReason.Budget, await search.Completion);
        Assert.True(read > 30);
        var fault = Assert.Single(faults, one => one.Exception is not null);
        Assert.Equal(
            (LogEventLevel.Warning, "a child could not be bred here: \"the first is misread\""),
            (fault.Level, fault.RenderMessage(CultureInfo.InvariantCulture))
        );
    }

    sealed class Kept(ConcurrentQueue<LogEvent> events) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => events.Enqueue(logEvent);
    }

    [Fact]
    public async Task TheFirstScoreNamesTheEvaluationItIsOf()
    {
        var kept = new KeptEvents();
        var plan = Some.Plan(budget: 20, slots: 3);
        await using var search = await Some.Start(plan, kept);
        await search.Completion;

        var named = kept.Of<LineageEvent.Scored>().Select(scored => scored.Run.Evaluation).OfType<string>();
        Assert.Equal(plan.Settings.EvaluationFingerprint(), Assert.Single(named));
    }

    [Fact]
    public async Task TheSameSeedGivesTheSameLineage()
    {
        var (first, second) = (new KeptEvents(), new KeptEvents());
        foreach (var kept in new[] { first, second })
        {
            await using var search = await Some.Start(Some.Plan(budget: 300, slots: 1), kept);
            await search.Completion;
        }

        Assert.Equal(first.WithoutTimes, second.WithoutTimes);
    }

    // The dates of rows are for people: order, leases and budgets use a clock that cannot be set.
    [Fact]
    public async Task AClockThatIsSetBackAndForthChangesNothing()
    {
        var (first, second) = (new KeptEvents(), new KeptEvents());
        foreach (var (kept, time) in new[] { (first, TimeProvider.System), (second, new RestlessCalendar()) })
        {
            await using var search = await Some.Start(Some.Plan(budget: 300, slots: 1), kept, time: time);
            Assert.Equal(FinishedReason.Budget, await search.Completion);
            Assert.InRange(search.ElapsedSeconds, 0, 600);
        }

        Assert.Equal(first.WithoutTimes, second.WithoutTimes);
    }

    [Fact]
    public async Task ASearchThatFindsTheBestNeedsFarFewerEvaluationsThanThereArePoints()
    {
        await using var search = await Some.Start(Some.Plan(budget: 400, slots: 1));
        await search.Completion;

        Assert.Equal(1.0, search.Lineage.Best!.Individual.Fitness.Value); // A finished search has a best.
    }

    [Fact]
    public async Task ASmallSpaceIsExhausted()
    {
        var plan = Some.Plan(budget: 500, slots: 3);
        plan = plan with
        {
            Settings = plan.Settings with { SpaceSize = 6 },
            Space = new SearchSpace("small", [Decision.Among("a", 1, 2, 3), Decision.Among("b", 1, 2)]),
        };
        await using var search = await Some.Start(plan);

        Assert.Equal(FinishedReason.Exhausted, await search.Completion);
        Assert.Equal(6, search.Lineage.Scored);
    }

    static SearchPlan Limited(Func<Genotype, double> madds, double bound)
    {
        var plan = Some.Plan(budget: 10, slots: 2);
        return plan with
        {
            Settings = plan.Settings with
            {
                Objective = plan.Settings.Objective with
                {
                    Limits = [new(Metrics.MultiplyAdds, bound, AtLeast: false, Hard: true, Power: -1)],
                },
            },
            KnownMetrics = genotype => Metrics.Of((Metrics.MultiplyAdds, madds(genotype))),
        };
    }

    [Fact]
    public async Task ASearchWhoseLimitNothingKeepsIsFinishedForIt()
    {
        await using var search = await Some.Start(Limited(child => 1 + child.Genes.Sum(gene => gene.Index), 0.5));

        Assert.Equal(FinishedReason.Limit, await search.Completion);
        Assert.Equal(0, search.Lineage.Born);
        Assert.Equal("none of 8,609 draws keeps madds<=0.5; the smallest had 1", $"{search.Lineage.Spent}");
    }

    // Goal: a stop is heard while draws go on. Method: the draws stand still until it is asked for, and then only a few
    // more are looked at.
    [Fact]
    public async Task ADrainAmidDrawsInVainEndsAtOnceAndNoMoreIsDrawn()
    {
        var (looked, begun, goOn) = (
            0,
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
        );
        var search = await Some.Start(
            Limited(
                _ =>
                {
                    if (Interlocked.Increment(ref looked) == 100)
                    {
                        begun.TrySetResult();
                        goOn.Task.Wait();
                    }
                    return 5;
                },
                1
            )
        );
        await begun.Task;

        search.Drain();
        Assert.Null(await search.Completion);
        // The mutator stands still; the population may look at the first draw of what it asked for meanwhile.
        Assert.InRange(looked, 100, 131);
        var disposed = search.DisposeAsync();
        goOn.TrySetResult();
        await disposed;

        Assert.InRange(looked, 100, 8_000);
        Assert.Null(search.Lineage.Finished);
    }

    [Fact]
    public async Task AFinishedSearchGoesOnWithALargerBudget()
    {
        using var folder = new TemporaryFolder();
        using var file = SqliteJournalFile.Open(folder.File("search.db"));
        var (journal, kept) = (file.Place, new KeptEvents());
        var plan = Some.Plan(budget: 50, slots: 4);
        await using (var search = await Some.Start(plan, kept, journal))
            await search.Completion;
        await using (var search = await Some.Start(plan, kept, journal))
            Assert.Equal(FinishedReason.Budget, await search.Completion);
        var larger = plan with { Settings = plan.Settings with { Budget = new(80) } };
        await using (var search = await Some.Start(larger, kept, journal))
            await search.Completion;

        Assert.Equal(80, kept.Of<LineageEvent.Scored>().Count());
    }

    // A slot of the last run cannot be at work in this process: there is nothing to wait for.
    [Fact]
    public async Task PendingBirthsAreHandedOutAtOnceAfterAResume()
    {
        using var folder = new TemporaryFolder();
        using var file = SqliteJournalFile.Open(folder.File("search.db"));
        var journal = file.Place;
        var trains = new TaskCompletionSource<BirthNumber>(TaskCreationOptions.RunContinuationsAsynchronously);
        var plan = Some.Plan(budget: 5, slots: 1);
        await using (
            var search = await Some.Start(
                plan with
                {
                    Slots = [Some.SlotThatNeverEnds("slot-1", trains)],
                },
                journal: journal
            )
        )
            Assert.Equal(1, (await trains.Task).Value);

        // A clock that stands still: a lease that had to run out would never do so.
        await using var resumed = await Some.Start(plan, journal: journal, time: new StillClock());

        Assert.Equal(FinishedReason.Budget, await resumed.Completion);
    }

    [Fact]
    public async Task SpooledOutcomesAreCountedBeforeAnyBirthIsHandedOut()
    {
        using var folder = new TemporaryFolder();
        using var file = SqliteJournalFile.Open(folder.File("search.db"));
        var journal = file.Place;
        var trains = new TaskCompletionSource<BirthNumber>(TaskCreationOptions.RunContinuationsAsynchronously);
        var (plan, forgotten) = (Some.Plan(budget: 3, slots: 1), 0);
        await using (
            var search = await Some.Start(
                plan with
                {
                    Slots = [Some.SlotThatNeverEnds("slot-1", trains)],
                },
                journal: journal
            )
        )
            await trains.Task;

        var evaluated = new List<long>();
        var spooled = new SpooledOutcome(
            new(1),
            1,
            new Outcome.Trained(Evolution.Metrics.Of((Evolution.Metrics.Top1, 0.875))),
            60,
            () => forgotten++
        );
        var kept = new KeptEvents();
        await using (
            var search = await Some.Start(
                plan with
                {
                    Spooled = [spooled],
                    Slots = [.. plan.Slots.Select(slot => Some.Noting(slot, evaluated))],
                },
                kept,
                journal
            )
        )
            await search.Completion;

        Assert.Equal([2, 3], evaluated.Order());
        Assert.Equal(1, forgotten);
        Assert.Equal(0.875, kept.Of<LineageEvent.Scored>().Single(scored => scored.Birth.Value == 1).Fitness.Value);
    }

    [Fact]
    public async Task AllSlotsInQuarantineEndTheSearchWithAHint()
    {
        var plan = Some.Plan(budget: 50, slots: 2);
        plan = plan with
        {
            Slots =
            [
                .. plan.Slots.Select(slot =>
                    slot with
                    {
                        Evaluate = (_, _, _, _) => throw new InvalidOperationException("the device is gone"),
                    }
                ),
            ],
        };
        await using var search = await Some.Start(plan);

        var stopped = await Assert.ThrowsAsync<SearchStoppedException>(() => search.Completion);

        Assert.Contains("the device is gone", stopped.Message);
        Assert.Contains("resume", stopped.Hint);
    }

    [Fact]
    public async Task ADrainEndsWhenWhatRunsIsRecordedAndTheNextStartContinues()
    {
        using var folder = new TemporaryFolder();
        using var file = SqliteJournalFile.Open(folder.File("search.db"));
        var (journal, kept) = (file.Place, new KeptEvents());
        var (began, end) = (
            new TaskCompletionSource<BirthNumber>(TaskCreationOptions.RunContinuationsAsynchronously),
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
        );
        var plan = Some.Plan(budget: 5, slots: 1);
        await using (
            var search = await Some.Start(
                plan with
                {
                    Slots = [Some.SlotThatWaits(plan.Slots[0], began, end.Task)],
                },
                kept,
                journal
            )
        )
        {
            await began.Task;
            search.Drain();
            Assert.False(search.Completion.IsCompleted);
            end.SetResult();

            Assert.Null(await search.Completion);
            Assert.Single(kept.Of<LineageEvent.Scored>());
        }
        await using (var search = await Some.Start(plan, kept, journal))
            Assert.Equal(FinishedReason.Budget, await search.Completion);

        Assert.Equal(5, kept.Of<LineageEvent.Scored>().Count());
    }

    [Fact]
    public async Task APausedSearchHandsNothingOutUntilItIsResumed()
    {
        await using var search = await Some.Start(Some.Plan(budget: 100_000, slots: 2));
        await search.Client.Do(new Request.Pause("test"));
        await Until.Holds(() => search is { PausedFor: "paused by hand", Busy: 0 });
        var ended = search.Lineage.Ended;

        var report = Assert.Single((await search.Client.Report()).Searches);

        Assert.Equal(("paused", "paused by hand"), (report.State, report.Detail));
        Assert.Equal(ended, report.Ended);
        await search.Client.Do(new Request.Resume("test"));
        await Until.Holds(() => search.Lineage.Ended > ended);
    }

    [Fact]
    public async Task ASearchThatIsExtendedSpendsTheLargerBudget()
    {
        await using var search = await Some.Start(Some.Plan(budget: 10, slots: 1));
        Assert.Equal(FinishedReason.Budget, await search.Completion);

        await search.Client.Do(new Request.Extend("test", new(25)));

        await Until.Holds(() => search.Lineage is { Ended: 25, Finished: not null });
    }

    [Fact]
    public async Task ARequestForAnotherSearchIsRefused()
    {
        await using var search = await Some.Start(Some.Plan(budget: 10, slots: 1));

        var refused = await Assert.ThrowsAsync<RequestException>(() => search.Client.Do(new Request.Pause("tset")));

        Assert.Contains("test", refused.Hint);
    }

    [Fact]
    public async Task ASubscriberIsToldEveryEventOnceAndInOrder()
    {
        var kept = new KeptEvents();
        await using var search = await Some.Start(Some.Plan(budget: 100, slots: 2), kept);
        using var stop = new CancellationTokenSource();
        var told = new List<LineageEvent>();
        await foreach (var one in search.Client.Subscribe("test", stop.Token))
        {
            Assert.Equal(told.Count + 1, one.Number);
            told.Add(EventSerializer.Read("search-test", one.Number, one.Manifest, one.Payload));
            if (told[^1] is LineageEvent.Finished)
                break;
        }

        Assert.Equal(kept.All.Select(happened => happened.ToString()), told.Select(happened => happened.ToString()));
    }

    [Fact]
    public async Task ASearchOnAFullDiskHandsNothingOutAndSaysWhy()
    {
        using var folder = new TemporaryFolder();
        var plan = Some.Plan(budget: 10, slots: 1) with { DiskFolder = folder.Path, DiskReserveBytes = long.MaxValue };
        await using var search = await Some.Start(plan);
        await Until.Holds(() => search.PausedFor is not null);

        Assert.Contains("less than the reserve", search.PausedFor);
        Assert.Equal(0, search.Lineage.Born);
    }
}

/// <summary>A clock whose calendar jumps by days at every look, back as often as forth.</summary>
sealed class RestlessCalendar : TimeProvider
{
    readonly Random _chance = new(24);

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddHours(_chance.Next(-100, 100));
}

/// <summary>A clock on which no time passes.</summary>
sealed class StillClock : TimeProvider
{
    public override long GetTimestamp() => 1;
}
