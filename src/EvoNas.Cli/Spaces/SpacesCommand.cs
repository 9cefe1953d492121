using System.CommandLine;
using System.Text.Json.Nodes;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Views;
using EvoNas.Genetics;
using EvoNas.Reports;
using EvoNas.Searches.Spaces;
using EvoNas.Spaces;
using Spectre.Console;

namespace EvoNas.Cli.Spaces;

/// <summary><c>evonas spaces</c>: what can be searched.</summary>
static class SpacesCommand
{
    public static Verb Make(Terminal terminal, Option<string?> config)
    {
        // `evonas spaces` is `evonas spaces list`: both take --json.
        var spaces = new Verb("spaces", "Search spaces: list, show, describe a genotype, draw a network or a policy")
            .Example("evonas spaces", "every space, with its size")
            .Example("evonas spaces show regnet-x", "its decisions and their candidates")
            .Example("evonas spaces describe regnet-x RegNetX-200MF", "a published network, block by block");
        Lists(spaces, terminal);
        spaces.With(
            Lists(new("list", "Every space with its task, size and source"), terminal),
            ShowCommand(terminal),
            DescribeCommand.Make(terminal),
            DrawCommand.Make(terminal, config),
            SchemaCommand(terminal)
        );
        return spaces;
    }

    static Verb Lists(Verb verb, Terminal terminal)
    {
        var json = Options.Json("The list");
        return verb.Takes("Output", json).Does(parsed => List(terminal, parsed.GetValue(json)));
    }

    static int List(Terminal terminal, bool json)
    {
        if (json)
        {
            terminal.WriteJson(
                new JsonArray([
                    .. SpaceCatalog.All.Select(space => new JsonObject
                    {
                        ["name"] = space.Name,
                        ["task"] = space.Task,
                        ["decisions"] = space.Decisions.Decisions.Count,
                        ["slots"] = space.Decisions.SlotCount,
                        ["size"] = space.Decisions.SizeText,
                        ["log10Size"] = double.IsFinite(space.Decisions.Log10Size) ? space.Decisions.Log10Size : null,
                        ["summary"] = space.Summary,
                        ["source"] = space.Source,
                        ["named"] = new JsonArray([.. space.Named.Select(named => (JsonNode)named.Name)]),
                    }),
                ])
            );
            return Exit.Done;
        }
        var rows = new Listing(
            ("SPACE", Listing.Kind.Text),
            ("TASK", Listing.Kind.Text),
            ("DECISIONS", Listing.Kind.Number),
            ("SIZE", Listing.Kind.Number),
            ("SUMMARY", Listing.Kind.Long),
            ("SOURCE", Listing.Kind.Long)
        );
        foreach (var space in SpaceCatalog.All)
            rows.Add(
                space.Name,
                space.Task,
                $"{space.Decisions.Decisions.Count}",
                Size(space),
                space.Summary,
                space.Source
            );
        rows.Write(terminal);
        return Exit.Done;
    }

    /// <summary>Powers of ten are what people compare.</summary>
    public static string Size(Space space) =>
        space.Decisions.Size is { } size && size < 1_000_000 ? Figures.Exact((long)size)
        : double.IsFinite(space.Decisions.Log10Size)
            ? $"10^{space.Decisions.Log10Size.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)}"
        : "infinite";

    static Verb SchemaCommand(Terminal terminal) =>
        (Verb)
            new Verb("schema", "The JSON Schema of spaces of your own, for editors")
                .Example("evonas spaces schema > space.schema.json", "")
                .Does(_ =>
                {
                    using var schema = new StreamReader(
                        typeof(SpacesCommand).Assembly.GetManifestResourceStream("space.schema.json")!
                    ); // It is built in.
                    terminal.Out.Write(schema.ReadToEnd());
                    return Exit.Done;
                });

    static Verb ShowCommand(Terminal terminal)
    {
        var name = new Argument<string>("space")
        {
            HelpName = "SPACE",
            Description = "A name of evonas spaces, a JSON file, or LIBRARY.dll#TYPE",
        };
        var json = Options.Json("The decisions");
        return new Verb("show", "A space's decisions, candidates and conditions")
            .Takes(name)
            .Takes("Output", json)
            .Example("evonas spaces show regnet-x", "")
            .Does(parsed =>
            {
                var space = SpaceSource.Find(parsed.GetValue(name)!); // A required argument.
                if (parsed.GetValue(json))
                    terminal.WriteJson(SpaceJson.Of(space));
                else
                    Show(terminal, space);
                return Exit.Done;
            });
    }

    static void Show(Terminal terminal, Space space)
    {
        var console = terminal.Pretty;
        console.MarkupLine($"[bold]{Markup.Escape(space.Name)}[/]  {Markup.Escape(space.Summary)}");
        if (space.Source != "")
            console.MarkupLine($"[grey]{Markup.Escape(space.Source)}[/]");
        console.MarkupLine(
            $"{space.Task}; {Figures.Counted(space.Decisions.Decisions.Count, "decision")}, "
                + $"{Figures.Counted(space.Decisions.SlotCount, "slot")}, "
                + $"{Size(space)} point{(space.Decisions.Size == 1 ? "" : "s")}"
                + (space.Decisions.Size is { } size && size >= 1_000_000 ? $" [grey]({size})[/]" : "")
                + (space.Decisions.Rule is null ? "" : "; a rule leaves some out")
        );
        console.WriteLine();
        foreach (var decision in space.Decisions.Decisions)
            console.Write(SpaceTree.Of(decision));
        if (space.Named.Count == 0)
            return;
        console.WriteLine();
        console.MarkupLine(
            $"[yellow]Published[/]  {Markup.Escape(string.Join(", ", space.Named.Select(named => named.Name)))}"
        );
    }
}
