using Akka.Actor;
using EvoNas.Hosting.Nodes;

namespace EvoNas.Hosting.Tests.Nodes;

public sealed class WaitingThreadsTests
{
    const string Dispatcher = "evonas-evaluator-dispatcher";

    [Fact]
    public async Task SlotsHaveTwoThreadsOfTheirOwnThatEndWithTheirSystem()
    {
        var system = ActorSystem.Create("threads", AkkaConfiguration.OfLocal("one", null, ""));
        using var together = new Barrier(2);
        var asked = Enumerable
            .Range(1, 2)
            .Select(i => system.ActorOf(Props.Create(() => new Meeting(together)).WithDispatcher(Dispatcher), $"a{i}"))
            .Select(actor => actor.Ask<Thread>("which?"))
            .ToArray();

        // Each waits for the other, so one thread alone would never answer.
        var threads = await Task.WhenAll(asked);

        Assert.All(threads, thread => Assert.StartsWith(Dispatcher, thread.Name));
        Assert.All(threads, thread => Assert.False(thread.IsThreadPoolThread));
        await system.Terminate();
        Assert.All(threads, thread => thread.Join());
    }

    [Fact]
    public async Task EveryMessageOfManyActorsIsHandledOnce()
    {
        using var system = ActorSystem.Create("threads", AkkaConfiguration.OfLocal("one", null, ""));
        var actors = Enumerable
            .Range(1, 50)
            .Select(i => system.ActorOf(Props.Create(() => new Counting()).WithDispatcher(Dispatcher), $"a{i}"))
            .ToArray();
        Parallel.ForEach(
            actors,
            actor =>
            {
                for (var i = 0; i < 200; i++)
                    actor.Tell("one more");
            }
        );

        Assert.All(
            await Task.WhenAll(actors.Select(actor => actor.Ask<int>("so far?"))),
            count => Assert.Equal(200, count)
        );
    }

    sealed class Meeting : ReceiveActor
    {
        public Meeting(Barrier together) =>
            Receive<string>(_ =>
            {
                together.SignalAndWait();
                Sender.Tell(Thread.CurrentThread);
            });
    }

    sealed class Counting : ReceiveActor
    {
        int _count;

        public Counting() =>
            Receive<string>(said =>
            {
                if (said == "so far?")
                    Sender.Tell(_count);
                else
                    _count++;
            });
    }
}
