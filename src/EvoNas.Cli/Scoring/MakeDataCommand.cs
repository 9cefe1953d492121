using System.CommandLine;
using EvoNas.Cli.CommandLine;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Tasks.Scenes;
using EvoNas.Torch.Data;

namespace EvoNas.Cli.Scoring;

/// <summary><c>evonas data make</c>: data sets that are derived from others, with exact truth.</summary>
static class MakeDataCommand
{
    public static Verb Make(Terminal terminal, Option<string?> config)
    {
        var settings = new SettingOptions();
        var name = new Argument<string>("name") { HelpName = "NAME", Description = FashionScenes.Name };
        var side = Options.Text("--image-side", "PX", $"Side of an image in pixels [{FashionScenes.UsualSide}]");
        return new Verb("make", "Make a data set that is derived from another, with exact boxes and masks")
        {
            Notes =
                $"fashion-scenes: {FashionScenes.TrainCount:N0} scenes to train and {FashionScenes.TestCount} to test, "
                + "of garments of Fashion-MNIST. Kept in the data folder; a training makes what is missing.",
        }
            .Takes(name)
            .Takes("Data", [side, .. settings.For(KnownSettings.Data)])
            .Example("evonas data make fashion-scenes --image-side 96", "")
            .Does(async parsed =>
            {
                var wanted = parsed.GetValue(name)!; // A required argument.
                if (wanted != FashionScenes.Name)
                    throw Nearest.Unknown("derived data set", wanted, [FashionScenes.Name]);
                var pixels = (int)
                    parsed.Whole(side, FashionScenes.UsualSide, FashionScenes.SideMin, FashionScenes.SideMax);
                var effective = EffectiveSettings.Of(parsed.GetValue(config), settings.Given(parsed));
                var home = Home.Of(terminal.Variable, effective.Text(KnownSettings.Home)!); // It has a default.
                var data = home.DataFolder(terminal.Variable, effective);
                var say = terminal.Notes(quiet: false);
                await DataSets.Provide(ImageDataSet.FashionMnist, data, say);
                FashionScenes.Make(new(data), pixels, say);
                terminal.Out.WriteLine(
                    Path.GetDirectoryName(FashionScenes.PathOf(new(data), pixels, Part.Train))
                );
                return Exit.Done;
            });
    }
}
