using Akka.Actor;
using EvoNas.Actors;
using EvoNas.Actors.Populations;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Hosting.Persistence;
using Serilog;
using Address = EvoNas.Actors.Address;

namespace EvoNas.Hosting.Actors;

/// <summary>The one of its kind in a cluster: has a population for every search on the list, and sends free slots to
/// whichever wants them.</summary>
sealed class SearchSupervisor(
    PopulationTerms terms,
    int protocol,
    IActorRef mutators,
    IActorRef monitor,
    TimeProvider time,
    ILogger log
) : UntypedActor, IWithTimers
{
    readonly ILogger _log = log.ForContext("actor", Context.Self.Path.ToStringWithoutAddress());
    readonly Dictionary<string, Running> _searches = new(StringComparer.Ordinal);
    readonly Dictionary<IActorRef, string> _names = [];
    readonly SlotAllocator _allocator = new();

    // Slots that nobody wanted when they asked.
    readonly Dictionary<Address, (RoutedMessage.FromSlot RoutedMessage, IActorRef Slot)> _waiting = [];
    IActorRef _list = ActorRefs.Nobody;
    SearchList _known = SearchList.Empty;
    BackOff _listBackOff;

    public ITimerScheduler Timers { get; set; } = null!; // Akka sets it before the first message.

    // An actor whose journal failed is not restarted at once: it stops, and is recovered under back-off.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart()
    {
        _log.Information("this node runs the searches");
        ClusterTelemetry.SingletonMoves.Add(1);
        OpenList();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RoutedMessage.FromSlot received:
                Pass(received);
                break;
            case SearchList list:
                Subscribe(list);
                break;
            case PopulationActor.Demand demand:
                Hear(demand);
                break;
            case PopulationActor.Failed failed:
                Hear(failed);
                break;
            case Request request:
                Do(request);
                break;
            case Terminated gone:
                Miss(gone.ActorRef);
                break;
            case Reopen { Search: null }:
                OpenList();
                break;
            case Reopen { Search: { } search }
                when _known.Searches.TryGetValue(search, out var listed)
                    && _searches.TryGetValue(search, out var running):
                Open(search, listed, running);
                break;
            case Reopen:
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    void OpenList() => _list = Context.Watch(Context.ActorOf(Props.Create(() => new SearchListActor())));

    void Subscribe(SearchList list)
    {
        _listBackOff = default;
        var before = _known;
        _known = list;
        foreach (var (name, listed) in list.Searches)
        {
            if (!_searches.TryGetValue(name, out var running))
                Open(name, listed, _searches[name] = new());
            else if (before.Searches.GetValueOrDefault(name) is { } old && running.Actor is { } actor)
            {
                if (old.Order.Settings != listed.Order.Settings)
                    actor.Tell(new Message.Extend(listed.Order.Read().Budget));
                if (old.HaltedFor != listed.HaltedFor)
                    actor.Tell(listed.HaltedFor is { } reason ? new Message.Pause(reason) : new Message.Resume());
            }
        }
        foreach (var name in _searches.Keys.Except(list.Searches.Keys).ToArray())
        {
            if (_searches.Remove(name, out var running) && running.Actor is { } actor)
                Context.Stop(actor);
            _allocator.Forget(name);
        }
    }

    void Open(string name, ListedSearch listed, Running running)
    {
        if (running.Actor is not null)
            return;
        var terms_ = new PopulationActor.Terms(
            listed.Order,
            listed.HaltedFor,
            terms,
            mutators,
            monitor,
            running.FromZero,
            protocol,
            time,
            log
        );
        running.Actor = Context.Watch(
            Context.ActorOf(
                Props.Create(() => new PopulationActor(terms_)).WithMailbox(MeasuredMailbox.Of("population"))
            )
        );
        _names[running.Actor] = name;
    }

    void Hear(PopulationActor.Demand demand)
    {
        if (!_searches.TryGetValue(demand.Search, out var running))
            return;
        running.BackOff = default;
        (running.IsOpen, running.Trouble) = (true, null);
        _allocator.SetDemand(demand.Search, demand.HasDemand);
        if (!demand.HasDemand)
            return;
        foreach (var (received, slot) in _waiting.Values)
            Self.Tell(received, slot);
        _waiting.Clear();
    }

    void Hear(PopulationActor.Failed failed)
    {
        if (!_searches.TryGetValue(failed.Search, out var running))
            return;
        running.Trouble = failed.Reason;
        running.IsBroken = failed.Fault == PopulationActor.Fault.Broken;
        running.FromZero = failed.Fault == PopulationActor.Fault.Snapshot;
        if (running.IsBroken)
            _log.Error(
                "{search} stops: {Reason} See all that is wrong: evonas lineage {search} verify --server (or --journal FILE)",
                failed.Search,
                failed.Reason,
                failed.Search
            );
        else
            _log.Warning("{search} is recovered: {Reason}", failed.Search, failed.Reason);
    }

    void Miss(IActorRef gone)
    {
        if (gone.Equals(_list))
        {
            var listWait = _listBackOff.Next();
            _log.Warning(
                "the list of searches cannot be read or kept; trying again in {Wait} s",
                listWait.TotalSeconds
            );
            Timers.StartSingleTimer("list", new Reopen(null), listWait);
            return;
        }
        if (!_names.Remove(gone, out var name) || !_searches.TryGetValue(name, out var running))
            return;
        (running.Actor, running.IsOpen) = (null, false);
        _allocator.SetDemand(name, false);
        if (running.IsBroken)
            return;
        Timers.StartSingleTimer(name, new Reopen(name), running.FromZero ? TimeSpan.Zero : running.BackOff.Next());
    }

    void Do(Request request)
    {
        switch (request)
        {
            case Request.Report:
                Report();
                break;
            case Request.Subscribe subscribe when Find(subscribe.Search) is { Actor: { } actor }:
                actor.Forward(subscribe);
                break;
            case Request.Subscribe subscribe when Find(subscribe.Search) is not null:
                break; // It recovers; who follows asks again.
            case Request.Run run:
                Order(run);
                break;
            case Request.Extend extend when Find(extend.Search) is not null:
                Extend(extend);
                break;
            case Request.Pause { Search: var search } when Find(search) is not null:
                _list.Forward(request);
                break;
            case Request.Resume { Search: var search } when Find(search) is not null:
                _list.Forward(request);
                break;
            case Request.Stop { Search: var search } when Find(search) is not null:
                _list.Forward(request);
                break;
            default:
                Sender.Tell(
                    new Answer(
                        "The cluster runs no search of that name.",
                        _searches.Count == 0
                            ? "Begin one: evonas search --cluster."
                            : $"There are: {string.Join(", ", _searches.Keys.Order(StringComparer.Ordinal))}."
                    )
                );
                break;
        }
    }

    Running? Find(string search) => _searches.GetValueOrDefault(search);

    void Order(Request.Run run)
    {
        try
        {
            var asked = run.Order.Read();
            if (
                _known.Searches.TryGetValue(run.Order.Name, out var listed)
                && listed.Order.Read() is var was
                && asked with { Budget = was.Budget } != was
            )
                Sender.Tell(
                    new Answer(
                        $"'{run.Order.Name}' was begun with other settings.",
                        "Give the new search another name, or extend the old one: evonas extend."
                    )
                );
            else
                _list.Forward(run);
        }
        catch (RequestException fault)
        {
            Sender.Tell(new Answer(fault.Message, fault.Hint));
        }
    }

    void Extend(Request.Extend extend)
    {
        try
        {
            var order = _known.Searches[extend.Search].Order;
            _list.Forward(
                new Request.Run(
                    SearchOrder.Of(order.Name, order.Read() with { Budget = extend.Budget.Checked() }, order.SpaceText)
                )
            );
        }
        catch (RequestException fault)
        {
            Sender.Tell(new Answer(fault.Message, fault.Hint));
        }
    }

    // Of a slot that is free, and of one that has an outcome: it goes where it is wanted most.
    void Pass(RoutedMessage.FromSlot received)
    {
        var search = received.Search;
        if (received.Message is Message.Ready { Holding: null })
        {
            var before = _allocator.Of(received.Slot);
            search = _allocator.Place(received.Slot);
            if (before is not null && before != search && Find(before)?.Actor is { } left)
                left.Forward(new RoutedMessage.FromSlot(before, received.Slot, new Message.Departing("it is wanted elsewhere")));
        }
        else if (search is null)
            return;
        else if (received.Message is Message.Departing)
            _allocator.Leave(received.Slot);
        else
        {
            if (_allocator.Of(received.Slot) is { } elsewhere && elsewhere != search && Find(elsewhere)?.Actor is { } other)
                other.Forward(
                    new RoutedMessage.FromSlot(elsewhere, received.Slot, new Message.Departing($"it works for {search}"))
                );
            if (received.Message is not Message.Evaluated { Leaving: true })
                _allocator.Holds(received.Slot, search);
            if (received.Message is Message.Evaluated { Leaving: false } done && _allocator.IsWantedElsewhere(received.Slot))
            {
                _allocator.Leave(received.Slot);
                received = received with { Message = done with { Leaving = true } };
            }
        }
        if (search is null)
        {
            _waiting[received.Slot] = (received, Sender);
            return;
        }
        if (Find(search) is { } running)
            running.Actor?.Forward(received with { Search = search });
        else if (received.Message is Message.Evaluated { Birth: var birth })
            Sender.Tell(new RoutedMessage.ToSlot(search, null, new Message.Released(birth))); // No longer on the list.
    }

    void Report()
    {
        var (asked, closed) = (Sender, new List<SearchReport>());
        var open = new List<Task<SearchReport>>();
        foreach (var (name, running) in _searches)
        {
            if (running is { Actor: { } actor, IsOpen: true })
                open.Add(actor.Ask<SearchReport>(new Request.Report(), TimeSpan.FromSeconds(2)));
            else
                closed.Add(Closed(name, running));
        }
        Collect().PipeTo(asked);

        async Task<ClusterReport> Collect()
        {
            foreach (var one in open)
            {
                try
                {
                    closed.Add(await one.ConfigureAwait(false));
                }
                catch (AskTimeoutException) { } // It appends to a slow journal, or has just stopped; left out this time.
            }
            return new([], [.. closed.OrderBy(one => one.Name, StringComparer.Ordinal)]);
        }
    }

    static SearchReport Closed(string name, Running running) =>
        new(name, running.IsBroken ? "broken" : "recovering", "", 0, 0, 0, null, null, null, 0, running.Trouble);

    /// <summary>A search on the list.</summary>
    sealed class Running
    {
        /// <summary>Null while it waits to be recovered.</summary>
        public IActorRef? Actor;

        public bool IsOpen,
            IsBroken,
            FromZero;
        public string? Trouble;
        public BackOff BackOff;
    }

    /// <summary>Open a search again, or the list.</summary>
    sealed record Reopen(string? Search);
}

/// <summary>Waits between recoveries: 1 s doubling to 30 s, spread by a fifth.</summary>
struct BackOff
{
    const double Min = 1,
        Max = 30,
        Jitter = 0.2;

    double _last;

    public TimeSpan Next()
    {
        _last = _last == 0 ? Min : Math.Min(Max, _last * 2);
        return TimeSpan.FromSeconds(_last * (1 + Jitter * (2 * Random.Shared.NextDouble() - 1)));
    }
}
