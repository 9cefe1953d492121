using System.CommandLine;
using EvoNas.Cli.CommandLine;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
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
        var name = new Argument<string>("name") { HelpName = "NAME", Description = string.Join(" or ", Names) };
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
                + "four classes, of Colin 27 and AAL (Debian's mricron-data). Kept in the data folder; a training "
                + "makes what is missing.",
        }
            .Takes(name)
            .Takes("Data", [side, .. settings.For(KnownSettings.Data)])
            .Example("evonas data make fashion-scenes --image-side 96", "")
            .Example("evonas data make phantom", "")
            .Does(async parsed =>
            {
                var wanted = parsed.GetValue(name)!; // A required argument.
                if (!Names.Contains(wanted))
                    throw Nearest.Unknown("derived data set", wanted, [.. Names]);
                var effective = EffectiveSettings.Of(parsed.GetValue(config), settings.Given(parsed));
                var home = Home.Of(terminal.Variable, effective.Text(KnownSettings.Home)!); // It has a default.
                var data = new DataFolder(home.DataFolder(terminal.Variable, effective));
                var say = terminal.Notes(quiet: false);
                terminal.Out.WriteLine(wanted == Phantom.Name ? MakePhantom(data, say) : await MakeScenes(data, say));
                return Exit.Done;

                string MakePhantom(DataFolder data, Action<string> say) =>
                    parsed.GetValue(side) is null
                        ? Phantom.Provide(data, say)
                        : throw new RequestException(
                            $"--image-side is for {FashionScenes.Name}; the voxels of {Phantom.Name} are 2 mm apart.",
                            "Leave it out."
                        );

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

    static readonly string[] Names = [FashionScenes.Name, Phantom.Name];
}
