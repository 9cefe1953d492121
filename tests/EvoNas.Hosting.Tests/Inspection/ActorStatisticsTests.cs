using System.Diagnostics;
using EvoNas.Actors.Monitors;
using EvoNas.Hosting.Inspection;

namespace EvoNas.Hosting.Tests.Inspection;

public class ActorStatisticsTests
{
    const string Path = "/user/one";

    static readonly long Second = Stopwatch.Frequency;

    readonly ActorRegistry _actors = new();
    int _depth;

    ActorStatistics Open(string type = "slot") => _actors.Open(type, Path, () => _depth);

    ActorLine Line(string? watched = null) => Assert.Single(_actors.Report("here", "", "up", watched).Actors);

    // A message that waited and took so long.
    static void Handle(ActorStatistics statistics, object message, long wait, long took, Exception? fault = null)
    {
        statistics.Take(1_000_000, wait);
        statistics.Begin(message);
        if (fault is null)
            statistics.End(1_000_000 + took, message);
        else
            statistics.Fail(1_000_000 + took, message, fault);
    }

    [Fact]
    public void TimesAndCountsAreThoseOfTheMessages()
    {
        var statistics = Open();
        statistics.Subject = "night";
        statistics.Stashed = 4;
        _depth = 3;
        Handle(statistics, "text", Second, Second / 1000);
        Handle(statistics, 7, Second, Second / 1000, new InvalidOperationException("no\nway"));
        statistics.Restart();

        var line = Line();

        Assert.Equal((Path, "slot", "night", 3, 4), (line.Path, line.Type, line.Subject, line.Depth, line.Stashed));
        Assert.Equal((2, 1, 1), (line.Messages, line.Failures, line.Restarts));
        Assert.InRange(line.Times.WaitMedian, 0.5, 2);
        Assert.InRange(line.Times.HandlingP99, 0.0005, 0.002);
        Assert.Equal("InvalidOperationException: no\\nway", line.LastFailure);
        Assert.Null(line.Current);
        Assert.Empty(line.Recent);
    }

    [Fact]
    public void TheMessageThatIsBeingHandledIsTold()
    {
        var statistics = Open();
        statistics.Take(Stopwatch.GetTimestamp() - Second, 0);
        statistics.Begin("text");

        Assert.Equal("String", Line().Current);
        Assert.InRange(Line().CurrentSeconds, 1, 100);

        statistics.End(Stopwatch.GetTimestamp(), "text");
        Assert.Null(Line().Current);
    }

    [Fact]
    public void OfAWatchedActorTheLast64MessagesAreKept()
    {
        var statistics = Open();
        Handle(statistics, "before", 1, 1);
        Assert.Empty(Line(Path).Recent);

        for (var i = 0; i < 100; i++)
            Handle(statistics, i, i < 99 ? Second : -1, 2 * Second, i == 98 ? new TimeoutException() : null);

        var recent = Line(Path).Recent;
        Assert.Equal(64, recent.Length);
        Assert.Equal(
            ("Int32", 1.0, 2.0, null),
            (recent[0].Type, recent[0].WaitSeconds, recent[0].Seconds, recent[0].Failure)
        );
        Assert.Equal("TimeoutException", recent[62].Failure);
        Assert.Null(recent[63].WaitSeconds);
        Assert.Empty(Line().Recent);
    }

    [Fact]
    public void WhatMessagesSayIsKeptAndToldToThoseOnlyWhoAskForIt()
    {
        var statistics = Open();
        HandledMessage[] Told(bool withPayloads) =>
            Assert.Single(_actors.Report("here", "", "up", Path, withPayloads).Actors).Recent;
        Told(withPayloads: false);
        Handle(statistics, "before", 0, 1);
        Assert.Null(Assert.Single(Told(withPayloads: true)).Payload);

        Handle(statistics, "a\u001b[31m", 0, 1);
        Handle(statistics, new string('x', 1000), 0, 1, new TimeoutException());

        Assert.All(Told(withPayloads: false), one => Assert.Null(one.Payload));
        var kept = Told(withPayloads: true);
        Assert.Equal("a\\u001b[31m", kept[1].Payload);
        Assert.Equal(new string('x', HandledMessage.PayloadCharactersMax) + "…", kept[2].Payload);
    }

    [Fact]
    public void AMessageThatTakesTenTimesAsLongAsUsualIsStuck()
    {
        var statistics = Open();
        for (var i = 0; i < 1000; i++)
            Handle(statistics, "text", 0, Second);
        statistics.Take(Stopwatch.GetTimestamp() - 5 * Second, 0);
        statistics.Begin("text");
        Assert.Null(Line().Stuck);

        statistics.Take(Stopwatch.GetTimestamp() - 40 * Second, 0);
        statistics.Begin("text");

        Assert.StartsWith("it has been handling String for 40 s", Line().Stuck);
        Assert.Equal(1, Assert.Single(_actors.Report("here", "", "up", null).Types).Stuck);
        Assert.Equal((statistics, 1), (Assert.Single(_actors.Sample().New).Statistics, 1));
        // Said once.
        Assert.Empty(_actors.Sample().New);
        Assert.Equal(1, _actors.Sample().Count);
    }

    [Fact]
    public void AShortMessageIsNotStuckHoweverShortTheOthersAre()
    {
        var statistics = Open();
        for (var i = 0; i < 1000; i++)
            Handle(statistics, "text", 0, 1);
        statistics.Take(Stopwatch.GetTimestamp() - Second / 10, 0);
        statistics.Begin("text");

        Assert.Null(statistics.Stuck(Stopwatch.GetTimestamp() - Second / 20, 1e-6));
    }

    [Theory]
    [InlineData(new[] { 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24 }, true)]
    [InlineData(new[] { 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 0 }, false)]
    [InlineData(new[] { 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50, 50 }, false)]
    [InlineData(new[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 }, false)]
    [InlineData(new[] { 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22 }, false)]
    public void AMailboxThatGrowsForAMinuteIsStuck(int[] depths, bool isStuck)
    {
        Open();
        foreach (var depth in depths)
        {
            _depth = depth;
            _actors.Sample();
        }

        Assert.Equal(isStuck ? "its mailbox has grown for a minute, from 0 to 24" : null, Line().Stuck);
    }

    [Fact]
    public void AKindKeepsTheCountsOfActorsThatHaveEnded()
    {
        var (gone, other) = (Open(), Open());
        Handle(gone, "text", Second, 1);
        Handle(other, "text", Second, 1, new TimeoutException());
        _actors.Close(gone);
        _actors.Close(gone);

        var type = Assert.Single(_actors.Report("here", "", "up", null).Types);

        Assert.Equal(("slot", 1, 2, 1), (type.Type, type.Live, type.Messages, type.Failures));
        Assert.InRange(type.Times.WaitMedian, 0.5, 2);
    }

    [Fact]
    public void OfManyActorsThoseThatAreStuckOrBusyAreTold()
    {
        for (var i = 0; i < NodeActors.ActorsMax + 10; i++)
            Handle(_actors.Open("slot", $"/user/slot-{i}", () => 0), "text", 0, 1);
        var idle = _actors.Open("slot", "/user/idle", () => 0);
        var stuck = _actors.Open("slot", "/user/stuck", () => 0);
        stuck.Take(Stopwatch.GetTimestamp() - 100 * Second, 0);
        stuck.Begin("text");

        var report = _actors.Report("here", "", "up", null);

        Assert.Equal((NodeActors.ActorsMax, NodeActors.ActorsMax + 12), (report.Actors.Length, report.ActorCount));
        Assert.Contains(report.Actors, line => line.Path == stuck.Path);
        Assert.DoesNotContain(report.Actors, line => line.Path == idle.Path);
    }

    [Fact]
    public void OfMessagesThatNothingHandledTheLastHundredAreKept()
    {
        for (var i = 0; i < 150; i++)
            _actors.Undelivered.Add(i % 2 == 0 ? "dead" : "unhandled", $"M{i}", "/user/gone", null);

        var report = _actors.Report("here", "", "up", null);

        Assert.Equal(100, report.Undelivered.Length);
        Assert.Equal(("M50", "M149"), (report.Undelivered[0].Type, report.Undelivered[^1].Type));
        Assert.Equal([new("dead", 75), new("unhandled", 75)], report.UndeliveredCounts);
    }

    [Fact]
    public void AMessageCostsNoAllocation()
    {
        var statistics = Open();
        Handle(statistics, "text", 1, 1);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 1000; i++)
            Handle(statistics, "text", i, i);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
