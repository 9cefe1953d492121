using EvoNas.Actors;
using EvoNas.Genetics;

namespace EvoNas.Simulation.Worlds;

/// <summary>A message on its way, or arrived.</summary>
sealed record Delivery(Message Message, Address From);

/// <summary>A machine: what runs on it stands, stops and starts with it.</summary>
sealed class Node(string name, int index)
{
    public string Name { get; } = name;
    public int Index { get; } = index;
    public List<Host> Hosts { get; } = [];
    public bool IsUp { get; set; } = true;
    public bool IsFrozen { get; set; }

    /// <summary>What came while it stood still; it is read when it goes on.</summary>
    public List<(Host Whom, object What, int Turn)> Held { get; } = [];

    /// <summary>Where this machine believes the population to be.</summary>
    public int Seat { get; set; }

    /// <summary>Outcomes on its disk that nobody has acknowledged: they outlive a crash.</summary>
    public SortedDictionary<BirthNumber, Message.Evaluated> Spool { get; } = [];
}

/// <summary>The links between the machines. On one machine messages arrive; between two they may be lost, doubled, late,
/// or out of order.</summary>
sealed class Network(World world, int nodes)
{
    const double LocalSeconds = 0.0001,
        FastestSeconds = 0.0005,
        UsualSpreadSeconds = 0.02;

    readonly int[,] _cuts = new int[nodes, nodes];
    readonly SeededRandom _random = SeededRandom.For(world.Seed, "network");

    public void Cut(Node from, Node to) => _cuts[from.Index, to.Index]++;

    public void Heal(Node from, Node to) => _cuts[from.Index, to.Index] = Math.Max(0, _cuts[from.Index, to.Index] - 1);

    public void HealAll() => Array.Clear(_cuts);

    public bool IsCut(Node from, Node to) => _cuts[from.Index, to.Index] > 0;

    /// <summary>Another sending of what a machine wants read by a cell.</summary>
    public void Send(Node from, Address sender, Host to, Message message)
    {
        if (from == to.Node)
        {
            world.EventQueue.Add(LocalSeconds, to, new Delivery(message, sender));
            return;
        }
        // One roll a message, cut into pieces, so that a rate shifts nothing but its own messages.
        var roll = _random.Next();
        if (IsCut(from, to.Node) || Share(roll) < world.FaultProfile.Lost)
        {
            world.Tally.MessagesLost++;
            return;
        }
        var received = new Delivery(message, sender);
        world.EventQueue.Add(Delay(roll), to, received);
        if (Share(roll >> 16) < world.FaultProfile.Doubled)
            world.EventQueue.Add(Delay(_random.Next()), to, received);
    }

    double Delay(ulong roll) =>
        FastestSeconds
        + UsualSpreadSeconds * Share(roll >> 32) * Share(roll >> 32)
        + (Share(roll >> 48) < world.FaultProfile.Late ? world.FaultProfile.LateSeconds * Share(roll >> 40) : 0);

    static double Share(ulong roll) => (roll & 0xFFFF) / 65536.0;
}
