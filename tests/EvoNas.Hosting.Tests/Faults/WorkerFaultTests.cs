using EvoNas.Genetics;
using EvoNas.Lineages;
using EvoNas.Rehearsal;
using Logger = Serilog.Core.Logger;

namespace EvoNas.Hosting.Tests.Faults;

/// <summary>Faults of worker processes, with real ones. After each the journal must hold one end a birth, and the
/// budget exactly.</summary>
public sealed class WorkerFaultTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("evonas-fault-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("segv", "signal 11")]
    [InlineData("abort", "signal 6")]
    [InlineData("exit", "exit code 3")]
    public async Task AWorkerThatDiesCostsOneAttempt(string fault, string cause)
    {
        var events = await Run(
            new(_folder)
            {
                Evaluation = $$$"""{"milliseconds": 2, "faults": {"3": "{{{fault}}}", "4 always": "{{{fault}}}"}}""",
            }
        );

        var third = Assert.Single(events.OfType<LineageEvent.Scored>(), scored => scored.Birth == new BirthNumber(3));
        Assert.Equal(2, third.Run.Attempt);
        var fourth = Assert.Single(events.OfType<LineageEvent.RuledOut>());
        Assert.Equal((new BirthNumber(4), RuledOutReason.Crash), (fourth.Birth, fourth.Reason));
        Assert.Contains(cause, fourth.Detail);
    }

    [Theory]
    [InlineData("hang")]
    [InlineData("nonsense")]
    public async Task AWorkerThatHangsOrWritesNonsenseIsEnded(string fault)
    {
        var events = await Run(
            new(_folder)
            {
                Evaluation = $$$"""{"milliseconds": 2, "faults": {"3": "{{{fault}}}"}}""",
                ProgressTimeout = TimeSpan.FromSeconds(3),
            }
        );

        Assert.Equal(
            2,
            Assert
                .Single(events.OfType<LineageEvent.Scored>(), scored => scored.Birth == new BirthNumber(3))
                .Run.Attempt
        );
    }

    [Fact]
    public async Task WhatWouldFailAgainIsRuledOutAtOnce()
    {
        var events = await Run(
            new(_folder)
            {
                Evaluation = """
                {"milliseconds": 2, "faults": {"2": "nan", "3 always": "memory", "4": "memory-once", "5": "invalid"}}
                """,
            }
        );

        Assert.Equal(
            [(2, RuledOutReason.Diverged, 1), (3, RuledOutReason.Memory, 1), (5, RuledOutReason.Invalid, 1)],
            events
                .OfType<LineageEvent.RuledOut>()
                .OrderBy(one => one.Birth)
                .Select(one => ((int)one.Birth.Value, one.Reason, one.Run.Attempt))
        );
        Assert.Contains(events.OfType<LineageEvent.Scored>(), scored => scored.Birth == new BirthNumber(4));
    }

    [MemoryGroupFact]
    public async Task AWorkerThatTheKernelEndsForItsMemoryIsLostAndTheSearchGoesOn()
    {
        using var share = new MemoryGroup(256 << 20);
        var search = new RehearsalSearch(_folder)
        {
            Slots = 1,
            Evaluation = """{"milliseconds": 2, "faults": {"3": "gobble", "4 always": "gobble"}}""",
        };
        {
            var worker = search.Workers()[0];
            var watched = worker.Slot with
            {
                Evaluate = (assignment, fresh, progress, stop) =>
                    worker.Slot.Evaluate(
                        assignment,
                        fresh,
                        news =>
                        {
                            share.Take(worker.ProcessId!.Value); // It is at work.
                            progress(news);
                        },
                        stop
                    ),
            };
            await using (var host = await search.Start([watched]))
                await host.Completion;
            await worker.DisposeAsync();
        }
        var events = History.Of(search);

        Assert.True(share.WasFull);
        Assert.Equal(
            2,
            Assert
                .Single(events.OfType<LineageEvent.Scored>(), scored => scored.Birth == new BirthNumber(3))
                .Run.Attempt
        );
        Assert.Contains("the kernel", Assert.Single(events.OfType<LineageEvent.RuledOut>()).Detail);
    }

    [Fact]
    public async Task AWorkerThatTakesAllMemoryIsLostAndTheSearchGoesOn()
    {
        // Where no memory cgroup is to be had, the heap's limit stands for one.
        var search = new RehearsalSearch(_folder) { Evaluation = """{"milliseconds": 2, "faults": {"3": "gobble"}}""" };
        var events = await Run(
            search with
            {
                Environment = search.Environment.Add("DOTNET_GCHeapHardLimit", "0x8000000"),
            }
        );

        Assert.Equal(
            2,
            Assert
                .Single(events.OfType<LineageEvent.Scored>(), scored => scored.Birth == new BirthNumber(3))
                .Run.Attempt
        );
    }

    // Fault F4.
    [GripTheory]
    [InlineData("hang")]
    [InlineData("held-exit")]
    public async Task AWorkerThatCannotBeKilledCostsItsSlotAndTheSearchGoesOn(string fault)
    {
        var search = new RehearsalSearch(_folder)
        {
            Evaluation = $$$"""{"milliseconds": 2, "faults": {"3": "{{{fault}}}"}}""",
            ProgressTimeout = TimeSpan.FromSeconds(3),
            KillGrace = TimeSpan.FromSeconds(1),
        };
        var workers = search.Workers();
        Grip? grip = null;
        var slots = workers.Select(worker =>
            worker.Slot with
            {
                Evaluate = (assignment, fresh, progress, stop) =>
                    worker.Slot.Evaluate(
                        assignment,
                        fresh,
                        news =>
                        {
                            if (assignment is { Birth.Value: 3, Attempt: 1 })
                            {
                                grip = new(worker.ProcessId!.Value); // It is at work.
                                File.WriteAllText(Path.Combine(_folder, "held"), "");
                            }
                            progress(news);
                        },
                        stop
                    ),
            }
        );
        try
        {
            await using (var host = await search.Start(slots))
                await host.Completion;
        }
        finally
        {
            grip?.Dispose();
            foreach (var worker in workers)
                await worker.DisposeAsync();
        }
        var events = History.Of(search);

        Assert.NotNull(grip);
        var third = Assert.Single(events.OfType<LineageEvent.Scored>(), scored => scored.Birth == new BirthNumber(3));
        Assert.Equal(2, third.Run.Attempt);
        // The slot that had it has no more work: the other slot does it all.
        Assert.Single(
            events
                .OfType<LineageEvent.Scored>()
                .Where(scored => scored.Birth.Value >= 3)
                .Select(scored => scored.Run.Slot)
                .Distinct()
        );
    }

    [Fact]
    public async Task WorkersAreReplacedAfterTheirShareOfBirths()
    {
        var search = new RehearsalSearch(_folder)
        {
            Budget = 12,
            Slots = 1,
            RecycleBirths = 4,
        };
        var worker = search.Workers()[0];
        var processes = new HashSet<int>();
        var watched = worker.Slot with
        {
            Evaluate = async (assignment, fresh, progress, stop) =>
            {
                var evaluation = await worker.Slot.Evaluate(
                    assignment,
                    fresh,
                    news =>
                    {
                        processes.Add(worker.ProcessId!.Value);
                        progress(news);
                    },
                    stop
                ); // It is at work.
                return evaluation;
            },
        };
        await using (var host = await search.Start([watched]))
            await host.Completion;
        await worker.DisposeAsync();

        Assert.Equal(3, processes.Count);
    }

    [Fact]
    public async Task ASlotOnWhichThreeBirthsDieIsQuarantinedAndTheSearchStopsWithTheReason()
    {
        var stopped = await Assert.ThrowsAsync<SearchStoppedException>(() =>
            Run(
                new(_folder)
                {
                    Slots = 1,
                    Evaluation =
                        """{"milliseconds": 2, "faults": {"1": "exit", "2": "exit", "3": "exit", "4": "exit", """
                        + """
                        "1 always": "exit", "2 always": "exit", "3 always": "exit"}}
                        """,
                }
            )
        );

        Assert.Contains("quarantined", stopped.Message);
    }

    // Fault F9, as far as it can be made without a broken GPU: every training of one slot ends with an error that stays
    // with its device.
    [Fact]
    public async Task ASlotWhoseDeviceIsSickIsQuarantinedAndTheOthersDoItsWork()
    {
        var events = await Run(
            new(_folder)
            {
                Slots = 2,
                Budget = 12,
                Evaluation = """{"milliseconds": 2, "sick": "slot-2"}""",
            }
        );

        Assert.All(events.OfType<LineageEvent.Scored>(), scored => Assert.Equal("slot-1", scored.Run.Slot));
        // A birth that died there waits for the sound slot, however busy it is: none is ruled out for a slot's fault.
        Assert.Empty(events.OfType<LineageEvent.RuledOut>());
        Assert.Equal(3, Directory.GetFiles(_folder, "died-*").Length);
    }

    [Fact]
    public async Task AWorkerThatRefusesItsOrdersStopsTheSearchWithItsWords()
    {
        var stopped = await Assert.ThrowsAsync<SearchStoppedException>(() =>
            Run(new(_folder) { Evaluation = """{"milliseconds": 2, "refuse": "the data set is gone"}""" })
        );

        Assert.Contains("the data set is gone", stopped.Message);
    }

    static async Task<List<LineageEvent>> Run(RehearsalSearch search)
    {
        await search.Run();
        return History.Of(search);
    }
}

/// <summary>A test that needs to trace a process; skipped, with the reason, where that is not allowed.</summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class GripTheoryAttribute : TheoryAttribute
{
    public GripTheoryAttribute() => Skip = Grip.Lack;
}
