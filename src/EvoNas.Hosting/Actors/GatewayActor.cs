using Akka.Actor;
using Akka.Cluster;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;

namespace EvoNas.Hosting.Actors;

/// <summary>Takes the requests of people and programs; every node has one. What concerns searches goes to the
/// supervisor that runs them.</summary>
/// <param name="name">Of this node.</param>
/// <param name="searches">The way to the searches, wherever they are.</param>
/// <param name="monitor">Of this node.</param>
/// <param name="leave">Has this node drain and leave.</param>
sealed class GatewayActor(string name, IActorRef searches, IActorRef monitor, Action leave) : UntypedActor
{
    public const string Name = "gate";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    // Used behind an await, where there is no context any more.
    readonly ActorSystem _system = Context.System;

    // Null where the process is no member of a cluster.
    readonly Akka.Cluster.Cluster? _cluster = Context.System.Settings.HasCluster
        ? Akka.Cluster.Cluster.Get(Context.System)
        : null;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
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
            var all = string.Join(',', NodeRole.All.Order(StringComparer.Ordinal));
            return new(name, "", "up", all, slots.Slots, slots.Losses);
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

    async Task<ClusterReport> Report()
    {
        var running = searches.Ask<ClusterReport>(new Request.Report(), Patience);
        var nodes = await Nodes().ConfigureAwait(false);
        try
        {
            return (await running.ConfigureAwait(false)) with { Nodes = nodes };
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
}
