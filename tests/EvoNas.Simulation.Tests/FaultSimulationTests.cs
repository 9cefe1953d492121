using System.Collections.Immutable;
using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Lineages;
using EvoNas.Simulation.Faults;
using EvoNas.Simulation.Promises;
using EvoNas.Simulation.Worlds;

namespace EvoNas.Simulation.Tests;

public class FaultSimulationTests
{
    // 2,000 seeds take about 40 s of one core; EVONAS_LONG=1 runs 100,000.
    static readonly ulong Seeds = Environment.GetEnvironmentVariable("EVONAS_LONG") == "1" ? 100_000UL : 2000;

    // The goal: no promise breaks, and every kind of fault has an effect. The method: a seed determines the machines,
    // the search and the faults of one simulation, and repeats it.
    [Fact]
    public void NoPromiseBreaksAndEveryFaultHasAnEffect()
    {
        var tally = new Tally();
        for (var seed = 1UL; seed <= Seeds; seed++)
        {
            var verdict = FaultSimulation.Run(seed);
            Assert.True(verdict.Violation is null, Describe(verdict));
            tally.Add(verdict.Tally);
        }
        Assert.Empty(tally.Missing);
        Assert.True(
            tally.Crashes > 2000 && tally.Partitions > 2000 && tally.Freezes > 600 && tally.MessagesLost > 60_000,
            $"Too few faults: {tally.Crashes} crashes, {tally.Partitions} cuts, {tally.Freezes} freezes, "
                + $"{tally.MessagesLost} messages lost."
        );
    }

    [Theory, InlineData(7), InlineData(1162)]
    public void TwoRunsOfOneSeedAreEqual(ulong seed) =>
        Assert.Equal(FaultSimulation.Run(seed).Hash, FaultSimulation.Run(seed).Hash);

    // P6, word for word: with one slot births end in the order of their numbers, whatever happens to messages, disks
    // and coordinators.
    [Theory]
    [InlineData(1, Algorithm.Evolution)]
    [InlineData(2, Algorithm.Evolution)]
    [InlineData(3, Algorithm.Auto)]
    [InlineData(4, Algorithm.Local)]
    [InlineData(5, Algorithm.Auto)]
    [InlineData(6, Algorithm.Local)]
    [InlineData(7, Algorithm.Nsga2)]
    [InlineData(8, Algorithm.Nsga2)]
    [InlineData(9, Algorithm.Auto, "4x2+2x2")]
    [InlineData(10, Algorithm.Evolution, "5x3")]
    [InlineData(11, Algorithm.Asha)]
    [InlineData(12, Algorithm.Asha, "3x2")]
    public void EqualSeedAndEqualOrderOfEndsGiveAnEqualJournal(
        ulong seed,
        Algorithm algorithm,
        string? finalists = null
    )
    {
        var calm = new FaultProfile
        {
            Algorithm = algorithm,
            Finalists = finalists is null ? null : FinalistRules.Parse(finalists),
            TwoObjectives = algorithm == Algorithm.Nsga2,
            Patience = 6,
            Slots = 1,
            Nodes = 1,
            Budget = 40,
            EarlyStopping = true,
            Diverges = 0.1,
        };
        var bad = calm with
        {
            TwoCoordinators = true,
            RemoteMutators = true,
            Lost = 0.1,
            Doubled = 0.2,
            Late = 0.05,
            LateSeconds = 20,
            AppendFails = 0.1,
            AppendUnseen = 0.1,
            AppendLate = 0.05,
            CrashBeforeAppend = 0.02,
            CrashAfterAppend = 0.02,
            CoordinatorCrashes = 5,
            SeatMoves = 5,
            Outages = 2,
        };

        var (expected, found) = (
            Journal(new(seed, calm, [])),
            Journal(
                new(seed + 100, bad, Fault.Schedule(seed + 100, bad))
                {
                    SearchSeed = new SimulationCase(seed, calm, []).SearchSeed,
                }
            )
        );

        foreach (var (one, other) in expected.Zip(found))
            Assert.Equal(one, other);
        Assert.Equal(expected.Length, found.Length);
    }

    // Times and the names of slots are what may differ.
    static ImmutableArray<LineageEvent> Journal(SimulationCase simulated)
    {
        var world = new World(simulated);
        var verdict = world.Run();
        Assert.True(verdict.Violation is null, Describe(verdict));
        var nowhere = new Run(1, "", 0, 0);
        return
        [
            .. world
                .Store.Rows(0)
                .Select(row =>
                    EventSerializer.Read(Store.Id, row.Number, row.Manifest, row.Bytes.Span) switch
                    {
                        LineageEvent.Scored scored => scored with { Run = nowhere },
                        LineageEvent.RuledOut ruledOut => ruledOut with { Run = nowhere },
                        var other => other,
                    }
                ),
        ];
    }

    static string Describe(Verdict verdict) =>
        verdict.Violation is not { } violation
            ? ""
            : $"seed={verdict.Seed} {verdict.FaultProfile}\n{verdict.Replay}\n"
                + $"{violation.Promise} at {violation.AtSeconds} s: {violation.What}\n"
                + $"expected {violation.Expected}\nfound {violation.Found}\n"
                + string.Join('\n', violation.LastEvents);
}
