using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;

namespace EvoNas.Simulation.Worlds;

/// <summary>The user: begins the search, raises its budget, pauses and resumes it. Repeats each request over the same
/// bad links until it is fulfilled.</summary>
sealed class Client(World world, Node node) : Host(world, node, Address.Host)
{
    const double EverySeconds = 20;

    // Extensions that are still scheduled: the simulation does not end before them.
    int _comingExtensions = world.CountOfExtensions;
    Budget _budget = world.Settings.Budget;
    readonly List<Proposal> _proposals = [];
    bool _pauses;

    /// <summary>The search has ended as requested, and no message is outstanding.</summary>
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

    /// <summary>The user thinks of a genotype that keeps the limit, and proposes it until the journal knows
    /// it.</summary>
    /// <param name="draw">Which of the points that keep it.</param>
    public void Propose(ulong draw)
    {
        var random = SeededRandom.For(draw, "proposal");
        var genotype = World.Space.Sample(random);
        for (var tries = 0; World.Forbids(genotype) && tries < 100; tries++)
            genotype = World.Space.Sample(random);
        if (!World.Forbids(genotype))
            _proposals.Add(new(genotype, Proposal.ByUser));
    }

    /// <summary>What the user wants of the search, apart from pauses.</summary>
    public PopulationOrders Orders => new(World.Settings with { Budget = _budget });

    // The request that a population with this lineage has not fulfilled yet; null if there is none.
    Message? Wanted(Lineage lineage) =>
        lineage.Settings is not { } settings ? new Message.Begin(World.Settings)
        : settings.Budget != _budget && _budget != World.Settings.Budget ? new Message.Extend(_budget)
        : null;

    public override void Start() => World.EventQueue.Add(0.01, this, this);

    public override void Die() { }

    protected override void Read(object what, int turn)
    {
        if (what != this)
            return; // The client expects no answers.
        World.EventQueue.Add(EverySeconds, this, this);
        var truth = World.InvariantChecker.Truth;
        if (Wanted(truth) is { } wanted)
            Say(wanted);
        _proposals.RemoveAll(one => truth.Known.Contains(one.Genotype.Fingerprint));
        if (truth.Settings is not null && _proposals.Count > 0)
            Say(new Message.Propose([_proposals[0]]));
        if (_pauses)
            Say(new Message.Pause("paused by the user"));
        else if (World.Coordinators[World.Seat].Confirmed?.PausedFor is not null)
            Say(new Message.Resume());
        IsThrough =
            truth is { Finished: not null, Settings.Budget: var budget }
            && budget == _budget
            && _comingExtensions == 0
            && World.IsQuiet;
    }

    void Say(Message message) => World.Send(Node, Self, Address.Population, message);

    public override string ToString() => "looks after the search";
}
