using System.CommandLine;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Configuration;
using EvoNas.Cli.Running;
using EvoNas.Cli.Searches;
using EvoNas.Cli.Views;
using EvoNas.Torch.Data;

namespace EvoNas.Cli.Spaces;

/// <summary><c>evonas spaces draw</c>: a policy of augmentation, on real pictures.</summary>
static class DrawCommand
{
    public static Verb Make(Terminal terminal, Option<string?> config)
    {
        var settings = new SettingOptions();
        var name = new Argument<string>("space") { HelpName = "SPACE", Description = "A space of policies: evonas spaces lists them" };
        var genotype = new Argument<string?>("genotype") { HelpName = "GENOTYPE", Description = "Its numbers with commas between, or random [random]", Arity = ArgumentArity.ZeroOrOne };
        var seed = Options.Text("--seed", "N", "Of a random genotype, and of what the policy does [1]");
        var pictures = Options.Text("--pictures", "N", "How many, a row each [6]");
        var images = Options.Text("--data-set", "NAME", "Where they come from [fashion-mnist]");
        var output = Options.Text("--output", "FILE", "Where the drawing goes, as PNG [SPACE.png]");
        return new Verb("draw", "What a policy of augmentation makes of real pictures, as PNG")
            .Takes(name, genotype)
            .Takes("Pictures", [seed, pictures, images, .. settings.For([KnownSettings.Data])])
            .Takes("Output", output)
            .Example("evonas spaces draw autoaugment_detection --seed 7", "a random policy, in autoaugment_detection.png")
            .Does(async parsed =>
            {
                var space = SpaceSource.Find(parsed.GetValue(name)!); // A required argument.
                if (space.Policy is not { } policyOf)
                    throw new RequestException($"'{space.Name}' is no space of policies: only these are drawn.", "See evonas spaces describe for its networks.");
                var chance = parsed.Seed(seed, 1);
                var (chosen, _) = SpaceSource.Genotype(space, parsed.GetValue(genotype) ?? "random", chance);
                var policy = policyOf(space.Decisions.Read(chosen));
                var count = (int)parsed.Whole(pictures, 6, 1, 50);
                var set = ImageDataSet.Named(parsed.GetValue(images) ?? ImageDataSet.FashionMnist.Name);
                var effective = EffectiveSettings.Of(parsed.GetValue(config), settings.Given(parsed));
                var data = Home.Of(terminal, effective.Text(KnownSettings.Home)!).DataFolder(terminal, effective); // It has a default.
                TorchLibrary.Load();
                await DataSets.Provide(terminal, set, data, quiet: false);
                var test = set.Read(new DataFolder(data).Locate(set), Part.Test);
                var drawn = PolicyPicture.Of(policy, test, Math.Min(count, test.Count), chance);
                var file = Path.GetFullPath(parsed.GetValue(output) ?? $"{space.Name}.png");
                File.WriteAllBytes(file, PngFile.Of(drawn.Pixels, drawn.Width, drawn.Height));
                PolicyTable.Of(policy).Write(terminal);
                terminal.Out.WriteLine();
                terminal.Out.WriteLine($"{drawn.Width}×{drawn.Height} pixels in {file}: the pictures as they are, and {drawn.Variations} times varied. Genotype {chosen}.");
                return Exit.Done;
            });
    }
}
