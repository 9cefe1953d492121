using EvoNas.Actors;
using EvoNas.Genetics;

namespace EvoNas.Simulation.Worlds;

/// <summary>A message on its way, or arrived.</summary>
sealed record Delivery(Message Message, Address From);

/// <summary>A machine. Its hosts freeze, crash and start together.</summary>
sealed class Node(string name, int index)
{
    public string Name { get; } = name;
    public int Index { get; } = index;
    public List<Host> Hosts { get; } = [];
    public bool IsUp { get; set; } = true;
    public bool IsFrozen { get; set; }

    /// <summary>What arrived while it was frozen; it is read when the machine runs on.</summary>
    public List<(Host Target, object What, int Turn)> Held { get; } = [];

    /// <summary>The index of the coordinator that this machine believes to be active.</summary>
    public int Seat { get; set; }

    /// <summary>Births whose training can go on here. They lie on the disk.</summary>
    public HashSet<BirthNumber> Checkpoints { get; } = [];

    /// <summary>Outcomes on its disk that are not acknowledged yet. They survive a crash.</summary>
    public SortedDictionary<BirthNumber, Message.Evaluated> Spool { get; } = [];
}

/// <summary>The links between the machines. Within one machine every message arrives; between two machines messages may
/// be lost, duplicated, delayed or reordered.</summary>
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

    /// <summary>Sends a message from a machine to a host.</summary>
    public void Send(Node from, Address sender, Host to, Message message)
    {
        if (from == to.Node)
        {
            world.EventQueue.Add(LocalSeconds, to, new Delivery(message, sender));
            return;
        }
        // One random number per message, split into bit fields: a changed rate affects only its own messages.
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
