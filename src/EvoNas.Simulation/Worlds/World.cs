using System.Collections.Immutable;
using EvoNas.Actors;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Lineages;
using EvoNas.Simulation.Faults;
using EvoNas.Simulation.Promises;

namespace EvoNas.Simulation.Worlds;

/// <summary>Machines, links, a journal and a search under virtual time. It runs on one thread and uses no clock and no
/// random numbers but its own.</summary>
sealed partial class World
{
    // A search that is still running this long after the last fault will never end.
    const double PatienceFactor = 4,
        PatienceSeconds = 7200;

    readonly SimulationCase _case;
    readonly Dictionary<string, Node> _nodes = [];
    readonly Dictionary<string, Host> _byName = [];
    readonly MutatorHost[] _mutators;
    readonly Actions _actions = new();
    readonly SeededRandom _seats;
    readonly Client _client;
    int _indices;

    public World(SimulationCase simulated)
    {
        (_case, FaultProfile) = (simulated, simulated.FaultProfile);
        Space = new(
            "digits",
            [.. Enumerable.Range(0, FaultProfile.Decisions).Select(i => (Decision)Decision.Among($"d{i}", 0, 1, 2))]
        );
        Settings = new()
        {
            Space = Space.Name,
            SpaceFingerprint = "",
            SpaceSize = (long)Space.Size!.Value,
            Seed = simulated.SearchSeed, // Digits are finite.
            PopulationSize = FaultProfile.PopulationSize,
            TournamentSize = FaultProfile.TournamentSize,
            Budget = new(FaultProfile.Budget),
            Objective = Objective.Accuracy with { Limits = [s_limit] },
            RepeatDuplicates = FaultProfile.RepeatDuplicates,
            EarlyStopping = FaultProfile.EarlyStopping && FaultProfile.Algorithm != Algorithm.Asha,
            Rungs =
                FaultProfile.Algorithm == Algorithm.Asha ? new([1, 2, Traits.Epochs], 2, FaultProfile.Window) : null,
            Algorithm = FaultProfile.Algorithm,
            Finalists = FaultProfile.Finalists,
            DriftGuard = FaultProfile.DriftGuard,
            Pareto = FaultProfile.TwoObjectives
                ? new(
                    [new([new(Traits.Cost, -1)], IsSum: true)],
                    FaultProfile.Algorithm == Algorithm.Nsga2
                        ? new(
                            Math.Max(2, FaultProfile.PopulationSize / 2),
                            ParetoRules.UsualCrossover,
                            Neighbours: true
                        )
                        : null
                )
                : null,
            Rules = BreedingRules.For(FaultProfile.Algorithm) is { } rules
                ? rules with
                {
                    Patience = FaultProfile.Patience,
                }
                : null,
        };
        Limits = new([s_limit], child => Metrics.Of((Metrics.Parameters, Forbids(child) ? 2 : 1)));
        (Disk, Crashes, Trainings, _seats) = (
            SeededRandom.For(Seed, "back-off"),
            SeededRandom.For(Seed, "crashes"),
            SeededRandom.For(Seed, "trainings"),
            SeededRandom.For(Seed, "seat")
        );
        string[] names =
        [
            "c1",
            "c2",
            "breeders",
            "db",
            "people",
            .. Enumerable.Range(1, FaultProfile.Nodes).Select(i => $"node-{i}"),
        ];
        foreach (var name in names)
            _nodes[name] = new(name, _nodes.Count);
        Network = new(this, names.Length);
        Store = new(this, _nodes["db"]);
        InvariantChecker = new(this);
        Coordinators =
        [
            .. new[] { "c1", "c2" }
                .Take(FaultProfile.TwoCoordinators ? 2 : 1)
                .Select((name, seat) => new Coordinator(this, _nodes[name], seat)),
        ];
        _mutators = FaultProfile.RemoteMutators
            ? [new(this, _nodes["breeders"])]
            : [.. Coordinators.Select(one => new MutatorHost(this, one.Node))];
        Slots =
        [
            .. Enumerable
                .Range(0, FaultProfile.Slots)
                .Select(i => Known(new SlotHost(this, _nodes[$"node-{i % FaultProfile.Nodes + 1}"], new(SlotName(i))))),
        ];
        foreach (var node in Evaluators)
            Known(new SpoolHost(this, node));
        _client = new(this, _nodes["people"]);
    }

    // Where there are checkpoints it matters which machine a slot is of.
    string SlotName(int i) =>
        FaultProfile.Algorithm == Algorithm.Asha ? $"machine-{i % FaultProfile.Nodes + 1}-{i + 1}" : $"slot-{i + 1}";

    public ulong Seed => _case.Seed;

    public InjectedBug InjectedBug => _case.InjectedBug;

    /// <summary>The fault rates as they are now.</summary>
    public FaultProfile FaultProfile { get; private set; }

    public SearchSpace Space { get; }

    public SearchSettings Settings { get; }

    // One random stream per purpose: more draws from one do not shift the others.
    public SeededRandom Disk { get; }

    public SeededRandom Crashes { get; }

    public SeededRandom Trainings { get; }

    public EventQueue EventQueue { get; } = new();

    public Trace Trace { get; } = new();

    public Tally Tally { get; } = new();

    public Network Network { get; }

    public Store Store { get; }

    public InvariantChecker InvariantChecker { get; }

    public ImmutableArray<Coordinator> Coordinators { get; }

    public ImmutableArray<SlotHost> Slots { get; }

    public int CountOfExtensions => _case.Faults.Count(fault => fault is Fault.Extend);

    IEnumerable<Node> Evaluators =>
        _nodes.Values.Where(node => node.Name.StartsWith("node-", StringComparison.Ordinal));

    /// <summary>What is wanted of the search: the orders that a real cluster keeps beside its journal.</summary>
    public PopulationOrders Orders => _client.Orders;

    public int NextIndex() => _indices++;

    /// <summary>The limit on parameters that a child must keep. A fifth of the space breaks it, or all of it.</summary>
    public KnownLimits Limits { get; }

    /// <summary>Does a child break the limit?</summary>
    public bool Forbids(Genotype child) =>
        FaultProfile.NothingKeepsTheLimit || FaultProfile.Decisions > 4 && child.Fingerprint % 5 == 0;

    static readonly Limit s_limit = new(Metrics.Parameters, 1, AtLeast: false, Hard: true, Objective.SoftPower);

    /// <summary>Runs the search to its end or to the first broken promise.</summary>
    public Verdict Run()
    {
        Violation? violation = null;
        try
        {
            foreach (var node in _nodes.Values)
                StartAll(node);
            foreach (var fault in _case.Faults)
                After(fault.At, () => Apply(fault));
            After(_case.FaultProfile.Troubled, Heal);
            while (!_client.IsThrough && EventQueue.TryTake(out var next))
                next.Target.Take(next.What, next.Turn);
            InvariantChecker.Ended();
        }
        catch (ViolationException fault)
        {
            violation = fault.ToViolation(EventQueue.Now, Trace.Lines);
        }
        Tally.Seconds = EventQueue.Now;
        return new(Seed, _case.FaultProfile.ToString(), Tally, violation, Trace.Hash);
    }

    /// <summary>No training, no append and no message is outstanding.</summary>
    public bool IsQuiet =>
        Coordinators[Seat].Confirmed is not null
        && Coordinators[Seat].Hoped is null
        && Slots.All(slot => slot.IsQuiet)
        && Evaluators.All(node => node.IsUp && node.Spool.Count == 0);

    public void After(double seconds, Action deed) => EventQueue.Add(seconds, _actions, deed);

    /// <summary>Sends a message to the host that the sender's machine believes to have this address.</summary>
    public void Send(Node from, Address sender, Address to, Message message)
    {
        Host? target =
            to == Address.Population ? Coordinators[from.Seat]
            : to == Address.Mutator ? Array.Find(_mutators, mutator => mutator.Node == from) ?? _mutators[0]
            : _byName.GetValueOrDefault(to.Name);
        if (target is not null)
            Network.Send(from, sender, target, message);
    }

    T Known<T>(T host)
        where T : Host
    {
        _byName[host.Self.Name] = host;
        return host;
    }

    static void StartAll(Node node)
    {
        node.IsUp = true;
        foreach (var host in node.Hosts)
            host.Start();
    }

    /// <summary>Runs actions that belong to no host.</summary>
    sealed class Actions : EventTarget
    {
        public override void Take(object what, int turn) => ((Action)what)();
    }
}
