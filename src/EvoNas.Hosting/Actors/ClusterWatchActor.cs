using System.Diagnostics;
using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Cluster;
using Akka.Persistence;
using Akka.Remote;
using EvoNas.Hosting.Nodes;
using Serilog;

namespace EvoNas.Hosting.Actors;

/// <summary>Watches a node's place in its cluster, its journal, and whether the others have given it up.</summary>
sealed class ClusterWatchActor : UntypedActor, IWithTimers
{
    /// <summary>The same on every node: they ask each other.</summary>
    public const string Name = "watch";

    static readonly TimeSpan BetweenPings = TimeSpan.FromSeconds(10),
        BetweenHeartbeats = TimeSpan.FromSeconds(5);

    readonly NodeReadiness _readiness;
    readonly bool _pingsJournal;
    readonly Action _shutOut;
    readonly ILogger _log;
    readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    readonly Dictionary<UniqueAddress, Member> _members = [];
    readonly HashSet<UniqueAddress> _unreachable = [];
    IDisposable[] _readings = [];

    // Read by collectors.
    volatile (string Status, string Role, int Count)[] _counts = [];
    long _unreachableCount;

    /// <param name="readiness">Where it writes what it sees.</param>
    /// <param name="pingsJournal">True on coordinators.</param>
    /// <param name="shutOut">Called when the others have given this node up: it must end before it does anything
    /// else.</param>
    /// <param name="log">Fields: actor.</param>
    public ClusterWatchActor(NodeReadiness readiness, bool pingsJournal, Action shutOut, ILogger log) =>
        (_readiness, _pingsJournal, _shutOut, _log) = (
            readiness,
            pingsJournal,
            shutOut,
            log.ForContext("actor", Context.Self.Path.ToStringWithoutAddress())
        );

    public ITimerScheduler Timers { get; set; } = null!; // Akka sets it before the first message.

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart()
    {
        _cluster.Subscribe(
            Self,
            ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents,
            typeof(ClusterEvent.IMemberEvent),
            typeof(ClusterEvent.IReachabilityEvent)
        );
        foreach (var kind in (Type[])[typeof(ThisActorSystemQuarantinedEvent), typeof(QuarantinedEvent)])
            Context.System.EventStream.Subscribe(Self, kind);
        Timers.StartPeriodicTimer("heartbeat", Heartbeat.Instance, BetweenHeartbeats, BetweenHeartbeats);
        _readings =
        [
            ClusterTelemetry.MemberCounts.Add(Counts),
            ClusterTelemetry.UnreachableCounts.Add(() => Volatile.Read(ref _unreachableCount)),
        ];
        if (_pingsJournal)
            Timers.StartPeriodicTimer("ping", Ping.Instance, TimeSpan.Zero, BetweenPings);
    }

    protected override void PostStop()
    {
        foreach (var reading in _readings)
            reading.Dispose();
        _cluster.Unsubscribe(Self);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.IMemberEvent { Member: var member }:
                See(member, member.Status.ToString().ToLowerInvariant());
                break;
            case ClusterEvent.UnreachableMember { Member: var member }:
                See(member, "unreachable");
                break;
            case ClusterEvent.ReachableMember { Member: var member }:
                See(member, "reachable");
                break;
            case ThisActorSystemQuarantinedEvent shut:
                _log.Error("{Address} has given this node up; it ends", shut.RemoteAddress.ToString());
                ClusterTelemetry.Quarantines.Add(1);
                _shutOut();
                break;
            case QuarantinedEvent quarantined:
                _log.Warning("{Address} is shut out", quarantined.Address.ToString());
                ClusterTelemetry.Quarantines.Add(1);
                break;
            case Heartbeat:
                AskOthers();
                break;
            case ActorIdentity { MessageId: long asked }:
                ClusterTelemetry.HeartbeatDelay.Record(
                    Stopwatch.GetElapsedTime(asked).TotalSeconds,
                    Telemetry.Tag("node", $"{Sender.Path.Address.Host}:{Sender.Path.Address.Port}")
                );
                break;
            case Ping:
                Context.ActorOf(Props.Create(() => new JournalPing(_cluster.SelfUniqueAddress.Uid)));
                break;
            case JournalPing.Answered:
                _readiness.JournalAnswered();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    void See(Member member, string status)
    {
        _log.Information("member {Address} is {Status}", member.Address.ToString(), status);
        // By the events alone: the cluster's own view may not have them yet, and no further event would come.
        if (member.Status == MemberStatus.Removed)
            _members.Remove(member.UniqueAddress);
        else
            _members[member.UniqueAddress] = member;
        if (status == "unreachable")
            _unreachable.Add(member.UniqueAddress);
        else if (status == "reachable" || member.Status == MemberStatus.Removed)
            _unreachable.Remove(member.UniqueAddress);
        _readiness.See(
            _members.TryGetValue(_cluster.SelfUniqueAddress, out var self) && self.Status == MemberStatus.Up
        );
        _counts =
        [
            .. from one in _members.Values
            from role in one.Roles
            group one by (Status: one.Status.ToString().ToLowerInvariant(), Role: role) into same
            select (same.Key.Status, same.Key.Role, same.Count()),
        ];
        Volatile.Write(ref _unreachableCount, _unreachable.Count);
    }

    // A member with two roles counts in each.
    IEnumerable<Measurement<long>> Counts() =>
        _counts.Select(one => new Measurement<long>(
            one.Count,
            Telemetry.Tag("status", one.Status),
            Telemetry.Tag("role", one.Role)
        ));

    // Akka.NET does not report the delay of its own heartbeats; this asks the same nodes over the same connection.
    void AskOthers()
    {
        foreach (var member in _members.Values)
            if (
                member.Status == MemberStatus.Up
                && !member.UniqueAddress.Equals(_cluster.SelfUniqueAddress)
                && !_unreachable.Contains(member.UniqueAddress)
            )
                Context.ActorSelection($"{member.Address}/user/{Name}").Tell(new Identify(Stopwatch.GetTimestamp()));
    }

    sealed class Heartbeat
    {
        public static readonly Heartbeat Instance = new();
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
            if (message is not RecoveryCompleted)
                return;
            Context.Parent.Tell(new Answered());
            Context.Stop(Self);
        }

        protected override void OnCommand(object message) => Unhandled(message);

        // A missing answer is enough: readiness notices it, and the searches log why.
        protected override void OnRecoveryFailure(Exception reason, object? message = null) { }

        public sealed record Answered;
    }
}
