using EvoNas.Hosting.Nodes;

namespace EvoNas.Hosting.Cluster.Tests.Nodes;

public class NodeReadinessTests
{
    readonly HandClock _clock = new();
    string? _low;

    NodeReadiness Readiness(bool needsJournal) => new(needsJournal, () => _low, _clock);

    [Fact]
    public void ANodeIsReadyOnceItIsUp()
    {
        var readiness = Readiness(needsJournal: false);
        Assert.Contains("no member", readiness.NotReady);

        readiness.See(isUp: true);

        Assert.Null(readiness.NotReady);
    }

    [Fact]
    public void ACoordinatorIsReadyWhileTheJournalAnswers()
    {
        var readiness = Readiness(needsJournal: true);
        readiness.See(isUp: true);
        Assert.Contains("journal did not answer", readiness.NotReady);

        readiness.SeeJournal(null);
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(readiness.NotReady);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains("journal did not answer for 30 s", readiness.NotReady);
    }

    [Fact]
    public void ACoordinatorWhoseJournalCannotBeWrittenSaysWhy()
    {
        var readiness = Readiness(needsJournal: true);
        readiness.See(isUp: true);

        readiness.SeeJournal("the server takes no writes");
        Assert.Equal("the server takes no writes", readiness.NotReady);
        readiness.SeeJournal(null);

        Assert.Null(readiness.NotReady);
    }

    [Fact]
    public void ANodeIsNotReadyWhileADiskHasLessThanItsReserve()
    {
        var readiness = Readiness(needsJournal: false);
        readiness.See(isUp: true);
        Assert.Null(readiness.NotReady);

        _low = "the disk is full";
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("the disk is full", readiness.NotReady);
        _low = null;
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(readiness.NotReady);
    }

    [Fact]
    public void AReserveIsHeldAgainstTheDiskOfEachFolder()
    {
        Assert.Null(Disk.Low([Path.GetTempPath()], reserve: 0));
        Assert.Contains("less than the reserve", Disk.Low([Path.GetTempPath()], reserve: long.MaxValue));
    }

    sealed class HandClock : TimeProvider
    {
        long _now = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _now;

        public void Advance(TimeSpan by) => _now += by.Ticks;
    }
}
