using Akka.Actor;
using EvoNas.Actors;
using EvoNas.Actors.Evaluators;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Hosting.Actors;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Lineages;
using EvoNas.Rehearsal;
using Serilog.Core;
using Address = EvoNas.Actors.Address;

namespace EvoNas.Hosting.Tests.Nodes;

/// <summary>An order, which may be large, is sent once to whoever works for it, and known by its fingerprint from then
/// on.</summary>
public sealed class OrderTests : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    static readonly SearchOrder Order = SearchOrder.Of(
        "night",
        new()
        {
            Space = "digits",
            SpaceFingerprint = "rehearsal",
            PopulationSize = 10,
            TournamentSize = 3,
            Budget = new(10),
        },
        null
    );

    readonly ActorSystem _system = ActorSystem.Create(
        "orders",
        MeasuredMailbox.Configuration("orders").Aggregate("", (all, one) => $"{all}{one.Key} = \"{one.Value}\"\n")
    );

    [Fact]
    public async Task AMutatorAsksForAnOrderOnce()
    {
        var mutator = _system.ActorOf(
            Props.Create(() => new MutatorActor(_ => new(RehearsalSearch.Space, _ => default), Logger.None))
        );
        var asked = new Message.Mutate(1, new(1), 0, null);

        Assert.Equal(
            new RoutedMessage.NeedsOrder(asked),
            await Ask(mutator, new RoutedMessage.ToMutator(null, asked, "x"))
        );
        Assert.IsType<RoutedMessage.FromMutator>(await Ask(mutator, new RoutedMessage.ToMutator(Order, asked, "x")));
        Assert.IsType<RoutedMessage.FromMutator>(await Ask(mutator, new RoutedMessage.ToMutator(null, asked, "x")));
        Assert.IsType<RoutedMessage.NeedsOrder>(await Ask(mutator, new RoutedMessage.ToMutator(null, asked, "y")));
    }

    [Fact]
    public async Task ASlotAsksForAnOrderItDoesNotHaveAndKeepsTheOneItWorksBy()
    {
        var hired = 0;
        WorkerFactory factory = (_, name, _) =>
        {
            hired++;
            return new(
                new(
                    name,
                    (_, _, _, _) =>
                        ValueTask.FromResult(new Evaluation(new Outcome.Failed(RuledOutReason.Invalid, "x"), 0)),
                    _ => { }
                ),
                () => ValueTask.CompletedTask
            );
        };
        using var heard = new System.Collections.Concurrent.BlockingCollection<RoutedMessage.FromSlot>();
        var population = _system.ActorOf(Props.Create(() => new Listener(heard)));
        var slot = _system.ActorOf(
            Props.Create(() =>
                new SlotActor(
                    0,
                    new Address("gpu-1"),
                    factory,
                    _ => null,
                    population,
                    ActorRefs.Nobody,
                    TimeProvider.System,
                    Logger.None
                )
            )
        );

        Assert.Equal(
            new RoutedMessage.NeedsOrder(Work(1)),
            await Ask(slot, new RoutedMessage.ToSlot("night", null, Work(1), 2, "x"))
        );
        slot.Tell(new RoutedMessage.ToSlot("night", Order, Work(1), 2, "x"));
        Ended(1);
        slot.Tell(new RoutedMessage.ToSlot("night", null, new Message.Recorded(new(1))));
        slot.Tell(new RoutedMessage.ToSlot("night", null, Work(2), 2, "x"));
        Ended(2);
        Assert.Equal(1, hired);

        void Ended(long birth)
        {
            while (heard.TryTake(out var said, Patience))
                if (said.Message is Message.Evaluated { Birth: var of } && of == new BirthNumber(birth))
                    return;
            Assert.Fail($"Birth {birth} did not end.");
        }
    }

    static Message.Evaluate Work(long birth) =>
        new(new(new(birth), 1, RehearsalSearch.Space.Sample(SeededRandom.For(1, "work")), [], 0));

    static Task<RoutedMessage> Ask(IActorRef actor, RoutedMessage message) =>
        actor.Ask<RoutedMessage>(message, Patience);

    public void Dispose()
    {
        _system.Terminate().Wait(Patience);
        _system.Dispose();
    }

    sealed class Listener(System.Collections.Concurrent.BlockingCollection<RoutedMessage.FromSlot> heard) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is RoutedMessage.FromSlot said)
                heard.Add(said);
        }
    }
}
