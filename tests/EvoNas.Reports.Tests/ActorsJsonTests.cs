using EvoNas.Actors.Monitors;

namespace EvoNas.Reports.Tests;

public class ActorsJsonTests
{
    static readonly ActorTimes Times = new(0.001, 0.002, 0.003, 0.004);

    static readonly ActorLine Slot = new(
        "/user/slot-1",
        "slot",
        null,
        1,
        2,
        3,
        4,
        5,
        Times,
        "Evaluate",
        1.5,
        "IOException: full",
        60,
        "it is",
        [new("Ready", null, 0.1, "IOException", 7)]
    );

    static readonly NodeActors Node = new(
        "gpu-1",
        "akka.tcp://evonas@10.0.0.1:4053",
        "up",
        null,
        null,
        [Slot],
        1,
        [new("slot", 1, 1, 2, 3, 4, 5, Times, 1)],
        [new("dead", "Ready", "/user/gone", null, 3)],
        [new("dead", 9)]
    );

    [Fact]
    public void EveryFigureHasItsName() =>
        Assert.Equal(
            """
            {"nodes":[{"name":"gpu-1","address":"akka.tcp://evonas@10.0.0.1:4053","status":"up","silentSeconds":null,
            "refusal":null,"actorCount":1,"actors":[{"path":"/user/slot-1","type":"slot","subject":null,"depth":1,
            "stashed":2,"messages":3,"failures":4,"restarts":5,"times":{"waitMedian":0.001,"waitP99":0.002,
            "handlingMedian":0.003,"handlingP99":0.004},"current":"Evaluate","currentSeconds":1.5,
            "lastFailure":"IOException: full","failedSecondsAgo":60,"stuck":"it is","recent":[{"type":"Ready",
            "waitSeconds":null,"seconds":0.1,"failure":"IOException","secondsAgo":7,"payload":null}]}],
            "types":[{"type":"slot",
            "live":1,"depth":1,"stashed":2,"messages":3,"failures":4,"restarts":5,"times":{"waitMedian":0.001,
            "waitP99":0.002,
            "handlingMedian":0.003,"handlingP99":0.004},"stuck":1}],"undelivered":[{"kind":"dead","type":"Ready",
            "to":"/user/gone","from":null,"secondsAgo":3}],"undeliveredCounts":{"dead":9}}]}
            """.Replace("\n", ""),
            ActorsJson.Of([Node]).ToJsonString()
        );

    [Theory]
    [InlineData(0, "")]
    [InlineData(3e-8, "30 ns")]
    [InlineData(1.24e-5, "12 µs")]
    [InlineData(0.0034, "3.4 ms")]
    [InlineData(1.24, "1.2 s")]
    [InlineData(75, "1 min 15 s")]
    public void ADurationHasTheUnitThatSuitsIt(double seconds, string text) =>
        Assert.Equal(text, Figures.Brief(seconds));
}
