using EvoNas.Actors;
using EvoNas.Actors.Mutators;
using EvoNas.Genetics;
using EvoNas.Simulation.Faults;

namespace EvoNas.Simulation.Worlds;

/// <summary>Runs a mutator.</summary>
sealed class MutatorHost(World world, Node node) : Host(world, node, Address.Mutator)
{
    readonly Cell<int, int>.Turn _turn = new();
    readonly Cell<int, int> _cell = new(
        MutatorBehavior.For(world.Space, world.Limits, world.Settings.Rules, world.Settings.Pareto?.Rules)
    );
    long _bred;

    public override void Start() { }

    public override void Die() { }

    protected override void Read(object what, int turn)
    {
        var received = (Delivery)what; // A mutator sets no reminders.
        var message = received.Message;
        var isShared = World.InjectedBug == InjectedBug.ShareRandomNumbers && message is Message.Mutate;
        // The injected bug continues one random stream over all births.
        if (isShared)
            message = (Message.Mutate)message with { Birth = new(1 + ++_bred % 1000) };
        Decide(_cell, new(message, received.From, World.EventQueue.Now), _turn);
        foreach (var effect in _turn.Effects)
            if (effect is Effect.Send { Message: var said } send)
                World.Send(Node, Self, send.To, isShared ? Of(said, ((Message.Mutate)received.Message).Birth) : said);
        _turn.Clear();
    }

    static Message Of(Message said, Genetics.BirthNumber birth) =>
        said switch
        {
            Message.Mutated child => child with { Birth = birth },
            Message.DrawnInVain vain => vain with { Birth = birth },
            Message.Barren barren => barren with { Birth = birth },
            _ => said,
        };
}
