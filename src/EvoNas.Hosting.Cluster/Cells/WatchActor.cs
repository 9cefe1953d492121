using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Persistence;
using Akka.Remote;
using EvoNas.Hosting.Cluster.Nodes;
using Serilog;

namespace EvoNas.Hosting.Cluster.Cells;

/// <summary>Watches the node itself: its place in the cluster, letters that nobody reads, the journal, and being shut out.</summary>
sealed class WatchActor : UntypedActor, IWithTimers
{
    static readonly TimeSpan BetweenPings = TimeSpan.FromSeconds(10);

    readonly NodePulse _pulse;
    readonly bool _pingsJournal;
    readonly Action _shutOut;
    readonly ILogger _log;
    readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    readonly Dictionary<UniqueAddress, Member> _members = [];
    readonly HashSet<UniqueAddress> _unreachable = [];

    /// <param name="pulse">Where it writes what it sees.</param>
    /// <param name="pingsJournal">True on coordinators.</param>
    /// <param name="shutOut">Called when the others have given this node up: it must end before it does anything else.</param>
    /// <param name="log">Fields: actor.</param>
    public WatchActor(NodePulse pulse, bool pingsJournal, Action shutOut, ILogger log) =>
        (_pulse, _pingsJournal, _shutOut, _log) = (pulse, pingsJournal, shutOut, log.ForContext("actor", "watch"));

    public ITimerScheduler Timers { get; set; } = null!; // Akka sets it before the first letter.

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));
        foreach (var kind in (Type[])[typeof(DeadLetter), typeof(UnhandledMessage), typeof(ThisActorSystemQuarantinedEvent)]) Context.System.EventStream.Subscribe(Self, kind);
        if (_pingsJournal) Timers.StartPeriodicTimer("ping", Ping.Instance, TimeSpan.Zero, BetweenPings);
    }

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.IMemberEvent { Member: var member }: See(member, member.Status.ToString().ToLowerInvariant()); break;
            case ClusterEvent.UnreachableMember { Member: var member }: See(member, "unreachable"); break;
            case ClusterEvent.ReachableMember { Member: var member }: See(member, "reachable"); break;
            case ThisActorSystemQuarantinedEvent shut:
                _log.Error("{Address} has given this node up; it ends", shut.RemoteAddress.ToString());
                _shutOut();
                break;
            case DeadLetter dead: _pulse.CountDead(dead.Message.GetType().Name); break;
            case UnhandledMessage unhandled: _pulse.CountUnhandled(unhandled.Message.GetType().Name); break;
            case Ping: Context.ActorOf(Props.Create(() => new JournalPing(_cluster.SelfUniqueAddress.Uid))); break;
            case JournalPing.Answered: _pulse.JournalAnswered(); break;
            default: Unhandled(message); break;
        }
    }

    void See(Member member, string status)
    {
        _log.Information("member {Address} is {Status}", member.Address.ToString(), status);
        // By the events alone: the cluster's own view may not have them yet, and no further event would come.
        if (member.Status == MemberStatus.Removed) _members.Remove(member.UniqueAddress);
        else _members[member.UniqueAddress] = member;
        if (status == "unreachable") _unreachable.Add(member.UniqueAddress);
        else if (status == "reachable" || member.Status == MemberStatus.Removed) _unreachable.Remove(member.UniqueAddress);
        _pulse.See(_members.TryGetValue(_cluster.SelfUniqueAddress, out var self) && self.Status == MemberStatus.Up, _members.Count, _unreachable.Count);
    }

    sealed class Ping
    {
        public static readonly Ping Instance = new();
    }

    /// <summary>Recovers nothing, which asks the journal a question; then it is gone.</summary>
    sealed class JournalPing(int uid) : UntypedPersistentActor
    {
        public override string PersistenceId { get; } = $"ping-{uid}";

        protected override void OnRecover(object message)
        {
            if (message is not RecoveryCompleted) return;
            Context.Parent.Tell(new Answered());
            Context.Stop(Self);
        }

        protected override void OnCommand(object message) => Unhandled(message);

        public sealed record Answered;
    }
}
