using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Lineages;

namespace EvoNas.Simulation.Worlds;

/// <summary>Whoever began the search, raises its budget, pauses and resumes it: says what is wanted until it is so,
/// over the same bad links.</summary>
sealed class Client(World world, Node node) : Host(world, node, Address.Host)
{
    const double EverySeconds = 20;

    // What is asked for, and is not yet a fault's turn: a world is not through before that.
    int _comingExtensions = world.CountOfExtensions;
    Budget _budget = world.Settings.Budget;
    bool _pauses;

    /// <summary>The search has ended as it was wanted, and nobody has anything left to say.</summary>
    public bool IsThrough { get; private set; }

    public void Extend(int evaluations)
    {
        _comingExtensions--;
        _budget = new(evaluations);
    }

    public void Pause(double seconds)
    {
        _pauses = true;
        World.After(seconds, () => _pauses = false);
    }

    /// <summary>What is wanted of the search, its pauses apart.</summary>
    public PopulationOrders Orders => new(World.Settings with { Budget = _budget });

    // What a population that has this lineage is still to be told; null where it has it all.
    Message? Wanted(Lineage lineage) =>
        lineage.Settings is not { } settings ? new Message.Begin(World.Settings)
        : settings.Budget != _budget && _budget != World.Settings.Budget ? new Message.Extend(_budget)
        : null;

    public override void Start() => World.EventQueue.Add(0.01, this, this);

    public override void Die() { }

    protected override void Read(object what, int turn)
    {
        if (what != this)
            return; // Answers to people are not asked for.
        World.EventQueue.Add(EverySeconds, this, this);
        var truth = World.InvariantChecker.Truth;
        if (Wanted(truth) is { } wanted)
            Say(wanted);
        if (_pauses)
            Say(new Message.Pause("a person wants it"));
        else if (World.Coordinators[World.Seat].Confirmed?.PausedFor is not null)
            Say(new Message.Resume());
        IsThrough =
            truth.Finished is not null && truth.Settings!.Budget == _budget && _comingExtensions == 0 && World.IsQuiet; // It was begun.
    }

    void Say(Message message) => World.Send(Node, Self, Address.Population, message);

    public override string ToString() => "looks after the search";
}
