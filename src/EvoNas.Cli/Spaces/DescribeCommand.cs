using System.CommandLine;
using System.Text.Json.Nodes;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Views;
using EvoNas.Genetics;
using EvoNas.Reports;
using EvoNas.Searches;
using EvoNas.Searches.Spaces;
using EvoNas.Spaces;
using Spectre.Console;

namespace EvoNas.Cli.Spaces;

/// <summary><c>evonas spaces describe</c>: what a genotype says, its network and its cost.</summary>
static class DescribeCommand
{
    public static Verb Make(Terminal terminal)
    {
        var name = new Argument<string>("space")
        {
            HelpName = "SPACE",
            Description = "A name of evonas spaces, a JSON file, or LIBRARY.dll#TYPE",
        };
        var genotype = new Argument<string?>("genotype")
        {
            HelpName = "GENOTYPE",
            Description = "Its numbers with commas between, its values as JSON, a published network's name, or random",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var values = Options.Text("--values", "JSON", "Instead of a genotype: named values, {\"depth\": 13, …}");
        var stdin = Options.Flag(
            "--stdin",
            "One genotype, name or JSON object of values a line from standard input, one JSON object a line out"
        );
        var seed = Options.Text("--seed", "N", "Seed of a random genotype");
        var target = new TargetOptions();
        var layers = Options.Flag("--layers", "Every layer, not only blocks");
        var json = Options.Json("The description");
        return new Verb("describe", "What a genotype says, its network and its cost")
            .Takes(name, genotype)
            .Takes("Genotype", values, stdin, seed)
            .Takes("Network", target.All)
            .Takes("Output", layers, json)
            .Example("evonas spaces describe regnet-x RegNetX-200MF", "a published network")
            .Example("evonas spaces describe mnasnet random --seed 7 --layers", "a random one, layer by layer")
            .Example("evonas sample mnasnet | evonas spaces describe mnasnet --stdin", "many, as JSON lines")
            .Does(parsed =>
            {
                var space = SpaceSource.Find(parsed.GetValue(name)!); // A required argument.
                var written = parsed.GetValue(genotype);
                if (parsed.GetValue(stdin))
                    return written is null && parsed.GetValue(values) is null
                        ? DescribeMany(terminal, space, parsed, target)
                        : throw new RequestException(
                            $"{(written is null ? "--values" : "A GENOTYPE")} and --stdin are given.",
                            "Give one of the two."
                        );
                var (chosen, own) = (written, parsed.GetValue(values)) switch
                {
                    (null, null) => throw new RequestException(
                        "evonas spaces describe needs a GENOTYPE.",
                        "Its numbers with commas between, its values as '{…}', a published network's name, random, "
                            + "or --stdin."
                    ),
                    (null, { } given) => (SpaceSource.FromValues(space, given), null),
                    ({ } text, null) => SpaceSource.Genotype(space, text, parsed.Seed(seed, 1)),
                    _ => throw new RequestException("A GENOTYPE and --values are given.", "Give one of the two."),
                };
                var description = Description.Of(space, chosen, target.Over(space, own, parsed));
                if (parsed.GetValue(json))
                    terminal.WriteJson(description.ToJson());
                else
                    Show(terminal, description, written, parsed.GetValue(layers));
                return Exit.Done;
            });
    }

    // A line that cannot be read is answered in its place, so that answers and questions stay side by side.
    static int DescribeMany(Terminal terminal, Space space, ParseResult parsed, TargetOptions target)
    {
        var wrong = 0;
        while (terminal.In.ReadLine() is { } line)
        {
            if (line.Trim() is not { Length: > 0 } text || text[0] == '#')
                continue;
            // Behind a genotype may stand its cost, as evonas sample writes it.
            if (text[0] != '{')
                text = text.Split('\t', 2)[0].TrimEnd();
            try
            {
                var (genotype, own) = SpaceSource.Genotype(space, text, seed: 1);
                terminal.WriteJsonLine(Description.Of(space, genotype, target.Over(space, own, parsed)).ToJson());
            }
            catch (RequestException fault)
            {
                wrong++;
                terminal.WriteJsonLine(new JsonObject { ["genotype"] = text, ["error"] = fault.Message });
            }
        }
        terminal.Out.Flush();
        return wrong == 0
            ? Exit.Done
            : throw new RequestException(
                $"{wrong} line{(wrong == 1 ? "" : "s")} could not be read; their answers have an \"error\"."
            );
    }

    static void Show(Terminal terminal, Description description, string? written, bool layers)
    {
        var (space, point) = (description.Space, description.Point);
        var console = terminal.Pretty;
        var named = space
            .Named.FirstOrDefault(known => known.Name.Equals(written, StringComparison.OrdinalIgnoreCase))
            ?.Name;
        console.MarkupLine(
            named is null
                ? $"[bold]{Markup.Escape(space.Name)}[/]  {point.Genotype}"
                : $"[bold]{Markup.Escape(named)}[/]  [grey]{Markup.Escape(space.Name)}[/] {point.Genotype}"
        );
        if (space.Decisions.Fault(point.Genotype) is { } fault)
            console.MarkupLine($"[yellow]outside of the space:[/] {Markup.Escape(fault)}");
        terminal.Out.WriteLine();
        var values = new Listing(("DECISION", Listing.Kind.Text), ("VALUE", Listing.Kind.Long));
        foreach (var answer in point.Active)
            values.Add(answer.Id, answer.Value.ToString());
        values.Write(terminal);
        if (space.Specify(point) is JsonObject specification)
        {
            terminal.Out.WriteLine();
            foreach (var (key, value) in specification)
                if (value is not JsonArray { Count: > 0 } array || array[0] is not JsonObject)
                    terminal.Out.WriteLine(
                        $"{key}: {(value is null ? "null" : JsonText.Of(value, indented: false).Replace(",", ", "))}"
                    );
        }
        if (space.Policy is { } policy)
        {
            terminal.Out.WriteLine();
            PolicyTable.Of(policy(point)).Write(terminal);
        }
        if (description is not { Network: { } network, Cost: { } cost })
            return;
        terminal.Out.WriteLine();
        NetworkTable.Of(network, layers).Write(terminal);
        terminal.Out.WriteLine();
        console.MarkupLine(
            $"[bold]{Figures.Exact(cost.Parameters)}[/] parameters, "
                + $"[bold]{Figures.Exact(cost.MultiplyAdds)}[/] multiply-adds"
                + (cost.BiasAdds > 0 ? $" (and {Figures.Exact(cost.BiasAdds)} bias adds)" : "")
                + $", {Figures.Exact(cost.Activations)} activations"
        );
        console.MarkupLine(
            $"{Figures.Bytes(cost.PeakActivationBytes)} of activations alive at once, one sample of "
                + $"{Markup.Escape(network.Input.ToString())}; fingerprint {network.Fingerprint}"
        );
    }
}
