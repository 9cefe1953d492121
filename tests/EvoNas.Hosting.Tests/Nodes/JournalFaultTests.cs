using EvoNas.Actors.Populations;
using EvoNas.Hosting.Messages;
using EvoNas.Lineages;
using Serilog;

namespace EvoNas.Hosting.Tests.Nodes;

public class JournalFaultTests
{
    // The goal: a write whose fate is unknown is never believed, and never repeated blindly. The method: one append in
    // four fails, of these every second after it was committed; the waits between recoveries are milliseconds.
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public async Task ASearchWhoseWritesFailOrAreLostOnTheWayBackEndsAsIfNothingHadHappened(int seed)
    {
        var kept = new KeptEvents();
        // The clock is a thousand times faster: usual leases would end while a busy machine lets a slot wait.
        var plan = Some.Plan(budget: 200, slots: 5) with
        {
            Happened = kept.Add,
            Terms = PopulationTerms.Embedded with { LeaseSeconds = 100_000 },
        };
        await using var search = await FailingJournal.Start<UncertainJournal>(plan, settings: $"seed = {seed}");
        await search.Completion;

        var (unseen, undone) = UncertainJournal.Lost[seed];
        Assert.True(
            unseen > 5 && undone > 5,
            $"{unseen} appends were committed unseen, {undone} undone: too few to show anything."
        );
        Assert.Equal(
            Enumerable.Range(1, 200).Select(birth => (long)birth),
            kept.Of<LineageEvent.Born>().Select(born => born.Birth.Value)
        );
        Assert.Empty(kept.Of<LineageEvent.RuledOut>());
        Assert.Equal(200, kept.Of<LineageEvent.Scored>().Select(scored => scored.Birth).Distinct().Count());
        Assert.Equal(200, kept.Of<LineageEvent.Scored>().Count());
        Assert.Equal(Enumerable.Range(1, kept.All.Count).Select(number => (long)number), kept.Numbers);
    }

    [Fact]
    public async Task ASearchWhoseEndWasCommittedUnseenEndsAndEveryEventIsToldOnce()
    {
        var kept = new KeptEvents();
        var plan = Some.Plan(budget: 20, slots: 3) with { Happened = kept.Add };
        await using var search = await FailingJournal.Start<UnseenEnd>(plan);

        Assert.Equal(FinishedReason.Budget, await search.Completion);

        Assert.Equal(Enumerable.Range(1, kept.All.Count).Select(number => (long)number), kept.Numbers);
        Assert.Single(kept.Of<LineageEvent.Finished>());
    }

    [Fact]
    public async Task APauseOutlivesTheLossOfTheJournal()
    {
        var failed = new Heard("the journal is not available");
        await using var log = new LoggerConfiguration().WriteTo.Sink(failed).CreateLogger();
        await using var search = await FailingJournal.Start<FailingOnce>(Some.Plan(budget: 200, slots: 2), log);
        await search.Client.Do(new Request.Pause("test"));

        await Until.Holds(() => failed.Was && search is { PausedFor: "paused by hand", Busy: 0 });

        await search.Client.Do(new Request.Resume("test"));
        Assert.Equal(FinishedReason.Budget, await search.Completion);
    }
}
