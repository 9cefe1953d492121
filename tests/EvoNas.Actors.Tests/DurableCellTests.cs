using EvoNas.Actors.Populations;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;
using static EvoNas.Actors.DurableCommand;

namespace EvoNas.Actors.Tests;

public partial class DurableCellTests
{
    const string Search = "search-some";

    static readonly SearchSettings Settings = new()
    {
        Space = "digits",
        SpaceFingerprint = "",
        Seed = 3,
        PopulationSize = 2,
        TournamentSize = 2,
        Budget = new(100_000),
        RepeatDuplicates = true,
    };

    /// <summary>A cell with a journal in memory. It commits what it is told to commit.</summary>
    sealed class Hosted
    {
        public Hosted(int snapshotEveryMin = 500, params LineageEvent[] history)
            : this(null, snapshotEveryMin, history) { }

        public Hosted(Behavior<int, int>? mutator, int snapshotEveryMin, params LineageEvent[] history)
        {
            foreach (var happened in history)
                Commit([EventSerializer.Write(Search, Rows.Count + 1, happened)]);
            Cell = new(
                Search,
                PopulationBehavior.For(PopulationTerms.Embedded),
                new(Settings),
                SeededRandom.For(1, "back-off"),
                snapshotEveryMin,
                mutator: mutator
            );
        }

        public DurableCell Cell { get; }

        public List<KeptBytes> Rows { get; } = [];

        /// <summary>The newest first.</summary>
        public List<KeptBytes> Snapshots { get; } = [];

        public List<long> Forgotten { get; } = [];

        public List<DurableCommand> Take()
        {
            var commands = new List<DurableCommand>();
            while (Cell.TryTake(out var command))
            {
                commands.Add(command);
                if (command is ForgetSnapshots forget)
                    Forgotten.Add(forget.Before);
            }
            return commands;
        }

        public T TakeOne<T>()
            where T : DurableCommand => Assert.IsType<T>(Assert.Single(Take()));

        public void Commit(IEnumerable<SerializedEvent> events)
        {
            foreach (var row in events)
                Rows.Add(new(Rows.Count + 1, row.Manifest, row.Payload));
        }

        public void KeepSnapshotOf(int events)
        {
            var lineage = LineageRecovery.Read(Search, [], _ => Rows.Take(events), _ => { }).Lineage;
            Snapshots.Insert(0, new(events, LineageSnapshot.Manifest, LineageSnapshot.Write(Search, lineage)));
        }

        /// <summary>Reads the journal back, as a command wants it.</summary>
        public void ReadBack(Recover recover, double now = 0)
        {
            var after = 0L;
            foreach (var snapshot in Snapshots)
                if (snapshot.Number <= recover.SnapshotMax)
                {
                    Cell.Offer(recover.Ticket, snapshot);
                    after = snapshot.Number;
                    break;
                }
            foreach (var row in Rows.Where(row => row.Number > after))
                Cell.Replay(recover.Ticket, row);
            Cell.Recovered(recover.Ticket, Rows.Count, now);
        }

        /// <summary>The append that the cell asks for, committed and acknowledged; with what follows from it.</summary>
        public List<DurableCommand> Acknowledge(Append append)
        {
            Commit(append.Events);
            Cell.Appended(append.Ticket);
            return Take();
        }

        /// <summary>Started, and begun unless the journal has it.</summary>
        public static Hosted Reading(int snapshotEveryMin = 500, params LineageEvent[] history) =>
            Reading(new Hosted(snapshotEveryMin, history));

        public static Hosted Reading(Hosted hosted)
        {
            hosted.Cell.Start();
            hosted.ReadBack(hosted.TakeOne<Recover>());
            if (hosted.Take().OfType<Append>().SingleOrDefault() is { } begun)
                hosted.Acknowledge(begun);
            Assert.Equal(DurablePhase.Reading, hosted.Cell.Phase);
            return hosted;
        }

        /// <summary>The append that the birth of one child leads to.</summary>
        public Append Bear(long birth, double now = 1)
        {
            Cell.Receive(new Message.Ready(), new($"slot-{birth}"));
            Cell.TakeTurn(now);
            Take();
            Cell.Receive(Child(birth), Address.Mutator);
            Cell.TakeTurn(now);
            return TakeOne<Append>();
        }
    }

    static Message.Mutated Child(long birth) => new(new(birth), [new(0, null, Genotype.Of((int)birth), null)]);

    static Message.Evaluated Evaluated(long birth) =>
        new(new(birth), 1, new Outcome.Trained(Metrics.Of((Metrics.Top1, 0.5))), 1);

    static LineageEvent.Begun Begun => new(Settings);

    static LineageEvent.Born Born(long birth) => new(new(birth), null, Genotype.Of((int)birth));

    static LineageEvent[] Births(int count) => [Begun, .. Enumerable.Range(1, count).Select(birth => Born(birth))];

    static IEnumerable<string> Kinds(IEnumerable<DurableCommand> commands) =>
        commands.Select(command => command.GetType().Name);

    [Fact]
    public void ACellThatStartsReadsItsJournalAtOnce()
    {
        var hosted = new Hosted();
        hosted.Cell.Start();

        var recover = hosted.TakeOne<Recover>();
        Assert.Equal((0, long.MaxValue, null), (recover.AfterSeconds, recover.SnapshotMax, recover.Reason));
        Assert.Equal(DurablePhase.Recovering, hosted.Cell.Phase);
        Assert.Null(hosted.Cell.State);
    }

    [Fact]
    public void AnEmptyJournalIsBegunByTheOrders()
    {
        var hosted = new Hosted();
        hosted.Cell.Start();
        hosted.ReadBack(hosted.TakeOne<Recover>());

        var commands = hosted.Take();
        Assert.Equal([nameof(CarryOut), nameof(Append)], Kinds(commands));
        Assert.All(((CarryOut)commands[0]).Effects, effect => Assert.IsType<Effect.Remind>(effect));
        var append = (Append)commands[1];
        Assert.Equal((1, "begun"), (append.First, Assert.Single(append.Events).Manifest));
    }

    [Fact]
    public void EffectsComeAfterTheirEventsAreDurableAndViewersAreToldFirst()
    {
        var hosted = Hosted.Reading();
        var append = hosted.Bear(1);
        Assert.Equal(DurablePhase.Appending, hosted.Cell.Phase);

        var commands = hosted.Acknowledge(append);

        Assert.Equal([nameof(Tell), nameof(CarryOut)], Kinds(commands));
        var tell = (Tell)commands[0];
        Assert.Equal((2, "born"), (tell.First, Assert.Single(tell.Rows).Manifest));
        Assert.Contains(
            ((CarryOut)commands[1]).Effects,
            effect => effect is Effect.Send { Message: Message.Evaluate { Assignment.Birth.Value: 1 } }
        );
    }

    [Fact]
    public void ATurnWithoutDurableEventsIsCarriedOutAtOnce()
    {
        var hosted = Hosted.Reading();
        hosted.Cell.Receive(new Message.Ready(), new("slot-1"));
        hosted.Cell.TakeTurn(1);

        var commands = hosted.Take();
        Assert.Equal([nameof(Tell), nameof(CarryOut)], Kinds(commands));
        Assert.Empty(((Tell)commands[0]).Rows);
        Assert.Equal(DurablePhase.Reading, hosted.Cell.Phase);
    }

    [Fact]
    public void MessagesThatComeDuringAnAppendMakeOneAppendTogether()
    {
        var hosted = Hosted.Reading(500, Births(3));
        hosted.Cell.Receive(Evaluated(1), new("slot-1"));
        hosted.Cell.TakeTurn(1);
        var first = hosted.TakeOne<Append>();
        hosted.Cell.Receive(Evaluated(2), new("slot-2"));
        hosted.Cell.Receive(Evaluated(3), new("slot-3"));
        hosted.Cell.TakeTurn(2);
        Assert.Empty(hosted.Take());

        hosted.Acknowledge(first);
        hosted.Cell.TakeTurn(2);

        var append = hosted.TakeOne<Append>();
        Assert.Equal(first.First + 1, append.First);
        Assert.Equal(["scored", "scored", "retired"], append.Events.Select(row => row.Manifest));
    }

    [Fact]
    public void TheStateThatIsShownIsTheDurableOne()
    {
        var hosted = Hosted.Reading();
        var append = hosted.Bear(1);
        Assert.Equal(0, hosted.Cell.State?.Lineage.Born);
        Assert.Equal(1, hosted.Cell.StateIfAppended?.Lineage.Born);

        hosted.Acknowledge(append);

        Assert.Equal(1, hosted.Cell.State?.Lineage.Born);
        Assert.Null(hosted.Cell.StateIfAppended);
        Assert.Equal(2, hosted.Cell.Last);
    }

    [Fact]
    public void AFailedAppendThrowsTheStateAwayAndNoneOfItsEffectsIsCarriedOut()
    {
        var hosted = Hosted.Reading();
        var append = hosted.Bear(1);
        hosted.Cell.AppendFailed(append.Ticket, JournalTrouble.Unavailable, "the disk is full");

        Assert.Equal("the disk is full", hosted.TakeOne<Recover>().Reason);
        Assert.Null(hosted.Cell.State);
    }

    [Fact]
    public void FailuresAreFollowedByPausesThatDoubleFromOneSecondToThirtyAndAreSpread()
    {
        var hosted = Hosted.Reading();
        hosted.Cell.AppendFailed(hosted.Bear(1).Ticket, JournalTrouble.Unavailable, "");
        foreach (var seconds in new double[] { 1, 2, 4, 8, 16, 30, 30 })
        {
            var recover = hosted.TakeOne<Recover>();
            Assert.InRange(recover.AfterSeconds, seconds * 0.8, seconds * 1.2);
            Assert.NotEqual(seconds, recover.AfterSeconds);
            hosted.Cell.RecoveryFailed(recover.Ticket, JournalTrouble.Unavailable, "");
        }
    }

    [Fact]
    public void AnAppendThatSucceedsEndsTheBackOff()
    {
        var hosted = Hosted.Reading();
        hosted.Cell.AppendFailed(hosted.Bear(1).Ticket, JournalTrouble.Unavailable, "");
        hosted.Cell.RecoveryFailed(hosted.TakeOne<Recover>().Ticket, JournalTrouble.Unavailable, "");
        hosted.ReadBack(hosted.TakeOne<Recover>());
        hosted.Take();
        hosted.Acknowledge(hosted.Bear(1));

        hosted.Cell.AppendFailed(hosted.Bear(2).Ticket, JournalTrouble.Unavailable, "");

        Assert.InRange(hosted.TakeOne<Recover>().AfterSeconds, 0.8, 1.2);
    }

    [Fact]
    public void EventsThatWereCommittedAlthoughTheirAppendFailedAreToldOnceAfterTheRecovery()
    {
        var hosted = Hosted.Reading();
        var append = hosted.Bear(1);
        hosted.Commit(append.Events);
        hosted.Cell.AppendFailed(append.Ticket, JournalTrouble.Unavailable, "timeout");
        var recover = hosted.TakeOne<Recover>();
        // The first recovery is broken off on its way.
        hosted.Cell.Replay(recover.Ticket, hosted.Rows[0]);
        hosted.Cell.Replay(recover.Ticket, hosted.Rows[1]);
        hosted.Cell.RecoveryFailed(recover.Ticket, JournalTrouble.Unavailable, "");

        hosted.ReadBack(hosted.TakeOne<Recover>());

        var told = Assert.Single(hosted.Take().OfType<Tell>(), tell => tell.Rows.Count > 0);
        Assert.Equal((2, append.Events[0]), (told.First, Assert.Single(told.Rows)));
        Assert.Equal(
            1,
            Assert
                .IsType<LineageEvent.Born>(Assert.IsType<PopulationEvent.Kept>(Assert.Single(told.Events)).Happened)
                .Birth.Value
        );
    }

    [Fact]
    public void EventsThatWereNotCommittedAreNeverTold()
    {
        var hosted = Hosted.Reading();
        hosted.Cell.AppendFailed(hosted.Bear(1).Ticket, JournalTrouble.Unavailable, "");
        hosted.ReadBack(hosted.TakeOne<Recover>());

        Assert.All(hosted.Take().OfType<Tell>(), tell => Assert.Empty(tell.Rows));
        Assert.Equal(0, hosted.Cell.State?.Lineage.Born);
    }

    [Fact]
    public void TheHistoryBeforeTheStartIsNotTold()
    {
        var hosted = new Hosted(500, Births(3));
        hosted.Cell.Start();
        hosted.ReadBack(hosted.TakeOne<Recover>());

        Assert.All(hosted.Take().OfType<Tell>(), tell => Assert.Empty(tell.Rows));
    }

    [Fact]
    public void AnswersToAnEarlierTicketChangeNothing()
    {
        var hosted = Hosted.Reading();
        var given = hosted.Bear(1);
        hosted.Cell.AppendFailed(given.Ticket, JournalTrouble.Unavailable, "");
        var recover = hosted.TakeOne<Recover>();
        hosted.Cell.Appended(given.Ticket);
        Assert.Equal(DurablePhase.Recovering, hosted.Cell.Phase);
        hosted.ReadBack(recover);
        hosted.Take();
        var now = hosted.Bear(1);

        hosted.Cell.Appended(given.Ticket);
        hosted.Cell.AppendFailed(given.Ticket, JournalTrouble.OtherWriter, "");
        hosted.Cell.Recovered(recover.Ticket, 1, 5);
        hosted.Cell.RecoveryFailed(recover.Ticket, JournalTrouble.Broken, "");
        hosted.Cell.Replay(recover.Ticket, hosted.Rows[0]);
        hosted.Cell.RefuseSnapshot(recover.Ticket, 1, "");

        Assert.Empty(hosted.Take());
        Assert.True(hosted.Cell.Awaits(now.Ticket));
    }

    [Fact]
    public void AnotherWriterEndsTheCell()
    {
        var hosted = Hosted.Reading();
        hosted.Cell.AppendFailed(hosted.Bear(1).Ticket, JournalTrouble.OtherWriter, "event 2 is there already");

        var stopped = hosted.TakeOne<Stopped>();
        Assert.Equal((JournalTrouble.OtherWriter, "event 2 is there already"), (stopped.Trouble, stopped.Reason));
        Assert.Equal(DurablePhase.Stopped, hosted.Cell.Phase);
    }

    // A database that does not answer may commit after it was given up: the number is taken by the cell itself.
    [Fact]
    public void AnOwnAppendThatLandsLateIsReadBackAndDoesNotEndTheCell()
    {
        var hosted = Hosted.Reading();
        var late = hosted.Bear(1);
        hosted.Cell.AppendFailed(late.Ticket, JournalTrouble.Unavailable, "timeout");
        hosted.ReadBack(hosted.TakeOne<Recover>());
        hosted.Take();
        var again = hosted.Bear(1);
        hosted.Commit(late.Events);

        hosted.Cell.AppendFailed(again.Ticket, JournalTrouble.OtherWriter, "event 2 is there already");
        hosted.ReadBack(hosted.TakeOne<Recover>());
        hosted.Take();

        Assert.Equal(1, hosted.Cell.State?.Lineage.Born);
        // From here on only another writer takes the number.
        hosted.Cell.Receive(Evaluated(1), new("slot-1"));
        hosted.Cell.TakeTurn(1);
        hosted.Cell.AppendFailed(hosted.TakeOne<Append>().Ticket, JournalTrouble.OtherWriter, "");
        hosted.TakeOne<Stopped>();
    }

    [Theory]
    [InlineData("a bit of event 2 flips", "Event 2 does not agree with its checksum")]
    [InlineData("event 2 is lost", "Event 2 is missing")]
    [InlineData("event 2 is of a newer version", "Event 2 has the unknown manifest")]
    [InlineData("events 2 and 3 are exchanged", "Event 2 says that it is event 3")]
    [InlineData("the journal ends before its snapshot", "Event 4 is missing: the journal ends before it")]
    public void AJournalThatCannotBeTrustedEndsTheCellWithTheNumberOfTheEvent(string damage, string reason)
    {
        var hosted = new Hosted(500, Births(3));
        Damage(hosted, damage);
        hosted.Cell.Start();
        hosted.ReadBack(hosted.TakeOne<Recover>());

        var stopped = hosted.TakeOne<Stopped>();
        Assert.Equal(JournalTrouble.Broken, stopped.Trouble);
        Assert.StartsWith(reason, stopped.Reason, StringComparison.Ordinal);
    }

    static void Damage(Hosted hosted, string how)
    {
        var rows = hosted.Rows;
        switch (how)
        {
            case "a bit of event 2 flips":
                var bytes = rows[1].Bytes.ToArray();
                bytes[^3] ^= 1;
                rows[1] = rows[1] with { Bytes = bytes };
                break;
            case "event 2 is lost":
                rows.RemoveAt(1);
                break;
            case "event 2 is of a newer version":
                rows[1] = rows[1] with { Manifest = "grafted" };
                break;
            case "events 2 and 3 are exchanged":
                (rows[1], rows[2]) = (rows[2] with { Number = 2 }, rows[1] with { Number = 3 });
                break;
            case "the journal ends before its snapshot":
                hosted.KeepSnapshotOf(4);
                rows.RemoveAt(3);
                break;
        }
    }

    // Scores of two searches would meet in one lineage.
    [Fact]
    public void AJournalThatWasBegunWithOtherSettingsEndsTheCell()
    {
        var hosted = new Hosted(500, new LineageEvent.Begun(Settings with { Seed = 4 }));
        hosted.Cell.Start();
        hosted.ReadBack(hosted.TakeOne<Recover>());

        Assert.Equal(JournalTrouble.OtherSettings, hosted.TakeOne<Stopped>().Trouble);
        Assert.Single(hosted.Rows);
    }

    // Searches of earlier versions do not know the size of their space, and a budget may be extended.
    [Fact]
    public void AnotherBudgetAndTheSizeOfTheSpaceAreNoOtherSettings()
    {
        var hosted = new Hosted(500, new LineageEvent.Begun(Settings with { Budget = new(7), SpaceSize = 6561 }));
        hosted.Cell.Start();
        hosted.ReadBack(hosted.TakeOne<Recover>());

        Assert.NotNull(hosted.Cell.State);
    }

    [Fact]
    public void RowsThatWereNotReadEndTheCell()
    {
        var hosted = new Hosted(500, Births(2));
        hosted.Cell.Start();
        var recover = hosted.TakeOne<Recover>();
        hosted.Cell.Replay(recover.Ticket, hosted.Rows[0]);
        hosted.Cell.Recovered(recover.Ticket, last: 3, now: 0);

        Assert.Equal(JournalTrouble.Broken, hosted.TakeOne<Stopped>().Trouble);
    }

    [Fact]
    public void ASnapshotThatCannotBeReadIsLeftOutAndTheOneBeforeItIsTried()
    {
        var hosted = new Hosted(500, Births(5));
        hosted.KeepSnapshotOf(2);
        hosted.KeepSnapshotOf(4);
        hosted.Snapshots[0] = hosted.Snapshots[0] with { Bytes = hosted.Snapshots[0].Bytes[..^1] };
        hosted.Cell.Start();
        hosted.ReadBack(hosted.TakeOne<Recover>());

        var again = hosted.TakeOne<Recover>();
        Assert.Equal((0, 3), (again.AfterSeconds, again.SnapshotMax));
        hosted.ReadBack(again);
        Assert.Equal((2, 6), (hosted.Cell.RecoveredFrom, hosted.Cell.Last));
    }

    [Fact]
    public void ASnapshotOfEventsThatViewersWereNotToldOfIsNotUsed()
    {
        var hosted = Hosted.Reading();
        hosted.Cell.AppendFailed(hosted.Bear(1).Ticket, JournalTrouble.Unavailable, "");

        Assert.Equal(1, hosted.TakeOne<Recover>().SnapshotMax);
    }

    [Fact]
    public void ASnapshotIsDueAfterTheLeastNumberOfEventsAndTheOldestOfThreeIsForgotten()
    {
        var hosted = Hosted.Reading(snapshotEveryMin: 2);
        var kept = new List<long>();
        for (var birth = 1; birth <= 6; birth++)
            foreach (var command in hosted.Acknowledge(hosted.Bear(birth)).OfType<KeepSnapshot>())
            {
                kept.Add(command.Lineage.Events);
                hosted.Cell.SnapshotKept(command.Lineage.Events);
            }

        hosted.Take();
        Assert.Equal([2, 4, 6], kept);
        Assert.Equal([2, 4], hosted.Forgotten);
    }

    [Fact]
    public void ASnapshotIsDueWhenASixteenthOfTheBirthsHappenedSinceTheLast()
    {
        var hosted = new Hosted(1, Births(64));
        hosted.KeepSnapshotOf(65);
        hosted.Cell.Start();
        hosted.ReadBack(hosted.TakeOne<Recover>());
        hosted.Take();
        var due = new List<bool>();
        for (var birth = 1; birth <= 5; birth++)
        {
            hosted.Cell.Receive(Evaluated(birth), new("slot-1"));
            hosted.Cell.TakeTurn(1);
            // From the third on each score retires a member.
            due.Add(hosted.Acknowledge(hosted.TakeOne<Append>()).OfType<KeepSnapshot>().Any());
        }

        Assert.Equal([false, false, true, false, true], due);
    }

    [Fact]
    public void ASnapshotThatCannotBeKeptIsNotTriedAgainBeforeTheNextIsDue()
    {
        var hosted = Hosted.Reading(snapshotEveryMin: 3);
        hosted.Acknowledge(hosted.Bear(1));
        Assert.Contains(nameof(KeepSnapshot), Kinds(hosted.Acknowledge(hosted.Bear(2))));
        hosted.Cell.SnapshotFailed(3);

        Assert.DoesNotContain(nameof(KeepSnapshot), Kinds(hosted.Acknowledge(hosted.Bear(3))));
        Assert.DoesNotContain(nameof(KeepSnapshot), Kinds(hosted.Acknowledge(hosted.Bear(4))));
        Assert.Contains(nameof(KeepSnapshot), Kinds(hosted.Acknowledge(hosted.Bear(5))));
    }

    [Fact]
    public void AClosedCellReadsWhatWaitsAppendsItKeepsASnapshotAndStops()
    {
        var hosted = Hosted.Reading(500, Births(2));
        hosted.Cell.Receive(Evaluated(1), new("slot-1"));
        hosted.Cell.TakeTurn(1);
        var first = hosted.TakeOne<Append>();
        hosted.Cell.Receive(Evaluated(2), new("slot-2"));
        hosted.Cell.Close(1);

        var commands = hosted.Acknowledge(first);
        Assert.Equal([nameof(Tell), nameof(CarryOut), nameof(Append)], Kinds(commands));
        // What the first turn led to is not what the second leads to.
        Assert.Single(((Tell)commands[0]).Rows);
        Assert.Contains(
            ((CarryOut)commands[1]).Effects,
            effect => effect is Effect.Send { Message: Message.Recorded { Birth.Value: 1 } }
        );
        commands = hosted.Acknowledge((Append)commands[2]);
        Assert.Equal([nameof(Tell), nameof(CarryOut), nameof(KeepSnapshot)], Kinds(commands));
        Assert.Equal(DurablePhase.Closing, hosted.Cell.Phase);
        hosted.Cell.SnapshotKept(((KeepSnapshot)commands[2]).Lineage.Events);

        Assert.Null(hosted.TakeOne<Stopped>().Trouble);
    }

    [Fact]
    public void ACellThatIsClosedWithNothingNewStopsWithoutASnapshot()
    {
        var hosted = new Hosted(500, Births(2));
        hosted.KeepSnapshotOf(3);
        hosted.Cell.Start();
        hosted.ReadBack(hosted.TakeOne<Recover>());
        hosted.Take();
        hosted.Cell.Close(1);

        Assert.Null(hosted.TakeOne<Stopped>().Trouble);
    }

    [Fact]
    public void ACellThatIsClosedStopsAlthoughItsSnapshotCannotBeKept()
    {
        var hosted = Hosted.Reading();
        hosted.Cell.Close(1);
        Assert.Equal(1, hosted.TakeOne<KeepSnapshot>().Lineage.Events);
        hosted.Cell.SnapshotFailed(1);

        Assert.Null(hosted.TakeOne<Stopped>().Trouble);
    }

    [Fact]
    public void ACellThatIsClosedWhileItsJournalIsAwayStopsAtOnce()
    {
        var hosted = new Hosted();
        hosted.Cell.Start();
        hosted.TakeOne<Recover>();
        hosted.Cell.Close(1);

        Assert.Null(hosted.TakeOne<Stopped>().Trouble);
    }

    [Fact]
    public void AnAppendThatFailsWhileTheCellIsClosedEndsItWithTheTrouble()
    {
        var hosted = Hosted.Reading();
        var append = hosted.Bear(1);
        hosted.Cell.Close(1);
        hosted.Cell.AppendFailed(append.Ticket, JournalTrouble.Unavailable, "the disk is full");

        Assert.Equal(JournalTrouble.Unavailable, hosted.TakeOne<Stopped>().Trouble);
    }

    [Fact]
    public void ACellThatStoppedDropsItsMessagesAndMayBeStartedAgain()
    {
        var hosted = Hosted.Reading();
        var append = hosted.Bear(1);
        hosted.Commit(append.Events);
        hosted.Cell.AppendFailed(append.Ticket, JournalTrouble.OtherWriter, "");
        hosted.TakeOne<Stopped>();
        hosted.Cell.Receive(new Message.Ready(), new("slot-1"));
        Assert.Equal(0, hosted.Cell.Waiting);

        hosted.Cell.Start();
        hosted.ReadBack(hosted.TakeOne<Recover>());

        Assert.Equal(2, hosted.Take().OfType<Tell>().First().First);
        Assert.Equal(1, hosted.Cell.State?.Lineage.Born);
    }

    [Fact]
    public void OrdersThatChangedAreSaidWithTheNextTurnAndAgainAfterARecovery()
    {
        var hosted = Hosted.Reading();
        hosted.Cell.Order(new(Settings with { Budget = new(7) }, "the disk is nearly full"));
        Assert.True(hosted.Cell.CanTakeTurn);
        hosted.Cell.TakeTurn(1);
        var append = hosted.TakeOne<Append>();
        Assert.Equal("extended", Assert.Single(append.Events).Manifest);
        hosted.Cell.AppendFailed(append.Ticket, JournalTrouble.Unavailable, "");
        hosted.ReadBack(hosted.TakeOne<Recover>());

        append = hosted.Take().OfType<Append>().Single();
        Assert.Equal("extended", Assert.Single(append.Events).Manifest);
        hosted.Acknowledge(append);

        Assert.Equal("the disk is nearly full", hosted.Cell.State?.PausedFor);
        Assert.Equal(new(7), hosted.Cell.State?.Lineage.Settings?.Budget);
        Assert.False(hosted.Cell.CanTakeTurn);
        hosted.Cell.Order(new(Settings with { Budget = new(7) }));
        hosted.Cell.TakeTurn(2);
        Assert.NotNull(hosted.Cell.State);
        Assert.Null(hosted.Cell.State.PausedFor);
    }

    [Fact]
    public void OrdersThatAreKeptAlreadyAreNotAppendedAgain()
    {
        var hosted = new Hosted(500, Begun);
        hosted.Cell.Start();
        hosted.ReadBack(hosted.TakeOne<Recover>());

        Assert.DoesNotContain(nameof(Append), Kinds(hosted.Take()));
    }

    [Fact]
    public void MessagesThatComeDuringARecoveryAreReadAfterIt()
    {
        var hosted = new Hosted(500, Births(1));
        hosted.Cell.Start();
        hosted.Cell.Receive(Evaluated(1), new("slot-1"));
        hosted.ReadBack(hosted.TakeOne<Recover>());

        Assert.Equal("scored", Assert.Single(hosted.Take().OfType<Append>().Single().Events).Manifest);
    }

    [Fact]
    public void ARecoveryDropsRemindersAndWhatPassesItsRoom()
    {
        var hosted = new Hosted();
        hosted.Cell.Start();
        hosted.Cell.Receive(new Message.LeasesDue(), Address.Population);
        Assert.Equal(0, hosted.Cell.Waiting);
        for (var i = 0; i < 20_000; i++)
            hosted.Cell.Receive(new Message.Ready(), new("slot-1"));

        Assert.Equal(16_384, hosted.Cell.Waiting);
    }

    [Fact]
    public void ATurnReadsAtMostAFewThousandMessages()
    {
        var hosted = Hosted.Reading();
        for (var i = 0; i < 5000; i++)
            hosted.Cell.Receive(new Message.Ready(), new("slot-1"));
        hosted.Cell.TakeTurn(1);

        Assert.Equal(5000 - 4096, hosted.Cell.Waiting);
        Assert.True(hosted.Cell.CanTakeTurn);
    }

    [Fact]
    public void ThePopulationsClockStartsWithEachRecovery()
    {
        var hosted = new Hosted(500, Births(1));
        hosted.Cell.Start();
        hosted.ReadBack(hosted.TakeOne<Recover>(), now: 1000);
        hosted.Take();
        hosted.Cell.Receive(new Message.Ready(), new("slot-1"));
        hosted.Cell.TakeTurn(1005);

        Assert.Equal(5, hosted.Cell.At(1005));
        Assert.Equal(5 + PopulationTerms.Embedded.LeaseSeconds, hosted.Cell.State?.Leases[new("slot-1")].Until);
    }
}
