using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using EvoNas.Actors.Monitors;
using EvoNas.Cli.Clustering;
using EvoNas.Cli.CommandLine;
using EvoNas.Reports;
using EvoNas.Searches.Folders;

namespace EvoNas.Cli.Searches;

/// <summary><c>evonas trace</c>: one birth, followed through all actors that handled a message about it.</summary>
static class TraceCommand
{
    public static Verb Make(Terminal terminal, Option<string?> config, Func<ParseResult, Home> home)
    {
        var name = new Argument<string>("name") { HelpName = "NAME", Description = "A search that runs" };
        var birth = new Argument<long>("birth") { HelpName = "BIRTH", Description = "The number of a birth" };
        var (json, cluster) = (
            Options.Json("The messages"),
            new ClusterOptions(config, "All nodes of the cluster of this node")
        );
        return new Verb("trace", "Follow a birth of a running search through all actors")
        {
            Notes =
                "Each node keeps the last 8,192 messages about births, about a thousand births; progress of trainings\n"
                + "is left out. Events that were kept are in evonas lineage NAME show BIRTH.",
        }
            .Takes(name)
            .Takes(birth)
            .Takes("Cluster", cluster.All)
            .Takes("Output", json)
            .Example("evonas trace night 412", "who handled what, how long it waited and took")
            .Example("evonas trace night 412 --cluster 127.0.0.1:4053", "on all nodes")
            .Does(async parsed =>
            {
                var (search, number) = (parsed.GetValue(name)!, parsed.GetValue(birth)); // Required arguments.
                if (number < 1)
                    throw new RequestException($"BIRTH is {number}; births are numbered from 1.");
                await using var client = cluster.Of(parsed) is { } contact
                    ? ClusterWork.Client(terminal, contact)
                    : TopCommand.Socket(home(parsed), search);
                var nodes = await client.Trace(search, number);
                if (parsed.GetValue(json))
                    terminal.WriteJson(ToJson(search, number, nodes));
                else
                    Show(terminal, number, nodes);
                return Exit.Done;
            });
    }

    // By when they were handled: clocks of nodes need not agree, so all is told back from the answer.
    static void Show(Terminal terminal, long birth, IReadOnlyList<BirthTrace> nodes)
    {
        var steps = nodes
            .SelectMany(node => node.Steps.Select(step => (node, step)))
            .OrderByDescending(pair => pair.step.SecondsAgo)
            .ToArray();
        var isCluster = nodes.Count > 1;
        if (steps.Length == 0)
            terminal.Out.WriteLine($"No message about birth {birth} is kept.");
        else
            Write("before", "actor", "message", "waited", "took", isCluster ? "node, path" : "path");
        foreach (var (node, step) in steps)
            Write(
                Figures.Brief(step.SecondsAgo),
                step.Actor,
                step.Attempt > 1 ? $"{step.Message} {step.Attempt}" : step.Message,
                step.WaitSeconds is { } wait ? Figures.Brief(wait) : "–",
                Figures.Brief(step.Seconds),
                (isCluster ? $"{node.Name}, " : "") + step.Path + (step.Failure is { } failure ? $"  {failure}" : "")
            );
        foreach (var node in nodes)
        {
            if (node.Refusal is { } refusal)
                terminal.Out.WriteLine($"{node.Name} {node.Address}: {refusal}");
            if (node.KeptSeconds is { } kept)
                terminal.Out.WriteLine($"{node.Name} keeps messages about births for {Figures.Brief(kept)} so far.");
        }

        void Write(string ago, string actor, string message, string waited, string took, string path) =>
            terminal.Out.WriteLine($"{ago, 10}  {actor, -12}{message, -14}{waited, 10}{took, 10}  {path}");
    }

    static JsonObject ToJson(string search, long birth, IReadOnlyList<BirthTrace> nodes) =>
        new()
        {
            ["search"] = search,
            ["birth"] = birth,
            ["nodes"] = new JsonArray([
                .. nodes.Select(node => new JsonObject
                {
                    ["name"] = node.Name,
                    ["address"] = node.Address,
                    ["refusal"] = node.Refusal,
                    ["keptSeconds"] = node.KeptSeconds,
                    ["steps"] = new JsonArray([
                        .. node.Steps.Select(step => new JsonObject
                        {
                            ["path"] = step.Path,
                            ["actor"] = step.Actor,
                            ["message"] = step.Message,
                            ["attempt"] = step.Attempt == 0 ? null : step.Attempt,
                            ["waitSeconds"] = step.WaitSeconds,
                            ["seconds"] = step.Seconds,
                            ["failure"] = step.Failure,
                            ["secondsAgo"] = step.SecondsAgo,
                        }),
                    ]),
                }),
            ]),
        };
}
