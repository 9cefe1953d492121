using System.CommandLine;
using EvoNas.Cli.CommandLine;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Tasks.Lidar;
using EvoNas.Tasks.Scenes;
using EvoNas.Tasks.Volumes;
using EvoNas.Torch.Data;

namespace EvoNas.Cli.Scoring;

/// <summary><c>evonas data make</c>: data sets that are derived from others, with exact truth.</summary>
static class MakeDataCommand
{
    public static Verb Make(Terminal terminal, Option<string?> config)
    {
        var settings = new SettingOptions();
        var name = new Argument<string>("name") { HelpName = "NAME", Description = string.Join(", ", Names) };
        var side = Options.Text(
            "--image-side",
            "PX",
            $"Side of an image of {FashionScenes.Name} in pixels [{FashionScenes.UsualSide}]"
        );
        return new Verb("make", "Make a data set that is derived from another, with exact truth")
        {
            Notes =
                $"fashion-scenes: {FashionScenes.TrainCount:N0} scenes to train and {FashionScenes.TestCount} to test, "
                + "of garments of Fashion-MNIST, with boxes and masks. phantom: the halves of a head of 2 mm with "
                + "four classes, of Colin 27 and AAL (Debian's mricron-data). "
                + $"ray-cast: {RayCastScenes.TrainCount} lidar scans of made-up streets to train and "
                + $"{RayCastScenes.TestCount} to test, with exact boxes. Kept in the data folder; a training makes "
                + "what is missing.",
        }
            .Takes(name)
            .Takes("Data", [side, .. settings.For(KnownSettings.Data)])
            .Example("evonas data make fashion-scenes --image-side 96", "")
            .Example("evonas data make phantom", "")
            .Example("evonas data make ray-cast", "")
            .Does(async parsed =>
            {
                var wanted = parsed.GetValue(name)!; // A required argument.
                if (!Names.Contains(wanted))
                    throw Nearest.Unknown("derived data set", wanted, [.. Names]);
                var effective = EffectiveSettings.Of(parsed.GetValue(config), settings.Given(parsed));
                var home = Home.Of(terminal.Variable, effective.Text(KnownSettings.Home)!); // It has a default.
                var data = new DataFolder(home.DataFolder(terminal.Variable, effective));
                var say = terminal.Notes(quiet: false);
                if (wanted != FashionScenes.Name && parsed.GetValue(side) is not null)
                    throw new RequestException(
                        $"--image-side is for {FashionScenes.Name}; {wanted} has no images.",
                        "Leave it out."
                    );
                terminal.Out.WriteLine(
                    wanted == Phantom.Name ? Phantom.Provide(data, say)
                    : wanted == RayCastScenes.Name ? MakeScans(data, say)
                    : await MakeScenes(data, say)
                );
                return Exit.Done;

                async Task<string> MakeScenes(DataFolder data, Action<string> say)
                {
                    var pixels = (int)
                        parsed.Whole(side, FashionScenes.UsualSide, FashionScenes.SideMin, FashionScenes.SideMax);
                    await DataSets.Provide(ImageDataSet.FashionMnist, data.Root, say);
                    FashionScenes.Make(data, pixels, say);
                    return Path.GetDirectoryName(FashionScenes.PathOf(data, pixels, Part.Train))!; // In a folder.
                }
            });
    }

    static string MakeScans(DataFolder data, Action<string> say)
    {
        RayCastScenes.Make(data, say);
        return Path.GetDirectoryName(RayCastScenes.PathOf(data, Part.Train))!; // In a folder.
    }

    static readonly string[] Names = [FashionScenes.Name, Phantom.Name, RayCastScenes.Name];
}
