using EvoNas.Genetics;
using EvoNas.Simulation.Worlds;

namespace EvoNas.Simulation.Tests.Worlds;

public class EventQueueTests
{
    sealed class Nobody : Party
    {
        public override void Take(object what, int turn) => throw new InvalidOperationException();
    }

    [Fact]
    public void ThingsHappenInTheOrderOfTimeAndThenAsTheyWereAskedFor()
    {
        var (queue, random, nobody) = (new EventQueue(), SeededRandom.For(1, "agenda"), new Nobody());
        var times = new double[5000];
        for (var i = 0; i < times.Length; i++)
            queue.Add(times[i] = random.Below(100), nobody, i, turn: i % 7);

        var last = (At: -1.0, Number: -1);
        while (queue.TryTake(out var next))
        {
            var number = Assert.IsType<int>(next.What);
            Assert.True(queue.Now > last.At || (queue.Now == last.At && number > last.Number));
            Assert.Equal((times[number], number % 7, nobody), (queue.Now, next.Turn, next.Whom));
            last = (queue.Now, number);
        }
        Assert.Equal(5000, queue.Taken);
    }

    [Fact]
    public void WhatIsAddedOnTheWayTakesItsPlaceAmongTheRest()
    {
        var (queue, random, nobody, waiting) = (
            new EventQueue(),
            SeededRandom.For(1, "agenda"),
            new Nobody(),
            new SortedSet<(double, int)>()
        );
        for (var i = 0; i < 3000; i++)
        {
            var after = random.Below(50);
            queue.Add(after, nobody, i);
            waiting.Add((queue.Now + after, i));
            if (random.Below(3) == 0)
                continue;
            Assert.True(queue.TryTake(out var next));
            Assert.Equal(waiting.Min, (queue.Now, Assert.IsType<int>(next.What)));
            waiting.Remove(waiting.Min);
        }
        Assert.Equal(waiting.Count, queue.Count);
    }
}
