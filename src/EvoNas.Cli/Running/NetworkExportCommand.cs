using System.CommandLine;
using System.Text.Json.Nodes;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Lineages;
using EvoNas.Cli.Spaces;
using EvoNas.Genetics;
using EvoNas.Lineages;
using EvoNas.Networks;
using EvoNas.Reports;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Searches.Spaces;
using EvoNas.Spaces;
using EvoNas.Torch.Data;
using EvoNas.Torch.Export;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Training;
using Spectre.Console;

namespace EvoNas.Cli.Running;

/// <summary><c>evonas export</c>: a network as a file that other programs read.</summary>
static class NetworkExportCommand
{
    public static Verb Make(Terminal terminal, Func<ParseResult, Home> home)
    {
        var name = new Argument<string?>("search")
        {
            HelpName = "NAME",
            Description = "A search",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var birth = new Argument<string?>("birth")
        {
            HelpName = "BIRTH",
            Description =
                "A candidate of the search: its number, best (of several objectives by the first) or knee [best]",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<string?> space = Options.Text("--space", "NAME|FILE.json", "Instead of a search: the genotype's space"),
            genotype = Options.Text(
                "--genotype",
                "NUMBERS",
                "Its numbers with commas between, its values as JSON, or a published network's name"
            ),
            weights = Options.Text(
                "--weights",
                "FILE",
                "Trained weights, as evonas train writes them [none: as a training begins]"
            ),
            seed = Options.Text("--seed", "N", "Seed of weights that are not trained [1]"),
            onnx = Options.Text("--onnx", "FILE", "Where the network goes as ONNX, with its weights"),
            safetensors = Options.Text("--safetensors", "FILE", "Where its weights alone go"),
            pytorch = Options.Text("--pytorch", "FILE.py", "Where the network goes as a module of PyTorch");
        var target = new TargetOptions();
        return new Verb("export", "A network as ONNX, safetensors, or a module of PyTorch")
            .Takes(name, birth)
            .Takes("Network", [space, genotype, .. target.All])
            .Takes("Weights", weights, seed)
            .Takes("Output", onnx, safetensors, pytorch)
            .Example("evonas export night best --weights night-7.safetensors --onnx night.onnx", "to run it elsewhere")
            .Example("evonas export --space regnet-x --genotype RegNetX-200MF --pytorch net.py", "as Python")
            .Does(parsed =>
            {
                var outputs = new[] { onnx, safetensors, pytorch }.Where(one => parsed.GetValue(one) is not null);
                if (!outputs.Any())
                    throw new RequestException(
                        "evonas export needs to know what to write.",
                        "Give --onnx FILE, --safetensors FILE, or --pytorch FILE.py."
                    );
                var subject = parsed.GetValue(name) is { } search
                    ? OfSearch(home(parsed).Find(search), parsed.GetValue(birth) ?? "best", parsed)
                    : OfSpace(parsed);
                return Write(terminal, subject, parsed);

                Subject OfSearch(SearchFolder folder, string which, ParseResult given)
                {
                    if (given.GetValue(space) is not null || given.GetValue(genotype) is not null)
                        throw new RequestException(
                            $"'{folder.Name}' names a network; --space and --genotype name another one.",
                            "Give one of the two."
                        );
                    var ancestry = History.Ancestry(folder);
                    var one = LineageCommand.Find(folder, ancestry, which);
                    var settings = History.Lineage(folder).Settings!; // It has births.
                    var text = File.Exists(folder.Space) ? File.ReadAllText(folder.Space) : null;
                    var its = Resumption.SpaceOf(folder.Name, settings, text);
                    var number = one.Born.Birth.Value;
                    var training = EvaluationPlan.TrainingOf(settings.Evaluation);
                    return new(
                        $"{folder.Name}-{number}",
                        its,
                        one.Born.Genotype,
                        target.Over(its, training is null ? null : new EvaluationPlan.Train(training).Target, given),
                        training?.For(its, its.Decisions.Read(one.Born.Genotype)),
                        [("search", folder.Name), ("birth", $"{number}"), .. Scores(one)]
                    );
                }

                Subject OfSpace(ParseResult given)
                {
                    if (given.GetValue(space) is not { } spaceName || given.GetValue(genotype) is not { } text)
                        throw new RequestException(
                            "evonas export needs a network.",
                            "Give a search's NAME, or --space NAME --genotype NUMBERS."
                        );
                    var its = SpaceSource.Find(spaceName);
                    var (chosen, own) = SpaceSource.Genotype(its, text, given.Seed(seed, 1));
                    return new($"{its.Name}-network", its, chosen, target.Over(its, own, given), null, []);
                }
            });

        int Write(Terminal to, Subject subject, ParseResult parsed)
        {
            if (subject.Space.Build is null)
                throw new RequestException(
                    $"'{subject.Space.Name}' has no networks to export.",
                    "Its points are decisions alone, or augmentation policies."
                );
            var network = subject.Space.Decode(subject.Genotype, subject.Target);
            TorchLibrary.Load();
            TorchSharp.torch.manual_seed((long)parsed.Seed(seed, 1));
            using var module = new NetworkModule(network);
            List<(string, string)> about =
            [
                ("network", network.Fingerprint),
                ("space", subject.Space.Name),
                ("genotype", subject.Genotype.ToString()),
                ("profile", subject.Target.Profile),
                .. subject.About,
            ];
            if (parsed.GetValue(weights) is { } trained)
                about.AddRange(
                    Safetensors
                        .Load(Path.GetFullPath(trained), module)
                        .Where(pair => about.All(known => known.Item1 != pair.Key))
                        .Select(pair => (pair.Key, pair.Value))
                );
            about.Add(("trained", parsed.GetValue(weights) is null ? "false" : "true"));
            Export(parsed.GetValue(onnx), path => OnnxFile.Write(path, module, subject.Name, about));
            Export(parsed.GetValue(safetensors), path => Safetensors.Write(path, module, about));
            Export(
                parsed.GetValue(pytorch),
                path => PyTorchFile.Write(path, network, subject.Name, subject.Training, about)
            );
            if (parsed.GetValue(weights) is null && parsed.GetValue(pytorch) is null)
                to.Pretty.MarkupLine("[yellow]The weights are not trained[/]: they are those a training begins with.");
            return Exit.Done;

            void Export(string? path, Action<string> write)
            {
                if (path is null)
                    return;
                path = Path.GetFullPath(path);
                try
                {
                    write(path);
                }
                catch (Exception error) when (error is IOException or UnauthorizedAccessException)
                {
                    throw new RequestException(
                        $"'{path}' cannot be written: {error.Message}",
                        "Name another file, or free some space."
                    );
                }
                to.Out.WriteLine($"{path}: {Figures.Bytes(new FileInfo(path).Length)}");
            }
        }
    }

    static IEnumerable<(string, string)> Scores(Biography one) =>
        one.Scored is not { } scored
            ? []
            : scored.Metrics.Select(metric =>
                ($"metric.{metric.Key}", metric.Value.ToString("R", System.Globalization.CultureInfo.InvariantCulture))
            );

    /// <summary>What is exported.</summary>
    /// <param name="Name">Of the graph.</param>
    /// <param name="Space">Of the genotype.</param>
    /// <param name="Genotype">What the network is decoded from.</param>
    /// <param name="Target">What it is built for.</param>
    /// <param name="Training">How the search trains it; null where nothing is trained.</param>
    /// <param name="About">What is known of it.</param>
    sealed record Subject(
        string Name,
        Space Space,
        Genotype Genotype,
        Target Target,
        TrainingSettings? Training,
        IEnumerable<(string, string)> About
    );
}
