using EvoNas.Simulation.Faults;
using EvoNas.Simulation.Promises;

namespace EvoNas.Simulation.Tests;

/// <summary>The invariant checker must find each injected bug, by a promise that the bug breaks.</summary>
public class InjectedBugTests
{
    const ulong SeedsMax = 500;

    [Theory]
    [InlineData(nameof(InjectedBug.AcknowledgeBeforeAppend), new[] { Promise.P1Durable, Promise.Order })]
    [InlineData(nameof(InjectedBug.CountDoubles), new[] { Promise.P2Once })]
    [InlineData(nameof(InjectedBug.ForgetPending), new[] { Promise.P3Reissued })]
    [InlineData(nameof(InjectedBug.DiscardOldWriter), new[] { Promise.P5Prefix })]
    [InlineData(nameof(InjectedBug.ShareRandomNumbers), new[] { Promise.P6SameSearch })]
    [InlineData(nameof(InjectedBug.SkipSettling), new[] { Promise.Adoption })]
    [InlineData(nameof(InjectedBug.TrustFailedAppend), new[] { Promise.P5Prefix })]
    [InlineData(nameof(InjectedBug.TakeLateAnswers), new[] { Promise.P5Prefix, Promise.Told })]
    [InlineData(nameof(InjectedBug.HideUnseen), new[] { Promise.Told })]
    public void IsCaughtWithinFiveHundredSeeds(string bug, Promise[] broken)
    {
        var (seed, violation) = First(Enum.Parse<InjectedBug>(bug));

        Assert.True(violation is not null, $"{bug} was not found in {SeedsMax} seeds.");
        Assert.Contains(violation.Promise, broken);
        Assert.InRange(violation.LastEvents.Count, 1, 50);
        // The violation comes from the bug, not from the seed.
        Assert.Null(FaultSimulation.Run(SimulationCase.Of(seed)).Violation);
    }

    // Found by a long run: an abandoned append is committed after the population has recovered. The client sees the
    // search begun (or extended) in the journal and repeats no request, the population does not know of it, and both
    // wait for ever.
    [Fact]
    public void AnOrderThatIsCommittedAfterItsWriterRecoveredIsFoundBecauseOrdersAreRepeated()
    {
        var late = new FaultProfile
        {
            Slots = 1,
            Nodes = 1,
            Budget = 3,
            AppendLate = 0.5,
            Lost = 0.5,
        };
        Violation? Run(ulong seed, InjectedBug bug) =>
            FaultSimulation.Run(new SimulationCase(seed, late, [], bug)).Violation;

        Assert.Equal(
            Promise.Ends,
            Enumerable
                .Range(1, 200)
                .Select(seed => Run((ulong)seed, InjectedBug.SilentAfterRecovery))
                .First(violation => violation is not null)
                ?.Promise
        );
        Assert.All(Enumerable.Range(1, 200), seed => Assert.Null(Run((ulong)seed, InjectedBug.None)));
    }

    [Fact]
    public void TheShrunkScheduleOfAViolationStillViolates()
    {
        var (seed, violation) = First(InjectedBug.ForgetPending);

        var smallest = Shrinking.Of(SimulationCase.Of(seed, InjectedBug.ForgetPending));

        Assert.Equal(violation?.Promise, smallest?.Verdict.Violation?.Promise);
        // One crash or two outages are enough; shrinking does not always find the shortest schedule.
        Assert.True(smallest!.Faults.Count <= 3, string.Join('\n', smallest.Faults));
        Assert.True(smallest.Before > 3);
    }

    [Fact]
    public void ASeedWithoutAViolationHasNothingToShrink() => Assert.Null(FaultSimulation.Shrink(1));

    static (ulong Seed, Violation? Violation) First(InjectedBug bug)
    {
        for (var seed = 1UL; seed <= SeedsMax; seed++)
            if (FaultSimulation.Run(SimulationCase.Of(seed, bug)).Violation is { } violation)
                return (seed, violation);
        return (0, null);
    }
}
