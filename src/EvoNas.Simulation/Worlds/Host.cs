using EvoNas.Actors;

namespace EvoNas.Simulation.Worlds;

/// <summary>Runs one cell on one machine.</summary>
abstract class Host : EventTarget
{
    protected Host(World world, Node node, Address self)
    {
        (World, Node, Self, Index) = (world, node, self, world.NextIndex());
        node.Hosts.Add(this);
    }

    public Node Node { get; }

    public Address Self { get; }

    protected World World { get; }

    int Index { get; }

    public sealed override void Take(object what, int turn)
    {
        if (!Node.IsUp)
            return; // A dead machine loses its messages and its timers.
        if (Node.IsFrozen)
        {
            Node.Held.Add((this, what, turn));
            return;
        }
        World.Trace.Add(World.EventQueue.Now, Self.Name, Index, what);
        Read(what, turn);
    }

    /// <summary>The machine runs again. Only what is on its disk was kept.</summary>
    public abstract void Start();

    /// <summary>The machine has lost its power.</summary>
    public abstract void Die();

    protected abstract void Read(object what, int turn);

    /// <summary>Runs a cell's decision. A decision that throws breaks a promise.</summary>
    protected void Decide<TState, TEvent>(Cell<TState, TEvent> cell, Envelope received, Cell<TState, TEvent>.Turn turn)
    {
        try
        {
            cell.Read(received, turn);
        }
        catch (Exception fault) when (fault is not Promises.ViolationException)
        {
            throw Threw(received, fault);
        }
    }

    protected Promises.ViolationException Threw(Envelope received, Exception fault) =>
        new(
            Promises.Promise.NoThrow,
            $"{Self} reads {received.Message.GetType().Name}",
            "an answer",
            $"{fault.GetType().Name}: {fault.Message}"
        );
}
