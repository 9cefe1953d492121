using Akka.Actor;
using EvoNas.Actors;
using EvoNas.Actors.Populations;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Hosting.Persistence;
using Serilog;
using Address = EvoNas.Actors.Address;
using Answer = EvoNas.Hosting.Messages.Answer;

namespace EvoNas.Hosting.Actors;

/// <summary>Runs the searches: one population for each search on the list. Sends free slots to the searches that want
/// them. On a cluster it is a singleton.</summary>
/// <param name="settings">What the supervisor and its populations share.</param>
sealed partial class SearchSupervisor(SearchSupervisor.Settings settings) : InspectedActor, IWithTimers
{
    static readonly TimeSpan BetweenDisks = TimeSpan.FromSeconds(5),
        // Less than who asks waits.
        EarlyPatience = TimeSpan.FromSeconds(8),
        // What a node lacked for a search may have been brought there meanwhile.
        BetweenAskingAgain = TimeSpan.FromSeconds(30);

    /// <summary>What the supervisor and its populations share.</summary>
    /// <param name="List">The actor that keeps the list of searches and sends it to its parent.</param>
    /// <param name="Population">How long a population waits for slots.</param>
    /// <param name="Protocol">What slots must know of at least.</param>
    /// <param name="Draft">What this node makes of an order, to breed for it and to read what people propose.</param>
    /// <param name="Mutators">Where the children are bred that are not bred here.</param>
    /// <param name="Monitor">The monitor of this node.</param>
    /// <param name="DiskIsLow">Which disk has less room than its reserve; null: none.</param>
    /// <param name="JournalTrouble">Why nothing can be appended to the journal; null: nothing is known of it.</param>
    /// <param name="Time">The clock.</param>
    /// <param name="Log">Fields: actor, search, birth, slot.</param>
    /// <param name="Watch">What this process sees of its own search; null on a cluster.</param>
    /// <param name="Founders">What is born first in a search that begins; of one process's own search only.</param>
    public sealed record Settings(
        Props List,
        PopulationTerms Population,
        int Protocol,
        Draft Draft,
        IActorRef Mutators,
        IActorRef Monitor,
        Func<string?> DiskIsLow,
        Func<string?> JournalTrouble,
        TimeProvider Time,
        ILogger Log,
        SearchWatch? Watch = null,
        EvoNas.Sequence<EvoNas.Lineages.Proposal> Founders = default
    );

    readonly ILogger _log = settings.Log.ForContext("actor", Context.Self.Path.ToStringWithoutAddress());
    readonly Dictionary<string, Running> _searches = new(StringComparer.Ordinal);
    readonly Dictionary<IActorRef, string> _names = [];
    readonly SlotAllocator _allocator = new();

    // Slots that no search wanted when they asked.
    readonly Dictionary<Address, (RoutedMessage.FromSlot RoutedMessage, IActorRef Slot)> _waiting = [];

    readonly EarlyMessages _early = new();
    IActorRef _list = ActorRefs.Nobody;
    SearchList? _read;
    BackOff _listBackOff;

    // Why the list could not be read or kept when that was tried last; null: it could, or it is read for the first
    // time.
    JournalException? _listTrouble;
    bool _listIsRead,
        _listWaits;

    SearchList Known => _read ?? SearchList.Empty;

    string? _lowDisk;
    bool _closing;

    public ITimerScheduler Timers { get; set; } = null!; // Akka sets it before the first message.

    // An actor whose journal failed is not restarted at once: it stops, and is recovered under back-off.
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart()
    {
        _log.Information("this node runs the searches");
        ClusterTelemetry.SingletonMoves.Add(1);
        _lowDisk = settings.DiskIsLow();
        Timers.StartPeriodicTimer("disk", LookAtDisks.Instance, BetweenDisks, BetweenDisks);
        Timers.StartPeriodicTimer("ask again", AskAgain.Instance, BetweenAskingAgain, BetweenAskingAgain);
        OpenList();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case RoutedMessage.FromSlot early when _read is null:
                _early.Add(early, Sender);
                break;
            case Request early when !_listIsRead && NeedsList(early) || _read is null && settings.Watch is not null:
                _early.Add(early, Sender);
                OpenListNow();
                break;
            case LoseEarly when _listTrouble is { } trouble:
                _early.Refuse(trouble);
                break;
            case LoseEarly:
                break;
            case SearchListActor.Failed failed:
                Hear(failed);
                break;
            case RoutedMessage.FromSlot received:
                Pass(received);
                break;
            case SearchList list:
                Subscribe(list);
                break;
            case SearchActor.Demand demand:
                Hear(demand);
                break;
            case SearchActor.Left left:
                _allocator.Leave(left.Slot, left.Search);
                break;
            case SearchActor.Trouble trouble:
                Hear(trouble);
                break;
            case SearchActor.Failed failed:
                Hear(failed);
                break;
            case Request request:
                Do(request);
                break;
            case Terminated gone:
                Miss(gone.ActorRef);
                break;
            case Reopen { Search: null } when _listWaits:
                OpenList();
                break;
            case Reopen { Search: null }:
                break;
            case Reopen { Search: { } search }
                when Known.Searches.TryGetValue(search, out var listed)
                    && _searches.TryGetValue(search, out var running):
                Open(search, listed, running);
                break;
            case Reopen:
                break;
            case LookAtDisks:
                HoldIfDiskIsLow();
                break;
            case AskAgain:
                _allocator.AllowAskingAgain();
                PlaceWaiting();
                break;
            case Close:
                _closing = true;
                foreach (var running in _searches.Values)
                    running.Actor?.Tell(message);
                StopIfClosed();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    // A cluster's journal may not answer for long: a report says so now, and who subscribes asks again. In one process
    // the list comes at once, and both wait for it.
    static bool NeedsList(Request request) => request is not (Request.Report or Request.Subscribe);

    // Somebody waits: the list is tried now, and not after its back-off.
    void OpenListNow()
    {
        if (_listTrouble is not null)
            Timers.StartSingleTimer("early", LoseEarly.Instance, EarlyPatience);
        if (!_listWaits)
            return;
        Timers.Cancel("list");
        OpenList();
    }

    void Hear(SearchListActor.Failed failed)
    {
        if (_listTrouble?.Message != failed.Meaning.Message)
            _log.Warning(
                "the list of searches cannot be read or kept; it is tried again and again: {Reason} {Hint}",
                failed.Meaning.Message,
                failed.Meaning.Hint ?? ""
            );
        _listTrouble = failed.Meaning;
        _early.Refuse(failed.Meaning);
    }

    void OpenList()
    {
        _listWaits = false;
        _list = Context.Watch(Context.ActorOf(settings.List));
    }

    // An outcome that a worker cannot keep was trained for nothing: nothing is handed out until there is room.
    void HoldIfDiskIsLow()
    {
        var low = settings.DiskIsLow();
        if (low is null == _lowDisk is null)
            return;
        _lowDisk = low;
        if (low is null)
            _log.Information("there is room on the disks again");
        else
            _log.Warning("nothing is handed out: {Reason}", low);
        foreach (var (name, running) in _searches)
            running.Actor?.Tell(OrdersFor(Known.Searches[name]));
    }

    // A person's pause comes first: it stays when there is room again.
    PopulationOrders OrdersFor(ListedSearch listed) =>
        new(listed.Order.Read(), listed.HaltedFor ?? _lowDisk, settings.Founders);

    void StopIfClosed()
    {
        if (_closing && _searches.Values.All(running => running.Actor is null))
            Context.Stop(Self);
    }

    void Subscribe(SearchList list)
    {
        _listBackOff = default;
        if (_listTrouble is not null)
            _log.Information("the list of searches is read and kept again");
        (_listTrouble, _listIsRead) = (null, true);
        var before = Known;
        _read = list;
        foreach (var (name, listed) in list.Searches)
        {
            if (!_searches.TryGetValue(name, out var running))
                Open(name, listed, _searches[name] = new());
            else if (before.Searches.GetValueOrDefault(name) != listed)
                running.Actor?.Tell(OrdersFor(listed));
        }
        foreach (var name in _searches.Keys.Except(list.Searches.Keys).ToArray())
        {
            if (_searches.Remove(name, out var running) && running.Actor is { } actor)
                Context.Stop(actor);
            _allocator.Forget(name);
        }
        _early.SendTo(Self);
    }

    void Open(string name, ListedSearch listed, Running running)
    {
        if (running.Actor is not null || _closing)
            return;
        var terms = new SearchActor.Terms(listed.Order, listed.HaltedFor ?? _lowDisk, settings);
        running.Actor = Context.Watch(
            Context.ActorOf(Props.Create(() => new SearchActor(terms)).WithMailbox(MeasuredMailbox.Of("population")))
        );
        _names[running.Actor] = name;
    }

    void Hear(SearchActor.Demand demand)
    {
        if (!_searches.TryGetValue(demand.Search, out var running))
            return;
        running.BackOff = default;
        (running.IsOpen, running.Trouble) = (true, null);
        if (settings.Watch is { } watch)
            watch.Trouble = null;
        _allocator.SetDemand(demand.Search, demand.HasDemand);
        if (demand.HasDemand)
            PlaceWaiting();
    }

    void PlaceWaiting()
    {
        foreach (var (received, slot) in _waiting.Values)
            Self.Tell(received, slot);
        _waiting.Clear();
    }

    void Hear(SearchActor.Trouble trouble)
    {
        if (!_searches.TryGetValue(trouble.Search, out var running))
            return;
        (running.IsOpen, running.Trouble) = (false, trouble.Reason);
        _allocator.SetDemand(trouble.Search, false);
        if (settings.Watch is { } watch)
            watch.Trouble = trouble.Reason;
    }

    void Hear(SearchActor.Failed failed)
    {
        if (!_searches.TryGetValue(failed.Search, out var running))
            return;
        (running.Trouble, running.IsBroken) = (failed.Reason, true);
        _log.Error("{search} stops: {Reason} {Hint}", failed.Search, failed.Reason, failed.ToException().Hint);
        Context.System.EventStream.Publish(failed);
    }

    void Miss(IActorRef gone)
    {
        if (gone.Equals(_list))
        {
            (_listIsRead, _listWaits) = (false, true);
            if (_closing)
                return;
            Timers.StartSingleTimer("list", new Reopen(null), _listBackOff.Next());
            return;
        }
        if (!_names.Remove(gone, out var name) || !_searches.TryGetValue(name, out var running))
            return;
        (running.Actor, running.IsOpen) = (null, false);
        _allocator.SetDemand(name, false);
        if (running.IsBroken || _closing)
        {
            StopIfClosed();
            return;
        }
        Timers.StartSingleTimer(name, new Reopen(name), running.BackOff.Next());
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
            case Request.Run:
                _list.Forward(request);
                break;
            case Request.Extend extend when Find(extend.Search) is not null:
                Extend(extend);
                break;
            case Request.Propose propose when Find(propose.Search) is { Actor: { } actor }:
                actor.Forward(propose);
                break;
            case Request.Propose propose when Find(propose.Search) is { } closed:
                Sender.Tell(
                    new Answer(
                        $"The journal of '{propose.Search}' is not open: {closed.Trouble ?? "it is being recovered"}",
                        "Propose it again.",
                        MayPass: true
                    )
                );
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

    void Extend(Request.Extend extend)
    {
        try
        {
            var order = Known.Searches[extend.Search].Order;
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
                left.Forward(
                    new RoutedMessage.FromSlot(before, received.Slot, new Message.Departing("it is wanted elsewhere"))
                );
        }
        else if (search is null)
            return;
        else if (received.Message is Message.Departing)
            _allocator.Leave(received.Slot);
        else if (received.Message is Message.Declined declined)
            _allocator.Decline(received.Slot, search, declined.Reason);
        else
        {
            if (
                _allocator.Of(received.Slot) is { } elsewhere
                && elsewhere != search
                && Find(elsewhere)?.Actor is { } other
            )
                other.Forward(
                    new RoutedMessage.FromSlot(
                        elsewhere,
                        received.Slot,
                        new Message.Departing($"it works for {search}")
                    )
                );
            if (received.Message is not Message.Evaluated { Leaving: true })
                _allocator.Holds(received.Slot, search);
            if (
                received.Message is Message.Evaluated { Leaving: false } done
                && _allocator.IsWantedElsewhere(received.Slot)
            )
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

    /// <summary>A search on the list.</summary>
    sealed class Running
    {
        /// <summary>Null while it waits to be recovered.</summary>
        public IActorRef? Actor;

        public bool IsOpen,
            IsBroken;
        public string? Trouble;
        public BackOff BackOff;
    }

    /// <summary>Open a search again, or the list.</summary>
    sealed record Reopen(string? Search);

    /// <summary>Refuse what waits for the list.</summary>
    sealed class LoseEarly
    {
        public static readonly LoseEarly Instance = new();
    }

    /// <summary>Look at the disks again.</summary>
    sealed class LookAtDisks
    {
        public static readonly LookAtDisks Instance = new();
    }

    /// <summary>Ask the slots again that declined work.</summary>
    sealed class AskAgain
    {
        public static readonly AskAgain Instance = new();
    }

    /// <summary>Ends the searches in order: each keeps a snapshot and stops, then the supervisor stops.</summary>
    public sealed class Close
    {
        public static readonly Close Instance = new();
    }
}
