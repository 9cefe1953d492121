using EvoNas.Genetics;
using EvoNas.Hosting.Simulation.Worlds;

namespace EvoNas.Hosting.Simulation.Tests.Worlds;

public class AgendaTests
{
    sealed class Nobody : Party
    {
        public override void Take(object what, int turn) => throw new InvalidOperationException();
    }

    [Fact]
    public void ThingsHappenInTheOrderOfTimeAndThenAsTheyWereAskedFor()
    {
        var (agenda, dice, nobody) = (new Agenda(), Dice.For(1, "agenda"), new Nobody());
        var times = new double[5000];
        for (var i = 0; i < times.Length; i++)
            agenda.Add(times[i] = dice.Roll(100), nobody, i, turn: i % 7);

        var last = (At: -1.0, Number: -1);
        while (agenda.TryTake(out var next))
        {
            var number = Assert.IsType<int>(next.What);
            Assert.True(agenda.Now > last.At || (agenda.Now == last.At && number > last.Number));
            Assert.Equal((times[number], number % 7, nobody), (agenda.Now, next.Turn, next.Whom));
            last = (agenda.Now, number);
        }
        Assert.Equal(5000, agenda.Taken);
    }

    [Fact]
    public void WhatIsAddedOnTheWayTakesItsPlaceAmongTheRest()
    {
        var (agenda, dice, nobody, waiting) = (
            new Agenda(),
            Dice.For(1, "agenda"),
            new Nobody(),
            new SortedSet<(double, int)>()
        );
        for (var i = 0; i < 3000; i++)
        {
            var after = dice.Roll(50);
            agenda.Add(after, nobody, i);
            waiting.Add((agenda.Now + after, i));
            if (dice.Roll(3) == 0)
                continue;
            Assert.True(agenda.TryTake(out var next));
            Assert.Equal(waiting.Min, (agenda.Now, Assert.IsType<int>(next.What)));
            waiting.Remove(waiting.Min);
        }
        Assert.Equal(waiting.Count, agenda.Count);
    }
}
