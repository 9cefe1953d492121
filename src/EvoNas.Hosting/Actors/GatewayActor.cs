using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using EvoNas.Actors.Monitors;
using EvoNas.Hosting.Inspection;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Hosting.Workers;

namespace EvoNas.Hosting.Actors;

/// <summary>Takes the requests of people and programs; every node has one. What concerns searches goes to the
/// supervisor that runs them.</summary>
/// <param name="name">Of this node.</param>
/// <param name="searches">The way to the searches, wherever they are.</param>
/// <param name="monitor">Of this node.</param>
/// <param name="leave">Has this node drain and leave.</param>
sealed class GatewayActor(
    string name,
    IActorRef searches,
    IActorRef monitor,
    Action leave,
    Func<string, string?> samplesFolder
) : InspectedActor, IWithTimers
{
    public const string Name = "gate";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3),
        ActorsPatience = TimeSpan.FromSeconds(2),
        BetweenSamples = TimeSpan.FromSeconds(5);

    readonly ActorRegistry _actors = ActorRegistry.Of(Context.System);
    readonly ILoggingAdapter _log = Context.GetLogger();

    // When each node told of its actors last, or was asked first.
    readonly ConcurrentDictionary<Akka.Actor.Address, long> _told = new();

    // Nodes that answer, but not to this: they are of an earlier version, and would log each question as an error.
    readonly ConcurrentDictionary<UniqueAddress, string> _earlier = new();
    long _stuck;
    IDisposable? _readings;

    // Used behind an await, where there is no context any more.
    readonly ActorSystem _system = Context.System;

    // Null where the process is no member of a cluster.
    readonly Akka.Cluster.Cluster? _cluster = Context.System.Settings.HasCluster
        ? Akka.Cluster.Cluster.Get(Context.System)
        : null;

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!; // Akka sets it before the first message.

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer("sample", Sample.Instance, BetweenSamples, BetweenSamples);
        _readings = Telemetry.StuckActors.Add(() => Volatile.Read(ref _stuck), Telemetry.Tag("node", name));
    }

    protected override void PostStop() => _readings?.Dispose();

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Sample:
                LookForStuck();
                break;
            case Request.Actors asked:
                Actors(new(asked.Watched, asked.WithPayloads)).PipeTo(Sender);
                break;
            case RoutedMessage.AskActors asked:
                Sender.Tell(new ActorsAnswer([OwnActors(asked)]));
                break;
            case Request.Trace asked:
                Trace(asked).PipeTo(Sender);
                break;
            case RoutedMessage.AskTrace asked:
                Sender.Tell(new TraceAnswer([OwnTrace(asked.Search, asked.Birth)]));
                break;
            case Request.Samples asked:
                Samples(asked).PipeTo(Sender);
                break;
            case RoutedMessage.AskSamples asked:
                OwnSamples(asked.Search, asked.Birth).PipeTo(Sender);
                break;
            case Request.Report:
                Report().PipeTo(Sender);
                break;
            // A failure is told in words: exceptions do not travel between nodes.
            case Request.Drain drain:
                Drain(drain.Node)
                    .PipeTo(
                        Sender,
                        failure: _ => new Answer(
                            $"The node '{drain.Node}' does not answer.",
                            "See evonas status --cluster."
                        )
                    );
                break;
            case Request request:
                searches.Forward(request);
                break;
            case RoutedMessage.AskNode:
                Own().PipeTo(Sender);
                break;
            case RoutedMessage.LeaveNow:
                Sender.Tell(new Answer());
                leave();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    async Task<NodeReport> Own()
    {
        var slots = await monitor
            .Ask<MonitorActor.SlotsNow>(new MonitorActor.AskSlots(), Patience)
            .ConfigureAwait(false);
        if (_cluster?.SelfMember is not { } self)
        {
            // Whether it is shown in a browser is known to the process alone.
            var roles = NodeRole.All.Where(role => role != NodeRole.Dashboard).Order(StringComparer.Ordinal);
            return new(name, "", "up", string.Join(',', roles), slots.Slots, slots.Losses);
        }
        return new(
            name,
            self.Address.ToString(),
            self.Status.ToString().ToLowerInvariant(),
            string.Join(',', self.Roles.Order(StringComparer.Ordinal)),
            slots.Slots,
            slots.Losses
        );
    }

    // A node that does not answer in time is there all the same: the cluster knows it.
    async Task<NodeReport[]> Nodes()
    {
        if (_cluster is null)
            return [await Own().ConfigureAwait(false)];
        var unreachable = _cluster.State.Unreachable;
        var asked = _cluster
            .State.Members.Select(member =>
                (Member: member, Answer: Gate(member).Ask<NodeReport>(new RoutedMessage.AskNode(), Patience))
            )
            .ToArray();
        var reports = new List<NodeReport>();
        foreach (var (member, answer) in asked)
        {
            try
            {
                reports.Add(await answer.ConfigureAwait(false));
            }
            catch (AskTimeoutException)
            {
                reports.Add(
                    new(
                        "?",
                        member.Address.ToString(),
                        unreachable.Contains(member) ? "unreachable" : member.Status.ToString().ToLowerInvariant(),
                        string.Join(',', member.Roles.Order(StringComparer.Ordinal)),
                        [],
                        []
                    )
                );
            }
        }
        return [.. reports.OrderBy(report => report.Name, StringComparer.Ordinal)];
    }

    NodeActors OwnActors(RoutedMessage.AskActors asked)
    {
        var (address, status) = _cluster?.SelfMember is { } self
            ? (self.Address.ToString(), self.Status.ToString().ToLowerInvariant())
            : ("", "up");
        return _actors.Report(name, address, status, asked.Watched, asked.WithPayloads);
    }

    async Task<ActorsAnswer> Actors(RoutedMessage.AskActors question)
    {
        if (_cluster is null)
            return new([OwnActors(question)]);
        var unreachable = _cluster.State.Unreachable;
        var asked = _cluster
            .State.Members.Select(member => ActorsOf(member, unreachable.Contains(member), question))
            .ToArray();
        var told = await Task.WhenAll(asked).ConfigureAwait(false);
        foreach (
            var gone in _earlier.Keys.Except(_cluster.State.Members.Select(member => member.UniqueAddress)).ToArray()
        )
            _earlier.TryRemove(gone, out _);
        foreach (var gone in _told.Keys.Except(_cluster.State.Members.Select(member => member.Address)).ToArray())
            _told.TryRemove(gone, out _);
        return new([.. told.OrderBy(one => one.Name, StringComparer.Ordinal).ThenBy(one => one.Address)]);
    }

    BirthTrace OwnTrace(string search, long birth)
    {
        var (steps, kept) = _actors.Births.Of(search, birth, Stopwatch.GetTimestamp());
        return new(name, _cluster?.SelfMember.Address.ToString() ?? "", null, steps, kept);
    }

    async Task<TraceAnswer> Trace(Request.Trace asked)
    {
        if (_cluster is null)
            return new([OwnTrace(asked.Search, asked.Birth)]);
        var told = await Task.WhenAll(_cluster.State.Members.Select(member => TraceOf(member, asked)))
            .ConfigureAwait(false);
        return new([.. told.OrderBy(one => one.Name, StringComparer.Ordinal).ThenBy(one => one.Address)]);
    }

    async Task<BirthTrace> TraceOf(Member member, Request.Trace asked)
    {
        try
        {
            var answer = await Gate(member)
                .Ask<TraceAnswer>(new RoutedMessage.AskTrace(asked.Search, asked.Birth), ActorsPatience)
                .ConfigureAwait(false);
            return answer.ByNode[0]; // A node tells of itself.
        }
        catch (AskTimeoutException)
        {
            return new("?", member.Address.ToString(), "it does not answer, or is of an earlier version", [], null);
        }
    }

    Task<SamplesAnswer> OwnSamples(string search, long birth) =>
        samplesFolder(search) is { } folder
            ? Task.Run(() => new SampleShelf(folder).Read(birth))
            : Task.FromResult(SampleShelf.Nothing);

    // Of whoever has it first: a node that is silent is not waited for.
    async Task<SamplesAnswer> Samples(Request.Samples asked)
    {
        if (_cluster is null)
            return await OwnSamples(asked.Search, asked.Birth).ConfigureAwait(false);
        var asking = _cluster.State.Members.Select(member => SamplesOf(member, asked)).ToArray();
        await foreach (var answered in Task.WhenEach(asking).ConfigureAwait(false))
            if (await answered.ConfigureAwait(false) is { Bytes: > 0 } answer)
                return answer;
        return SampleShelf.Nothing;
    }

    async Task<SamplesAnswer> SamplesOf(Member member, Request.Samples asked)
    {
        try
        {
            return await Gate(member)
                .Ask<SamplesAnswer>(new RoutedMessage.AskSamples(asked.Search, asked.Birth), ActorsPatience)
                .ConfigureAwait(false);
        }
        catch (AskTimeoutException)
        {
            return SampleShelf.Nothing;
        }
    }

    async Task<NodeActors> ActorsOf(Member member, bool isUnreachable, RoutedMessage.AskActors question)
    {
        var began = _told.GetOrAdd(member.Address, Stopwatch.GetTimestamp());
        var status = isUnreachable ? "unreachable" : member.Status.ToString().ToLowerInvariant();
        if (_earlier.TryGetValue(member.UniqueAddress, out var known))
            return Earlier(known);
        // What every version answers: it tells an earlier one from one that is silent.
        var node = Gate(member).Ask<NodeReport>(new RoutedMessage.AskNode(), ActorsPatience);
        try
        {
            var answer = await Gate(member).Ask<ActorsAnswer>(question, ActorsPatience).ConfigureAwait(false);
            _told[member.Address] = Stopwatch.GetTimestamp();
            return answer.ByNode[0]; // A node tells of itself.
        }
        catch (AskTimeoutException)
        {
            if (node.IsCompletedSuccessfully)
            {
                var named = (await node.ConfigureAwait(false)).Name;
                _earlier[member.UniqueAddress] = named;
                return Earlier(named);
            }
            var silent = Stopwatch.GetElapsedTime(began).TotalSeconds;
            return NodeActors.Without("?", member.Address.ToString(), status, silent, null);
        }
        finally
        {
            await ((Task)node).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        NodeActors Earlier(string alias) =>
            NodeActors.Without(
                alias,
                member.Address.ToString(),
                status,
                null,
                "it runs an earlier version of EvoNas, which does not tell"
            );
    }

    void LookForStuck()
    {
        var (news, count) = _actors.Sample();
        foreach (var (statistics, reason) in news)
            _log.Warning("{Actor} seems to be stuck: {Reason}", statistics.Path, reason);
        Volatile.Write(ref _stuck, count);
    }

    async Task<ClusterReport> Report()
    {
        var running = searches.Ask<ClusterReport>(new Request.Report(), Patience);
        var nodes = await Nodes().ConfigureAwait(false);
        try
        {
            return (await running.ConfigureAwait(false)).With(nodes);
        }
        catch (AskTimeoutException)
        {
            return new(nodes, [], "no coordinator answers: what the searches do is not known");
        }
    }

    async Task<Answer> Drain(string node)
    {
        var nodes = await Nodes().ConfigureAwait(false);
        if (nodes.FirstOrDefault(one => one.Name == node) is not { } found)
            return new(
                $"The cluster has no node '{node}' that answers.",
                $"There are: {string.Join(", ", nodes.Select(one => one.Name))}."
            );
        if (_cluster is null)
        {
            leave();
            return new();
        }
        var member = _cluster.State.Members.FirstOrDefault(one => one.Address.ToString() == found.Address);
        return member is null
            ? new()
            : await Gate(member).Ask<Answer>(new RoutedMessage.LeaveNow(), Patience).ConfigureAwait(false);
    }

    ActorSelection Gate(Member member) => _system.ActorSelection($"{member.Address}/user/{Name}");

    /// <summary>Note how full the mailboxes are.</summary>
    sealed class Sample
    {
        public static readonly Sample Instance = new();
    }
}
