using System.CommandLine;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Running;
using EvoNas.Reports;
using EvoNas.Reports.Drawings;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Spaces;
using EvoNas.Torch.Data;

namespace EvoNas.Cli.Spaces;

/// <summary><c>evonas spaces draw</c>: a network as blocks and lines, or a policy of augmentation on real
/// images.</summary>
static class DrawCommand
{
    public static Verb Make(Terminal terminal, Option<string?> config)
    {
        var settings = new SettingOptions();
        var name = new Argument<string>("space")
        {
            HelpName = "SPACE",
            Description = "A name of evonas spaces, a JSON file, or LIBRARY.dll#TYPE",
        };
        var genotype = new Argument<string?>("genotype")
        {
            HelpName = "GENOTYPE",
            Description =
                "Its numbers with commas between, its values as JSON, a published network's name, or random [random]",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var seed = Options.Text("--seed", "N", "Seed of a random genotype and of the policy's operations [1]");
        var rows = Options.Text("--pictures", "N", "How many images, a row each [6]");
        var images = Options.Text("--data-set", "NAME", "Where they come from [fashion-mnist]");
        var target = new TargetOptions();
        var output = Options.Text(
            "--output",
            "FILE",
            "Where the drawing goes: .svg or .dot of a network, .png of a policy [SPACE.svg, SPACE.png]"
        );
        return new Verb(
            "draw",
            "A network as SVG or Graphviz, or what an augmentation policy makes of real images, as PNG"
        )
            .Takes(name, genotype)
            .Takes("Images", [seed, rows, images, .. settings.For([KnownSettings.Data])])
            .Takes("Network", target.All)
            .Takes("Output", output)
            .Example("evonas spaces draw regnet-x RegNetX-200MF", "a published network, in regnet-x.svg")
            .Example(
                "evonas spaces draw autoaugment_detection --seed 7",
                "a random policy, in autoaugment_detection.png"
            )
            .Does(async parsed =>
            {
                var space = SpaceSource.Find(parsed.GetValue(name)!); // A required argument.
                var chance = parsed.Seed(seed, 1);
                var written = parsed.GetValue(genotype) ?? "random";
                var (chosen, own) = SpaceSource.Genotype(space, written, chance);
                if (space.Build is not null)
                    return DrawNetwork(
                        terminal,
                        space,
                        chosen,
                        written,
                        target.Over(space, own, parsed),
                        parsed.GetValue(output)
                    );
                if (space.Policy is not { } policyOf)
                    throw new RequestException(
                        $"'{space.Name}' is a space of decisions alone: there is nothing to draw.",
                        "See evonas spaces show for its decisions."
                    );
                target.Over(space, own, parsed);
                var file = Path.GetFullPath(parsed.GetValue(output) ?? $"{space.Name}.png");
                if (Path.GetExtension(file).ToLowerInvariant() is not ".png" and var other)
                    throw new RequestException($"A policy is not drawn as '{other}'.", "End --output in .png.");
                var policy = policyOf(space.Decisions.Read(chosen));
                var count = (int)parsed.Whole(rows, 6, 1, 50);
                var set = ImageDataSet.Named(parsed.GetValue(images) ?? ImageDataSet.FashionMnist.Name);
                var effective = EffectiveSettings.Of(parsed.GetValue(config), settings.Given(parsed));
                var data = Home.Of(terminal.Variable, effective.Text(KnownSettings.Home)!)
                    .DataFolder(terminal.Variable, effective); // It has a default.
                TorchLibrary.Load();
                await DataSets.Provide(set, data, terminal.Notes(quiet: false));
                var test = set.Read(new DataFolder(data).Locate(set), Part.Test);
                var drawn = PolicyImage.Of(policy, test, Math.Min(count, test.Count), chance);
                File.WriteAllBytes(file, PngFile.Of(drawn.Pixels, drawn.Width, drawn.Height));
                PolicyTable.Of(policy).Write(terminal);
                terminal.Out.WriteLine();
                terminal.Out.WriteLine(
                    $"{drawn.Width}×{drawn.Height} pixels in {file}: the images as they are, "
                        + $"and {drawn.Variations} times "
                        + $"varied. Genotype {chosen}."
                );
                return Exit.Done;
            });
    }

    static int DrawNetwork(
        Terminal terminal,
        EvoNas.Spaces.Space space,
        Genetics.Genotype genotype,
        string written,
        EvoNas.Spaces.Target target,
        string? output
    )
    {
        var file = Path.GetFullPath(output ?? $"{space.Name}.svg");
        var network = space.Decode(genotype, target);
        // Numbers are no name, even where they are those of a published network: it may be of another size.
        var title = space.Named.FirstOrDefault(known => known.Name.Equals(written, StringComparison.OrdinalIgnoreCase))
            is { } named
            ? $"{named.Name} ({space.Name})"
            : $"{space.Name} {genotype}";
        var profile =
            target.Profile != "" || space.Profiles.Count < 2
                ? target.Profile
                : space.ClassifyingProfile ?? space.Profiles[0];
        var drawn = Path.GetExtension(file).ToLowerInvariant() switch
        {
            ".svg" => NetworkDrawing.Svg(title, profile, network),
            ".dot" or ".gv" => NetworkDrawing.Dot(title, network),
            var other => throw new RequestException(
                $"A network is not drawn as '{other}'.",
                "End --output in .svg, or in .dot for Graphviz."
            ),
        };
        OutputFile.Write(file, drawn);
        terminal.Out.WriteLine($"{title}: {Figures.Counted(BlockGraph.Of(network).Blocks.Count, "block")} in {file}");
        return Exit.Done;
    }
}
