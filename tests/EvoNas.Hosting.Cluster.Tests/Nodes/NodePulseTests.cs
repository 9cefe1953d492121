using EvoNas.Hosting.Cluster.Nodes;

namespace EvoNas.Hosting.Cluster.Tests.Nodes;

public class NodePulseTests
{
    readonly HandClock _clock = new();
    string? _low;

    NodePulse Pulse(bool needsJournal) => new(needsJournal, () => _low, _clock);

    [Fact]
    public void ANodeIsReadyOnceItIsUp()
    {
        var pulse = Pulse(needsJournal: false);
        Assert.Contains("no member", pulse.NotReady);

        pulse.See(isUp: true);

        Assert.Null(pulse.NotReady);
    }

    [Fact]
    public void ACoordinatorIsReadyWhileTheJournalAnswers()
    {
        var pulse = Pulse(needsJournal: true);
        pulse.See(isUp: true);
        Assert.Contains("journal did not answer", pulse.NotReady);

        pulse.JournalAnswered();
        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(pulse.NotReady);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains("journal did not answer for 30 s", pulse.NotReady);
    }

    [Fact]
    public void ANodeIsNotReadyWhileADiskHasLessThanItsReserve()
    {
        var pulse = Pulse(needsJournal: false);
        pulse.See(isUp: true);
        Assert.Null(pulse.NotReady);

        _low = "the disk is full";
        _clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("the disk is full", pulse.NotReady);
        _low = null;
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(pulse.NotReady);
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
