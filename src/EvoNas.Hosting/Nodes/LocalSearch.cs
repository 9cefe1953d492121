using Akka.Actor;
using Akka.Actor.Setup;
using EvoNas.Actors;
using EvoNas.Hosting.Actors;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Persistence;
using EvoNas.Lineages;
using Serilog;
using Address = EvoNas.Actors.Address;

namespace EvoNas.Hosting.Nodes;

/// <summary>Runs one search in this process, on an actor system of its own that opens no port: the actors of a cluster,
/// without the cluster.</summary>
/// <remarks>May be shared between threads.</remarks>
public sealed class LocalSearch : IAsyncDisposable
{
    /// <summary>The name of the actor system's only node.</summary>
    public const string NodeName = "local";

    // An append that hangs ends by its own time-out of 20 s.
    static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(45),
        AskPatience = TimeSpan.FromSeconds(15);

    readonly SearchPlan _plan;
    readonly ILogger _log;
    readonly ActorSystem _system;
    readonly JournalConnections? _journal;
    readonly SearchWatch _watch;
    readonly TaskCompletionSource<FinishedReason?> _completion = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    readonly IActorRef _supervisor;
    readonly List<IActorRef> _slots = [];

    LocalSearch(SearchPlan plan, JournalPlace? journal, ILogger log, TimeProvider time, string overrides)
    {
        (_plan, _log) = (plan, log.ForContext("search", plan.Name));
        _watch = new(plan.Happened, Complete, time);
        _journal = journal is null ? null : new(journal);
        var configuration = BootstrapSetup
            .Create()
            .WithConfig(AkkaConfiguration.OfLocal(NodeName, _journal, overrides));
        _system = ActorSystem.Create(
            AkkaConfiguration.System,
            _journal is null ? ActorSystemSetup.Create(configuration) : _journal.Setup.And(configuration)
        );
        var readiness = new NodeReadiness(
            needsJournal: false,
            () => plan.DiskFolder is { } folder ? Disk.Low([folder], plan.DiskReserveBytes) : null,
            time
        );
        SystemWatch.Start(_system, readiness);
        _system.ActorOf(Props.Create(() => new FaultActor(this)), "faults");
        string[] names = [.. plan.Slots.Select(slot => slot.Name)];
        var monitor = _system.ActorOf(
            Props.Create(() => new MonitorActor(names, time)).WithMailbox(MeasuredMailbox.Of("monitor")),
            "monitor"
        );
        Draft draft = _ => new(plan.Space, plan.KnownMetrics, plan.NetworkOf);
        var mutator = _system.ActorOf(
            Props.Create(() => new MutatorActor(draft, log)).WithMailbox(MeasuredMailbox.Of("mutator")),
            "mutator"
        );
        var order = SearchOrder.Of(plan.Name, plan.Settings, null);
        var settings = new SearchSupervisor.Settings(
            Props.Create(() => new LocalListActor(order)).WithMailbox(MeasuredMailbox.Of("searchlist")),
            plan.Terms,
            SearchOrder.Protocol,
            draft,
            mutator,
            monitor,
            () => readiness.DiskIsLow,
            () => null,
            time,
            log,
            _watch,
            plan.Founders
        );
        _supervisor = _system.ActorOf(
            Props.Create(() => new SearchSupervisor(settings)).WithMailbox(MeasuredMailbox.Of("searches")),
            "searches"
        );
        Action drain = Drain;
        Func<string, string?> samples = _ => plan.SamplesFolder;
        var gateway = _system.ActorOf(
            Props
                .Create(() => new GatewayActor(NodeName, _supervisor, monitor, drain, samples))
                .WithMailbox(MeasuredMailbox.Of("gate")),
            GatewayActor.Name
        );
        Client = new GatewayClient(_system, gateway, "this process", AskPatience);
        OpenSlots = () =>
        {
            for (var i = 0; i < plan.Slots.Length; i++)
                _slots.Add(SlotOf(i, readiness, monitor, time));
        };
    }

    Action OpenSlots { get; }

    /// <summary>Recovers the search from its journal, or begins it, and runs it.</summary>
    /// <param name="plan">What to run.</param>
    /// <param name="journal">Where its events are kept, opened to write; null: in the memory of the process, and lost
    /// with it. The caller closes it after this has been disposed of.</param>
    /// <param name="log">Fields: search, birth, slot, actor.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public static Task<LocalSearch> Start(
        SearchPlan plan,
        JournalPlace? journal,
        ILogger log,
        TimeProvider? time = null
    ) => Start(plan, journal, log, time ?? TimeProvider.System, overrides: "");

    /// <param name="overrides">HOCON over everything; for tests.</param>
    internal static async Task<LocalSearch> Start(
        SearchPlan plan,
        JournalPlace? journal,
        ILogger log,
        TimeProvider time,
        string overrides
    )
    {
        var search = new LocalSearch(plan, journal, log, time, overrides);
        await search.SaySpooled().ConfigureAwait(false);
        search.OpenSlots();
        return search;
    }

    /// <summary>Asks this search, as another process would.</summary>
    public SearchClient Client { get; }

    /// <summary>The search as of the last durable event.</summary>
    public Lineage Lineage => _watch.State.Lineage;

    /// <summary>Seconds that the search has run, all its runs together.</summary>
    public double ElapsedSeconds => _watch.ElapsedSeconds;

    /// <summary>Why nothing is handed out; null while births are handed out.</summary>
    public string? PausedFor => _watch.Trouble ?? _watch.State.PausedFor;

    /// <summary>What many draws for the next birth came to; null while they are few.</summary>
    public DrawsSpent? DrawnInVain => _watch.State.DrawnInVain;

    /// <summary>Slots at work.</summary>
    public int Busy => _watch.State.Leases.Count;

    /// <summary>Ends when the search has finished (with the reason) or is drained (null).</summary>
    /// <exception cref="JournalException">The journal cannot be trusted, or another process writes it.</exception>
    /// <exception cref="SearchStoppedException">Every slot is quarantined.</exception>
    public Task<FinishedReason?> Completion => _completion.Task;

    /// <summary>Hands out nothing more; <see cref="Completion"/> ends when what runs has ended and is recorded. Nothing
    /// of it is persisted: the next start continues the search.</summary>
    public void Drain() =>
        Task.WhenAll(
                _slots.Select(slot => slot.Ask<SlotActor.Drained>(new SlotActor.Drain(), Timeout.InfiniteTimeSpan))
            )
            .ContinueWith(_ => _completion.TrySetResult(null), TaskContinuationOptions.OnlyOnRanToCompletion);

    /// <summary>Cancels the trainings, whose births are evaluated again by the next run, keeps a snapshot and ends the
    /// actors. Messages that are there already are read: workers forget what was acknowledged.</summary>
    public async ValueTask DisposeAsync()
    {
        Task closing = Task.WhenAll(
            _slots.Select(slot => slot.Ask<SlotActor.Closed>(SlotActor.Close.Instance, ClosePatience))
        );
        await closing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Stop(_supervisor, SearchSupervisor.Close.Instance).ConfigureAwait(false);
        await Task.WhenAll(_slots.Select(slot => Stop(slot, PoisonPill.Instance))).ConfigureAwait(false);
        await _system.Terminate().ConfigureAwait(false);
        if (_journal is not null)
            await _journal.DisposeAsync().ConfigureAwait(false);
        _system.Dispose();
        _completion.TrySetResult(null);
    }

    async Task Stop(IActorRef actor, object message)
    {
        try
        {
            await actor.GracefulStop(ClosePatience, message).ConfigureAwait(false);
        }
        catch (TaskCanceledException)
        {
            _log.Warning("{Actor} did not end within {Seconds} s", actor.Path.Name, ClosePatience.TotalSeconds);
        }
    }

    // Outcomes of an earlier run are told first of all, so that no slot is given their births.
    async Task SaySpooled()
    {
        if (_plan.Spooled.IsEmpty)
            return;
        var (plan, supervisor, log) = (_plan, _supervisor, _log);
        var kept = plan.Spooled.Select(one => (plan.Name, one)).ToArray();
        var spool = _system.ActorOf(
            Props
                .Create(() => new SpoolActor(new Address("spool"), kept, supervisor, log))
                .WithMailbox(MeasuredMailbox.Of("spool")),
            "spool"
        );
        await spool.Ask<SpoolActor.Said>(new SpoolActor.AskSaid(), AskPatience).ConfigureAwait(false);
    }

    IActorRef SlotOf(int index, NodeReadiness readiness, IActorRef monitor, TimeProvider time)
    {
        var (slot, supervisor, log) = (_plan.Slots[index], _supervisor, _log);
        WorkerFactory workers = (_, _, _) => new(slot, () => ValueTask.CompletedTask); // The caller ends its workers.
        Func<RoutedMessage.ToSlot, string?> refuses = _ => readiness.DiskIsLow;
        return _system.ActorOf(
            Props
                .Create(() =>
                    new SlotActor(index, new Address(slot.Name), workers, refuses, supervisor, monitor, time, log)
                )
                .WithDispatcher("evonas-evaluator-dispatcher")
                .WithMailbox(MeasuredMailbox.Of("slot")),
            slot.Name
        );
    }

    void Complete(EvoNas.Actors.Populations.PopulationState state)
    {
        if (state.Lineage.Finished is { } reason)
            _completion.TrySetResult(reason);
    }

    /// <summary>Hears what ends a search before its budget is spent.</summary>
    sealed class FaultActor(LocalSearch search) : UntypedActor
    {
        readonly HashSet<Address> _quarantined = [];

        protected override void PreStart()
        {
            foreach (
                var kind in (Type[])
                    [typeof(SearchActor.Failed), typeof(SlotActor.Quarantined), typeof(LocalListActor.StopAsked)]
            )
                Context.System.EventStream.Subscribe(Self, kind);
        }

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case SearchActor.Failed failed:
                    search._completion.TrySetException(failed.ToException());
                    break;
                case SlotActor.Quarantined quarantined:
                    _quarantined.Add(quarantined.Slot);
                    if (_quarantined.Count == search._plan.Slots.Length)
                        search._completion.TrySetException(
                            new SearchStoppedException(
                                $"Every slot is quarantined; the last: {quarantined.Reason}",
                                "See the log, fix the cause and resume the search: nothing is lost. "
                                    + "A search that has evaluated nothing yet may also be begun again under its name, "
                                    + "with other settings."
                            )
                        );
                    break;
                case LocalListActor.StopAsked:
                    search.Drain();
                    break;
                default:
                    Unhandled(message);
                    break;
            }
        }
    }
}
