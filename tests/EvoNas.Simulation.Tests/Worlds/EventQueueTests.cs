using EvoNas.Genetics;
using EvoNas.Simulation.Worlds;

namespace EvoNas.Simulation.Tests.Worlds;

public class EventQueueTests
{
    sealed class Unused : EventTarget
    {
        public override void Take(object what, int turn) => throw new InvalidOperationException();
    }

    [Fact]
    public void EventsAreTakenInOrderOfTimeAndThenAsTheyWereAdded()
    {
        var (queue, random, target) = (new EventQueue(), SeededRandom.For(1, "queue"), new Unused());
        var times = new double[5000];
        for (var i = 0; i < times.Length; i++)
            queue.Add(times[i] = random.Below(100), target, i, turn: i % 7);

        var last = (At: -1.0, Number: -1);
        while (queue.TryTake(out var next))
        {
            var number = Assert.IsType<int>(next.What);
            Assert.True(queue.Now > last.At || (queue.Now == last.At && number > last.Number));
            Assert.Equal((times[number], number % 7, target), (queue.Now, next.Turn, next.Target));
            last = (queue.Now, number);
        }
        Assert.Equal(5000, queue.Taken);
    }

    [Fact]
    public void EventsThatAreAddedMeanwhileAreTakenInOrderToo()
    {
        var (queue, random, target, waiting) = (
            new EventQueue(),
            SeededRandom.For(1, "queue"),
            new Unused(),
            new SortedSet<(double, int)>()
        );
        for (var i = 0; i < 3000; i++)
        {
            var after = random.Below(50);
            queue.Add(after, target, i);
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
