using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster.Routing;
using Akka.Cluster.Tools.Singleton;
using Akka.Routing;
using EvoNas.Hosting.Actors;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Persistence;
using Serilog;
using Address = EvoNas.Actors.Address;

namespace EvoNas.Hosting.Nodes;

/// <summary>One node of a cluster, in this process: joins, does what its roles say, and leaves in order.</summary>
public sealed class ClusterNode : IAsyncDisposable
{
    /// <summary>The actor of a coordinator that runs the searches, wherever it is.</summary>
    internal const string Searches = "searches";

    static readonly TimeSpan AskPatience = TimeSpan.FromSeconds(15);

    readonly NodeSettings _plan;
    readonly ILogger _log;
    readonly TimeProvider _time;
    readonly ActorSystem _system;
    readonly JournalConnections? _journal;
    readonly List<IActorRef> _slots = [];

    ClusterNode(NodeSettings plan, ILogger log, TimeProvider time)
    {
        (_plan, _log, _time) = (plan, log.ForContext("node", plan.Name), time);
        _log.Information(
            "journal {Journal}; laid over Akka.NET's settings: {Overrides}",
            plan.Journal?.ToString(),
            AkkaConfiguration.Shown(plan.Overrides)
        );
        if (plan.Journal?.Caution is { } caution)
            _log.Warning("{Caution}", caution);
        // A node that runs searches breeds too, so that one node is enough.
        string[] roles =
        [
            .. plan.Roles.Contains(NodeRole.Population) ? plan.Roles.Append(NodeRole.Mutator).Distinct() : plan.Roles,
        ];
        Readiness = new(roles.Contains(NodeRole.Population), () => Disk.Low(plan.Disks, plan.DiskReserveBytes), time);
        _journal = plan.Journal is { } place ? new(place) : null;
        var configuration = BootstrapSetup.Create().WithConfig(AkkaConfiguration.Of(plan, roles, _journal));
        var setup = _journal is null ? ActorSystemSetup.Create(configuration) : _journal.Setup.And(configuration);
        _system = ActorSystem.Create(AkkaConfiguration.System, setup);
        Ended = End();
        var cluster = Akka.Cluster.Cluster.Get(_system);
        Self = cluster.SelfAddress;
        try
        {
            // Made when it is asked for: what it refuses is known before an actor of ours uses the journal.
            _ = cluster.DowningProvider;
        }
        catch
        {
            _system.Terminate();
            throw;
        }
        try
        {
            StartActors(roles);
        }
        catch
        {
            // What has started already must not go on, nor hold the journal.
            _system.Terminate();
            Ended.GetAwaiter().GetResult();
            throw;
        }
    }

    void StartActors(string[] roles)
    {
        var (plan, time) = (_plan, _time);
        SystemWatch.Start(_system, Readiness);
        string[] slots =
        [
            .. plan.Roles.Contains(NodeRole.Evaluator) ? Enumerable.Range(0, plan.Slots).Select(SlotName) : [],
        ];
        var monitor = _system.ActorOf(
            Props.Create(() => new MonitorActor(slots, time)).WithMailbox(MeasuredMailbox.Of("monitor")),
            "monitor"
        );
        Akka.Actor.Address[] seeds = [.. AkkaConfiguration.Addresses(plan).Select(Akka.Actor.Address.Parse)];
        _system.ActorOf(
            Props
                .Create(() => new ClusterWatchActor(Readiness, _journal, plan.Name, seeds, LeaveName, ShutOut, _log))
                .WithMailbox(MeasuredMailbox.Of("clusterwatch")),
            ClusterWatchActor.Name
        );
        if (roles.Contains(NodeRole.Mutator))
            _system.ActorOf(
                Props.Create(() => new MutatorActor(plan.Draft, _log)).WithMailbox(MeasuredMailbox.Of("mutator")),
                "mutator"
            );
        if (roles.Contains(NodeRole.Population))
            RunSearches(monitor);
        var searches = _system.ActorOf(
            ClusterSingletonProxy.Props($"/user/{Searches}", ClusterSingletonProxySettings.Create(_system)),
            "searches-proxy"
        );
        if (roles.Contains(NodeRole.Evaluator))
            OpenSlots(searches, monitor);
        Action leave = () => Leave();
        var gateway = _system.ActorOf(
            Props
                .Create(() => new GatewayActor(plan.Name, searches, monitor, leave, plan.SamplesFolder))
                .WithMailbox(MeasuredMailbox.Of("gate")),
            GatewayActor.Name
        );
        Client = new GatewayClient(_system, gateway, "this node", AskPatience);
        CoordinatedShutdown.Get(_system).AddTask(CoordinatedShutdown.PhaseServiceStop, "drain", DrainSlots);
        if (plan.Seeds.IsEmpty)
            Akka.Cluster.Cluster.Get(_system).Join(Self);
    }

    /// <summary>Starts a node; it joins its cluster by itself, and tries as long as that takes.</summary>
    /// <param name="plan">What it is.</param>
    /// <param name="log">Fields: node, actor, search, birth, slot.</param>
    /// <param name="time">Its clock; null for the system's.</param>
    /// <exception cref="RequestException">It cannot be started by this plan.</exception>
    public static ClusterNode Start(NodeSettings plan, ILogger log, TimeProvider? time = null)
    {
        try
        {
            return new(plan.Checked(), log, time ?? TimeProvider.System);
        }
        catch (Exception fault) when (fault is not RequestException && plan.Overrides != "")
        {
            var cause = fault;
            while (cause.InnerException is { } inner)
                cause = inner;
            throw new RequestException(
                $"Akka.NET does not start with the settings of your own (akka {{ … }}): {cause.Message}",
                "Leave them out, or correct the one that is named."
            );
        }
    }

    /// <summary>How it is.</summary>
    public NodeReadiness Readiness { get; }

    /// <summary>Its address as host:port; the port is the one that it got.</summary>
    public string Endpoint => $"{Self.Host}:{Self.Port}";

    /// <summary>Asks and steers the cluster from this process; of use until the node has ended.</summary>
    public SearchClient Client { get; private set; } = null!; // StartActors sets it; a node that fails there is none.

    /// <summary>Ends when the node has ended and its journal is no longer in use, because it was asked to, or because
    /// its cluster has given it up.</summary>
    public Task Ended { get; }

    /// <summary>True once it was asked to leave: then it must not join again by itself.</summary>
    public bool IsLeaving { get; private set; }

    /// <summary>Why the node ended although nobody asked for it: another one has its name. Null: it has not.</summary>
    public string? Refused { get; private set; }

    /// <summary>Takes no more work, waits for what is being evaluated, leaves the cluster, and ends.</summary>
    public Task Leave()
    {
        IsLeaving = true;
        return CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClrExitReason.Instance);
    }

    /// <summary>Ends it without waiting for anything, as a crash would.</summary>
    internal async Task Abort()
    {
        await _system.Terminate().ConfigureAwait(false);
        await Ended.ConfigureAwait(false);
    }

    async Task End()
    {
        await _system.WhenTerminated.ConfigureAwait(false);
        if (_journal is not null)
            await _journal.DisposeAsync().ConfigureAwait(false);
    }

    Akka.Actor.Address Self { get; }

    // Half of the slots of two nodes of one name would do nothing: they are known by it.
    void LeaveName(string other)
    {
        Refused ??= $"The node at {other} has the name '{_plan.Name}' already.";
        _log.Error("{Reason} This one ends.", Refused);
        CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClusterLeavingReason.Instance);
    }

    // The other nodes no longer accept its messages: whatever it did now would conflict with them.
    void ShutOut() => CoordinatedShutdown.Get(_system).Run(CoordinatedShutdown.ClusterDowningReason.Instance);

    void RunSearches(IActorRef monitor)
    {
        var mutators = _system.ActorOf(
            new ClusterRouterGroup(
                new RoundRobinGroup("/user/mutator"),
                new ClusterRouterGroupSettings(
                    totalInstances: 10_000,
                    routeesPaths: ["/user/mutator"],
                    allowLocalRoutees: true,
                    useRole: NodeRole.Mutator
                )
            ).Props(),
            "mutators"
        );
        var readiness = Readiness;
        var settings = new SearchSupervisor.Settings(
            Props.Create(() => new SearchListActor()).WithMailbox(MeasuredMailbox.Of("searchlist")),
            _plan.Terms,
            _plan.Protocol,
            _plan.Draft,
            mutators,
            monitor,
            () => readiness.DiskIsLow,
            () => readiness.JournalTrouble,
            _time,
            _log
        );
        _system.ActorOf(
            ClusterSingletonManager.Props(
                Props.Create(() => new SearchSupervisor(settings)).WithMailbox(MeasuredMailbox.Of("searches")),
                SearchSupervisor.Close.Instance,
                ClusterSingletonManagerSettings.Create(_system)
            ),
            Searches
        );
    }

    void OpenSlots(IActorRef searches, IActorRef monitor)
    {
        var (plan, readiness, time, log) = (_plan, Readiness, _time, _log);
        Func<RoutedMessage.ToSlot, string?> refuses = work =>
            work.Protocol > plan.Protocol
                ? $"its node knows protocol {plan.Protocol}, the search wants {work.Protocol}"
                : readiness.DiskIsLow;
        if (!plan.Spooled.IsEmpty)
            _system.ActorOf(
                Props
                    .Create(() => new SpoolActor(new Address($"{plan.Name}-spool"), plan.Spooled, searches, log))
                    .WithMailbox(MeasuredMailbox.Of("spool")),
                "spool"
            );
        for (var i = 0; i < plan.Slots; i++)
        {
            var (index, name) = (i, new Address(SlotName(i)));
            _slots.Add(
                _system.ActorOf(
                    Props
                        .Create(() =>
                            new SlotActor(index, name, plan.WorkerFactory, refuses, searches, monitor, time, log)
                        )
                        .WithDispatcher("evonas-evaluator-dispatcher")
                        .WithMailbox(MeasuredMailbox.Of("slot")),
                    $"slot-{i + 1}"
                )
            );
        }
    }

    string SlotName(int index) => $"{_plan.Name}-{index + 1}";

    // A node that the cluster has removed cannot report the outcomes of its trainings.
    async Task<Akka.Done> DrainSlots()
    {
        if (!IsLeaving)
            return Akka.Done.Instance;
        foreach (
            var drained in _slots
                .Select(slot => slot.Ask<SlotActor.Drained>(new SlotActor.Drain(), _plan.DrainTime))
                .ToArray()
        )
        {
            try
            {
                await drained.ConfigureAwait(false);
            }
            catch (AskTimeoutException)
            {
                _log.Warning("a training did not end in time; its birth is evaluated again elsewhere");
            }
        }
        return Akka.Done.Instance;
    }

    /// <summary>As <see cref="Leave"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await Leave().ConfigureAwait(false);
        await Ended.ConfigureAwait(false);
        _system.Dispose();
    }
}
