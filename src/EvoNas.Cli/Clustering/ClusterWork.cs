using System.Text.Json.Nodes;
using EvoNas.Actors;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Dashboards;
using EvoNas.Cli.Monitoring;
using EvoNas.Cli.Running;
using EvoNas.Cli.Searches;
using EvoNas.Cli.Views;
using EvoNas.Evolution;
using EvoNas.Hosting;
using EvoNas.Hosting.Messages;
using EvoNas.Hosting.Nodes;
using EvoNas.Lineages;
using EvoNas.Reports;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;

namespace EvoNas.Cli.Clustering;

/// <summary>The cluster's commands over Akka.NET.</summary>
static class ClusterWork
{
    /// <summary>Is a node until it is asked to leave; one that its cluster gave up comes back by itself.</summary>
    public static async Task<int> Node(Terminal terminal, EffectiveSettings effective, Home home, string? config)
    {
        var member = new Membership(terminal, effective, home, config);
        await using var held = member.HoldFolder();
        await using var log = member.OpenLog();
        Serilog.Log.Logger = log;
        await using var exporting = Exporting.Begin(terminal, effective, log, member.Name);
        using var places = member.Places();
        var (leave, end) = (
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
        );
        using var interruptions = new Interruptions(() => leave.TrySetResult(), () => end.TrySetResult());
        // What a dashboard lacks is said before the node joins.
        var shown = effective.Texts(MemberSettings.Roles).Contains(NodeRole.Dashboard)
            ? DashboardRun.JournalOf(terminal, effective)
            : null;
        // Held for as long as the process: a node that joins again finds no other writer.
        using var file = AtStart(member.OpenJournalFile);
        while (true)
        {
            var node = AtStart(() => ClusterNode.Start(member.Plan(log, file), log));
            using var health = effective.Whole(MemberSettings.HealthPort) is { } port
                ? HealthEndpoint.Open(node.Readiness, effective.Text(MemberSettings.Host)!, (int)port)
                : null; // It has a default.
            await using var dashboard = shown is null
                ? null
                : await DashboardRun.InNode(terminal, home, effective, node, shown, log);
            terminal.Out.WriteLine(
                $"{member.Name} at {node.Endpoint}: {string.Join(", ", effective.Texts(MemberSettings.Roles))}"
            );
            await terminal.Out.FlushAsync();
            await Task.WhenAny(node.Ended, leave.Task);
            if (leave.Task.IsCompleted)
            {
                await Task.WhenAny(Task.WhenAll(node.Leave(), node.Ended), end.Task);
                return Exit.Done;
            }
            if (node.Refused is { } refused)
                throw new RequestException(refused, "Give each node a name of its own: --name.");
            // Asked by `drain`: it is not to come back.
            if (node.IsLeaving)
                return Exit.Done;
            log.Warning("the cluster removed this node; it joins again");
            await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(2)), leave.Task);
        }
    }

    // A journal that cannot be opened when a node starts is a mistake of whoever starts it.
    static T AtStart<T>(Func<T> open)
    {
        try
        {
            return open();
        }
        catch (JournalException fault)
        {
            throw new RequestException(fault.Message, fault.Hint);
        }
    }

    /// <summary>Hands a search over, and shows it until it has finished or the reader leaves.</summary>
    public static async Task<int> Search(
        Terminal terminal,
        ClusterContact contact,
        SearchRequest request,
        string name,
        bool json
    )
    {
        await using (var client = Client(terminal, contact))
        {
            var isNew =
                request.Founders.Count > 0 && (await client.Report()).Searches.All(search => search.Name != name);
            await client.Do(new Request.Run(SearchOrder.Of(name, request.Settings, request.SpaceText)));
            // Whoever hands a search over that has begun, with the same command, gets it as it is.
            if (isNew)
                foreach (var part in request.Founders.Chunk(Proposal.CountMax))
                    await client.Propose(
                        new(name, [.. part.Select(one => one.Genotype.ToString())], [.. part.Select(one => one.Origin)])
                    );
        }
        using var stop = new CancellationTokenSource();
        using var interruptions = new Interruptions(stop.Cancel, stop.Cancel);
        var reporter = Reporter.For(terminal, json, name, $"{request.Space.Name}, {request.Evaluation.InWords}");
        var follower = new Follower(
            node => Client(terminal, contact with { Node = node }),
            contact.Node,
            name,
            reporter
        );
        await reporter.Around(async () =>
        {
            try
            {
                await follower.Run(stop.Token);
            }
            catch (OperationCanceledException)
            {
                reporter.Note("left; the search goes on");
            }
        });
        SearchCommand.RefuseLimit(name, follower.View.Finished, follower.View.Spent);
        return Exit.Done;
    }

    public static async Task<int> Steer(
        Terminal terminal,
        ClusterContact contact,
        Steering steering,
        string name,
        Budget? budget
    )
    {
        await using var client = Client(terminal, contact);
        return await Steer(terminal, client, steering, name, budget);
    }

    /// <summary>The same of a cluster and of a search that a process of this machine runs.</summary>
    public static async Task<int> Steer(
        Terminal terminal,
        SearchClient client,
        Steering steering,
        string name,
        Budget? budget
    )
    {
        if (steering is Steering.Resume && budget is not null)
            await client.Do(new Request.Extend(name, budget));
        await client.Do(
            steering switch
            {
                Steering.Pause => new Request.Pause(name, $"{Environment.UserName}@{Environment.MachineName}"),
                Steering.Resume => new Request.Resume(name),
                Steering.Extend => new Request.Extend(name, budget!), // The command gives one.
                Steering.Stop => new Request.Stop(name),
                Steering.Drain => new Request.Drain(name),
                _ => throw new System.Diagnostics.UnreachableException(),
            }
        );
        terminal.Out.WriteLine($"{name}: {steering.ToString().ToLowerInvariant()}");
        return Exit.Done;
    }

    /// <param name="name">A search; null: nodes and all searches.</param>
    public static async Task<int> Status(Terminal terminal, ClusterContact contact, string? name, bool json)
    {
        await using var client = Client(terminal, contact);
        var report = await client.Report();
        if (name is not null)
            report = new([], [Find(report, name)], report.Trouble);
        if (json)
            terminal.WriteJson(name is null ? ToJson(report) : ToJson(report.Searches[0]));
        else
            Show(terminal, report);
        return Exit.Done;
    }

    /// <param name="name">A search; null: the one that runs.</param>
    /// <param name="once">Draws one frame and ends.</param>
    public static async Task<int> Top(Terminal terminal, ClusterContact contact, string? name, bool once)
    {
        await using var client = Client(terminal, contact);
        var report = await client.Report();
        var search = name is not null
            ? Find(report, name)
            : report.Searches.Where(one => one.State is SearchState.Running or SearchState.Waiting).ToArray() switch
            {
                [var only] => only,
                [] => throw new RequestException(
                    "No search runs in this cluster.",
                    "All searches: evonas status --cluster HOST:PORT."
                ),
                var several => throw new RequestException(
                    $"{several.Length} searches run: {string.Join(", ", several.Select(one => one.Name))}.",
                    "Name one of them."
                ),
            };
        await new SearchTop(terminal, client, search.Name).Show(once || !terminal.IsInteractive);
        return Exit.Done;
    }

    /// <summary>What a subscriber was told.</summary>
    public static LineageEvent EventOf(Told told) =>
        EventSerializer.Read(SearchOrder.PersistenceIdOf(told.Search), told.Number, told.Manifest, told.Payload);

    static SearchReport Find(ClusterReport report, string name)
    {
        if (report.Searches.FirstOrDefault(search => search.Name == name) is { } found)
            return found;
        if (report.Trouble is { } trouble)
            throw new SearchStoppedException($"What '{name}' does is not known: {trouble}", "Ask again.");
        throw new RequestException(
            $"The cluster runs no search called '{name}'.",
            Nearest.To(name, [.. report.Searches.Select(search => search.Name)]) is { } near ? $"Did you mean '{near}'?"
                : report.Searches.Length > 0
                    ? $"There are: {string.Join(", ", report.Searches.Select(search => search.Name))}."
                : "Begin one: evonas search --cluster HOST:PORT --name NAME."
        );
    }

    /// <summary>Asks a node of a cluster.</summary>
    public static SearchClient Client(Terminal terminal, ClusterContact contact) =>
        ClusterClient.Open(
            contact.Node,
            contact.Effective.Text(MemberSettings.Host)!,
            Membership.CertificateOf(terminal, contact.Effective)
        ); // It has a default.

    static void Show(Terminal terminal, ClusterReport report)
    {
        var nodes = new Listing(
            ("NODE", Listing.Kind.Text),
            ("STATUS", Listing.Kind.Text),
            ("ROLES", Listing.Kind.Text),
            ("SLOTS", Listing.Kind.Text),
            ("ADDRESS", Listing.Kind.Long)
        );
        foreach (var node in report.Nodes)
            nodes.Add(
                node.Name,
                node.Status,
                node.Roles,
                string.Join(
                    ", ",
                    node.Slots.GroupBy(slot => slot.Does).Select(group => $"{group.Count()} {group.Key}")
                ),
                node.Address
            );
        if (report.Nodes.Length > 0)
        {
            nodes.Write(terminal);
            terminal.Out.WriteLine();
        }
        var searches = new Listing(
            ("SEARCH", Listing.Kind.Text),
            ("STATE", Listing.Kind.Text),
            ("SPACE", Listing.Kind.Text),
            ("ENDED", Listing.Kind.Number),
            ("OF", Listing.Kind.Number),
            ("SLOTS", Listing.Kind.Number),
            ("BEST", Listing.Kind.Number),
            ("GENOTYPE", Listing.Kind.Long)
        );
        foreach (var search in report.Searches)
            searches.Add(
                search.Name,
                search.State,
                search.Space,
                Figures.Exact(search.Ended),
                search.Budget is { } of ? Figures.Exact(of) : "",
                Figures.Exact(search.Slots),
                search.Best is { } best ? Figures.Fitness(best) : "",
                search.Detail ?? search.BestGenotype ?? ""
            );
        searches.Write(terminal);
        if (report.Trouble is { } trouble)
            terminal.Error.WriteLine($"warning: {trouble}");
    }

    static JsonObject ToJson(ClusterReport report) =>
        new()
        {
            ["nodes"] = new JsonArray([
                .. report.Nodes.Select(node => new JsonObject
                {
                    ["name"] = node.Name,
                    ["address"] = node.Address,
                    ["status"] = node.Status,
                    ["roles"] = node.Roles,
                    ["slots"] = new JsonArray([
                        .. node.Slots.Select(slot => new JsonObject
                        {
                            ["name"] = slot.Name,
                            ["does"] = slot.Does,
                            ["search"] = slot.Search,
                            ["birth"] = slot.Birth,
                            ["attempt"] = slot.Attempt,
                            ["detail"] = slot.Detail,
                        }),
                    ]),
                }),
            ]),
            ["searches"] = new JsonArray([.. report.Searches.Select(ToJson)]),
            ["trouble"] = report.Trouble,
        };

    static JsonObject ToJson(SearchReport search) =>
        new()
        {
            ["name"] = search.Name,
            ["state"] = search.State,
            ["space"] = search.Space,
            ["events"] = search.Events,
            ["ended"] = search.Ended,
            ["pending"] = search.Pending,
            ["budget"] = search.Budget,
            ["best"] = search.Best,
            ["bestGenotype"] = search.BestGenotype,
            ["slots"] = search.Slots,
            ["detail"] = search.Detail,
        };
}
