using EvoNas.Actors;
using EvoNas.Hosting.InProcess;
using EvoNas.Lineages;
using EvoNas.Rehearsal;
using EvoNas.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Serilog;
using Logger = Serilog.Core.Logger;

namespace EvoNas.Hosting.Tests.InProcess;

public sealed class JournalFaultTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("evonas-journal-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The goal: a write whose fate is unknown is never believed, and never repeated blindly. The method: one append in
    // four fails, of these every second after it was committed; time runs a thousand times faster, so that back-off
    // costs nothing.
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3)]
    public async Task ASearchWhoseWritesFailOrAreLostOnTheWayBackEndsAsIfNothingHadHappened(int seed)
    {
        var memory = new MemoryJournal();
        var journal = new UncertainJournal(memory, new Random(seed));
        await using (
            var host = SearchHost.Start(Some.Plan(budget: 200, slots: 5), journal, Logger.None, new HurriedTime())
        )
            await host.Completion;

        Assert.True(
            journal.Unknown > 5 && journal.Undone > 5,
            $"{journal.Unknown} appends were committed unseen, {journal.Undone} undone: too few to show anything."
        );
        var events = Some.Events(memory);
        Assert.Equal(
            Enumerable.Range(1, 200).Select(birth => (long)birth),
            events.OfType<LineageEvent.Born>().Select(born => born.Birth.Value)
        );
        Assert.Equal(200, events.OfType<LineageEvent.Scored>().Select(scored => scored.Birth).Distinct().Count());
        Assert.Equal(200, events.Count(happened => happened is LineageEvent.Scored));
    }

    [Fact]
    public async Task ASearchWhoseEndWasCommittedUnseenEndsAndEveryEventIsToldOnce()
    {
        var memory = new MemoryJournal();
        var journal = new UnseenEnd(memory);
        var told = new List<long>();
        var plan = Some.Plan(budget: 20, slots: 3) with { Happened = (number, _) => told.Add(number) };
        await using (var host = SearchHost.Start(plan, journal, Logger.None, new HurriedTime()))
            Assert.Equal(FinishedReason.Budget, await host.Completion);

        Assert.True(journal.Lost);
        Assert.Equal(Enumerable.Range(1, Some.Events(memory).Count).Select(number => (long)number), told);
    }

    [Fact]
    public async Task APauseOutlivesTheLossOfTheJournal()
    {
        var back = new Heard("the journal is available again");
        await using var log = new LoggerConfiguration().WriteTo.Sink(back).CreateLogger();
        await using var host = SearchHost.Start(
            Some.Plan(budget: 200, slots: 2),
            new FailingOnce(new MemoryJournal()),
            log,
            new HurriedTime()
        );
        host.Pause("asked for");

        await Faults.Processes.Eventually(
            () => back.Was && host is { PausedFor: "asked for", Busy: 0 },
            paused => paused
        );

        host.Resume();
        Assert.Equal(FinishedReason.Budget, await host.Completion);
    }

    [Fact]
    public async Task ALockedJournalPausesTheSearchWhichGoesOnByItself()
    {
        var search = new RehearsalSearch(_folder) { Budget = 30 };
        await using var journal = SqliteJournal.Open(search.JournalFile, TimeSpan.FromMilliseconds(50));
        using var other = new SqliteConnection($"Data Source={search.JournalFile};Pooling=False");
        await other.OpenAsync();
        // The lock is taken on the population's own thread, between two of its appends: the next one must meet it.
        var plan = search.Plan(Some.Plan(1, 2).Slots) with
        {
            Happened = (number, _) =>
            {
                if (number == 10)
                    Execute("BEGIN EXCLUSIVE");
            },
        };
        await using (var host = SearchHost.Start(plan, journal, Logger.None, new HurriedTime()))
        {
            Assert.Contains(
                "locked",
                await Faults.Processes.Eventually(() => host.PausedFor, reason => reason is not null)
            );
            Execute("ROLLBACK");
            await host.Completion;
        }

        await Faults.History.Of(search);

        void Execute(string text)
        {
            using var command = other.CreateCommand();
            command.CommandText = text;
            command.ExecuteNonQuery();
        }
    }

    [Fact]
    public async Task ASecondWriterEndsTheSearchAndHarmsNothing()
    {
        var memory = new MemoryJournal();
        var plan = Some.Plan(budget: 1000, slots: 1);
        var intruded = false;
        plan = plan with
        {
            Happened = (number, _) =>
            {
                if (number != 40 || intruded)
                    return;
                intruded = true;
                var last = memory.Last("search-test");
                memory.Append(
                    "search-test",
                    last + 1,
                    [EventSerializer.Write("search-test", last + 1, new LineageEvent.Retired(new(1)))],
                    DateTime.UnixEpoch
                );
            },
        };
        await using var host = SearchHost.Start(plan, memory, Logger.None);

        Assert.Equal(
            JournalTrouble.OtherWriter,
            (await Assert.ThrowsAsync<JournalException>(() => host.Completion)).Trouble
        );
    }
}

/// <summary>A clock that runs a thousand times faster than the world's.</summary>
sealed class HurriedTime : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new HurriedTimer(System.CreateTimer(callback, state, Hurry(dueTime), Hurry(period)));

    public override long GetTimestamp() => System.GetTimestamp() * 1000;

    static TimeSpan Hurry(TimeSpan time) => time <= TimeSpan.Zero ? time : time / 1000;

    sealed class HurriedTimer(ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => inner.Change(Hurry(dueTime), Hurry(period));

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
