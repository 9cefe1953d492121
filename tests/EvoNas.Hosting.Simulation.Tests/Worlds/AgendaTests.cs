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
        for (var i = 0; i < 5000; i++) agenda.Add(dice.Roll(100), nobody, i);

        var last = (At: -1.0, Number: -1L);
        while (agenda.TryTake(out var next))
        {
            Assert.True(next.At > last.At || (next.At == last.At && next.Number > last.Number));
            Assert.Equal(next.At, agenda.Now);
            last = (next.At, next.Number);
        }
        Assert.Equal(5000, agenda.Taken);
    }
}
