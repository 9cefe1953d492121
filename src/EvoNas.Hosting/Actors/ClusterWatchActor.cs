using System.Diagnostics;
using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;
using EvoNas.Actors;
using EvoNas.Hosting.Nodes;
using EvoNas.Hosting.Persistence;
using Serilog;

namespace EvoNas.Hosting.Actors;

/// <summary>Watches a node's place in its cluster, its journal, and whether the others have given it up.</summary>
sealed class ClusterWatchActor : InspectedActor, IWithTimers
{
    /// <summary>The same on every node: they ask each other.</summary>
    public const string Name = "watch";

    const string NamePrefix = "name-";

    // No node can have this name.
    const string OtherCluster = "?other-cluster";

    // Heartbeats for which a coordinator at a seed node must be in another cluster: one that has just started may be
    // about to join this one.
    const int SightingsMin = 3;

    static readonly TimeSpan BetweenProbes = TimeSpan.FromSeconds(10),
        BetweenHeartbeats = TimeSpan.FromSeconds(5);

    readonly NodeReadiness _readiness;
    readonly JournalConnections? _journal;
    readonly CancellationTokenSource _stop = new();
    readonly string _nodeName;
    readonly Akka.Actor.Address[] _seeds;
    readonly Action _shutOut;
    readonly Action<string> _nameIsTaken;
    readonly ILogger _log;
    readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    readonly Dictionary<UniqueAddress, Member> _members = [];
    readonly HashSet<UniqueAddress> _unreachable = [];
    IDisposable[] _readings = [];
    bool _isProbing;
    int _sightings;

    // Read by collectors.
    volatile (string Status, string Role, int Count)[] _counts = [];
    long _unreachableCount;

    /// <param name="readiness">Where it writes what it sees.</param>
    /// <param name="journal">Of a coordinator; null elsewhere, or where it is in memory.</param>
    /// <param name="nodeName">Of this node; no other member may have it.</param>
    /// <param name="seeds">The nodes that it joins by; empty: it began its cluster.</param>
    /// <param name="nameIsTaken">Called with the address of a member that had this node's name before it.</param>
    /// <param name="shutOut">Called when the others have given this node up, or are in another cluster: it must end
    /// before it does anything else.</param>
    /// <param name="log">Fields: actor.</param>
    public ClusterWatchActor(
        NodeReadiness readiness,
        JournalConnections? journal,
        string nodeName,
        Akka.Actor.Address[] seeds,
        Action<string> nameIsTaken,
        Action shutOut,
        ILogger log
    ) =>
        (_readiness, _journal, _nodeName, _seeds, _nameIsTaken, _shutOut, _log) = (
            readiness,
            journal,
            nodeName,
            seeds,
            nameIsTaken,
            shutOut,
            log.ForContext("actor", Context.Self.Path.ToStringWithoutAddress())
        );

    public ITimerScheduler Timers { get; set; } = null!; // Akka sets it before the first message.

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(_ => Directive.Stop);

    protected override void PreStart()
    {
        // Found by the watch of a node that has the same name.
        Context.ActorOf(Props.Create(() => new NameActor()), NamePrefix + _nodeName);
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
        if (_journal is not null)
            Timers.StartPeriodicTimer("probe", Probe.Instance, TimeSpan.Zero, BetweenProbes);
    }

    protected override void PostStop()
    {
        foreach (var reading in _readings)
            reading.Dispose();
        _stop.Cancel();
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
                AskForName();
                LookForCoordinator();
                break;
            case ActorIdentity { MessageId: OtherCluster, Subject: { } coordinator }:
                JoinAgain(coordinator.Path.Address);
                break;
            case ActorIdentity { MessageId: string, Subject: { } taken }:
                Compare(taken.Path.Address);
                break;
            case ActorIdentity { MessageId: string }: // There is none.
                break;
            case ActorIdentity { MessageId: long asked }:
                ClusterTelemetry.HeartbeatDelay.Record(
                    Stopwatch.GetElapsedTime(asked).TotalSeconds,
                    Telemetry.Tag("node", $"{Sender.Path.Address.Host}:{Sender.Path.Address.Port}")
                );
                break;
            case Probe when _journal is { } journal && !_isProbing:
                _isProbing = true;
                Ask(journal, _stop.Token).PipeTo(Self);
                break;
            case Probe:
                break;
            case Probed probed:
                _isProbing = false;
                See(probed.Trouble);
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
            if (IsReachable(member))
                Context.ActorSelection($"{member.Address}/user/{Name}").Tell(new Identify(Stopwatch.GetTimestamp()));
    }

    sealed class Heartbeat
    {
        public static readonly Heartbeat Instance = new();
    }

    // A member that has just joined is asked within one heartbeat; one that does not answer is asked again.
    void AskForName()
    {
        if (!_members.TryGetValue(_cluster.SelfUniqueAddress, out var self) || self.Status != MemberStatus.Up)
            return;
        foreach (var other in _members.Values)
            if (IsReachable(other) && other.IsOlderThan(self))
                Context
                    .ActorSelection($"{other.Address}/user/{Name}/{NamePrefix}{_nodeName}")
                    .Tell(new Identify(_nodeName));
    }

    // A cluster can lose its last coordinator and live on, while that node has begun another cluster: nothing in
    // Akka.NET would bring the two together.
    void LookForCoordinator()
    {
        if (!IsWithoutCoordinator)
        {
            _sightings = 0;
            return;
        }
        foreach (var seed in _seeds)
            if (_members.Values.All(member => member.Address != seed))
                Context.ActorSelection($"{seed}/user/{ClusterNode.Searches}").Tell(new Identify(OtherCluster));
    }

    void JoinAgain(Akka.Actor.Address coordinator)
    {
        if (!IsWithoutCoordinator || ++_sightings < SightingsMin)
            return;
        _log.Warning("this cluster has no coordinator, and {Address} is in another one", coordinator.ToString());
        _shutOut();
    }

    bool IsWithoutCoordinator =>
        _members.TryGetValue(_cluster.SelfUniqueAddress, out var self)
        && self.Status == MemberStatus.Up
        && _members.Values.All(member => !member.HasRole(NodeRole.Population));

    // The older member keeps the name.
    void Compare(Akka.Actor.Address other)
    {
        if (
            _members.TryGetValue(_cluster.SelfUniqueAddress, out var self)
            && _members.Values.Any(one => one.Address == other && IsReachable(one) && one.IsOlderThan(self))
        )
            _nameIsTaken($"{other.Host}:{other.Port}");
    }

    bool IsReachable(Member member) =>
        member.Status == MemberStatus.Up
        && !member.UniqueAddress.Equals(_cluster.SelfUniqueAddress)
        && !_unreachable.Contains(member.UniqueAddress);

    static async Task<Probed> Ask(JournalConnections journal, CancellationToken stop)
    {
        try
        {
            await journal.Probe(stop).ConfigureAwait(false);
            return new(null);
        }
        catch (JournalException fault)
        {
            return new(fault);
        }
        catch (OperationCanceledException)
        {
            return new(null); // This actor has stopped.
        }
    }

    // Said when it changes, not each time.
    void See(JournalException? trouble)
    {
        if (trouble is not null && _readiness.JournalTrouble != trouble.Message)
            _log.Warning("{Reason} {Hint}", trouble.Message, trouble.Hint ?? "");
        else if (trouble is null && _readiness.JournalTrouble is not null)
            _log.Information("the journal can be written again");
        _readiness.SeeJournal(trouble?.Message);
    }

    /// <summary>Does nothing: that there is an actor of its path says that the node has the name in it.</summary>
    sealed class NameActor : UntypedActor
    {
        protected override void OnReceive(object message) => Unhandled(message);
    }

    /// <summary>Ask the journal.</summary>
    sealed class Probe
    {
        public static readonly Probe Instance = new();
    }

    /// <summary>What the journal answered; null: it can be written.</summary>
    sealed record Probed(JournalException? Trouble);
}
