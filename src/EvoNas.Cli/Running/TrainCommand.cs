using System.CommandLine;
using System.Text.Json.Nodes;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Lineages;
using EvoNas.Cli.Views;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Reports;
using EvoNas.Searches;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Folders;
using EvoNas.Searches.Requests;
using EvoNas.Searches.Spaces;
using EvoNas.Spaces;
using EvoNas.Tasks;
using EvoNas.Torch.Data;
using EvoNas.Torch.Devices;
using EvoNas.Torch.Training;
using Spectre.Console;

namespace EvoNas.Cli.Running;

/// <summary><c>evonas train</c>: one network in full, judged once by images that no search has seen.</summary>
static class TrainCommand
{
    /// <summary>Default number of epochs of a candidate's full training.</summary>
    const double FullEpochs = 10;

    public static Verb Make(Terminal terminal, Option<string?> config)
    {
        var settings = new SettingOptions();
        Option<string?> space = Options.Text("--space", "NAME|FILE.json", "The space of the genotype"),
            genotype = Options.Text("--genotype", "NUMBERS", "Its numbers, separated by commas, or random"),
            named = Options.Text("--named", "NAME", "A published network"),
            search = Options.Text(
                "--search",
                "NAME",
                "A search: its space, its best, and its training with all images"
            ),
            birth = Options.Text(
                "--birth",
                "N|best|knee",
                "A candidate of the search [best; of several objectives by the first]"
            ),
            preset = Options.Text(
                "--preset",
                "NAME",
                "Settings to begin with: quick or textbook; for other tasks quick, proxy or full, for volumes also ct"
            ),
            weights = Options.Text("--weights", "FILE", "Where the weights go, as safetensors [NAME.safetensors]"),
            device = Options.Text("--device", "NAME", "cpu or cuda:0 [a GPU if there is one]"),
            seed = Options.Text("--seed", "N", "Seed of weights, order and augmentation [1]");
        var predictions = Options.Text(
            "--predictions",
            "FOLDER",
            "Where predictions of the test set go, as evonas score reads them"
        );
        var json = Options.Json("The result");
        return new Verb("train", "Train one network in full and report the test set")
            .Example(
                "evonas train --named RegNetX-32 --preset textbook",
                "the textbook's network, 96×96 pixels, ten epochs"
            )
            .Example("evonas train --search night --birth best --epochs 30", "what a search found")
            .Takes("Network", space, genotype, named, search, birth)
            .Takes(
                "Training",
                [preset, .. settings.For(KnownSettings.Training), seed, device, .. settings.For(KnownSettings.Data)]
            )
            .Takes("Output", weights, predictions, json)
            .Does(async parsed =>
            {
                var effective = EffectiveSettings.Of(parsed.GetValue(config), settings.Given(parsed));
                var home = Home.Of(terminal.Variable, effective.Text(KnownSettings.Home)!); // It has a default.
                var subject = parsed.GetValue(search) is { } name
                    ? await OfSearch(
                        home.Find(name),
                        parsed.GetValue(birth) ?? "best",
                        parsed.GetValue(genotype) ?? parsed.GetValue(named) ?? parsed.GetValue(space)
                    )
                    : OfSpace(
                        parsed.GetValue(space),
                        parsed.GetValue(genotype),
                        parsed.GetValue(named),
                        parsed.GetValue(birth),
                        parsed.Seed(seed, 1)
                    );
                var data = home.DataFolder(terminal.Variable, effective);
                var notes = terminal.Notes(quiet: parsed.GetValue(json));
                var training =
                    subject.Settings is { } ofSearch && IsItsTask(effective, subject.Space, ofSearch, new(data))
                        ? OfSearch(effective, ofSearch, parsed.GetValue(preset), new(data), notes)
                        : EvaluationPlan.Training(
                            effective,
                            subject.Space,
                            parsed.GetValue(preset),
                            task =>
                                (
                                    task == TaskCatalog.Classification
                                        ? TrainingSettings.Textbook
                                        : task.Presets[0].Settings
                                ).For(subject.Space, subject.Space.Decisions.Read(subject.Genotype)),
                            new(data),
                            notes
                        );
                var target = TaskCatalog.Of(training).Target(training);
                if (target.Profile == "")
                    target = target with { Profile = subject.Profile };
                TorchLibrary.Load();
                var place =
                    parsed.GetValue(device)
                    ?? (Gpu.All.Count > 0 && TorchSharp.torch.cuda.is_available() ? "cuda:0" : "cpu");
                var file = Path.GetFullPath(parsed.GetValue(weights) ?? $"{subject.Name}.safetensors");
                var network = subject.Space.Decode(subject.Genotype, target);
                await DataSets.Provide(training, data, notes);
                return new Run(
                    terminal,
                    subject,
                    network,
                    training,
                    data,
                    place,
                    parsed.Seed(seed, 1),
                    file,
                    parsed.GetValue(predictions) is { } folder ? Path.GetFullPath(folder) : null,
                    parsed.GetValue(json)
                ).Train();
            });
    }

    // Whether a found network is trained for what it was searched for, as long as the space has no other use for what
    // is asked for. Else the usual settings of the other task are taken.
    static bool IsItsTask(EffectiveSettings effective, Space space, TrainingSettings ofSearch, DataFolder data)
    {
        string? Given(Setting setting) => effective.IsGiven(setting) ? effective.Text(setting) : null;
        var (task, profile, dataSet) = (
            Given(KnownSettings.Task),
            Given(KnownSettings.Profile),
            Given(KnownSettings.DataSet)
        );
        if (task is null && profile is null && dataSet is null)
            return true;
        var own = TaskCatalog.Of(ofSearch);
        if (task is not null)
            return TaskCatalog.For(space, task, profile, dataSet, data) == own;
        try
        {
            return TaskCatalog.For(space, own.Name, profile, dataSet, data) == own;
        }
        catch (RequestException)
        {
            // Refused with a reason where no task fits.
            TaskCatalog.For(space, null, profile, dataSet, data);
            return false;
        }
    }

    // Another data set than the search's is looked at anew; the search's own must be what it was.
    static TrainingSettings OfSearch(
        EffectiveSettings effective,
        TrainingSettings ofSearch,
        string? preset,
        DataFolder data,
        Action<string> notes
    )
    {
        var settings = EvaluationPlan.Again(effective, ofSearch, preset);
        return TaskCatalog.Checked(
            settings.DataSet == ofSearch.DataSet ? settings : EvaluationPlan.OnData(settings, effective, data, notes)
        );
    }

    /// <summary>What is to be trained.</summary>
    sealed record Subject(
        string Name,
        Space Space,
        Genotype Genotype,
        string Profile = "",
        TrainingSettings? Settings = null
    );

    static async Task<Subject> OfSearch(SearchFolder search, string birth, string? other)
    {
        if (other is not null)
            throw new RequestException(
                "--search names a network; --space, --genotype and --named name another one.",
                "Give one of the two."
            );
        var ancestry = History.Ancestry(search);
        var one = LineageCommand.Find(search, ancestry, birth);
        var request = Resumption.Of(search, History.Lineage(search), null);
        var full = request.Evaluation is EvaluationPlan.Train { Settings: var proxy }
            ? proxy with
            {
                TrainImages = 0,
                ValidationImages = 0,
                Epochs = FullEpochs,
                Steps = 0,
                Seconds = 0,
            }
            : null;
        full = full?.For(request.Space, request.Space.Decisions.Read(one.Born.Genotype));
        return new($"{search.Name}-{one.Born.Birth.Value}", request.Space, one.Born.Genotype, Settings: full);
    }

    static Subject OfSpace(string? space, string? genotype, string? named, string? birth, ulong seed)
    {
        if (birth is not null)
            throw new RequestException("--birth belongs to --search.", "Give the search's name too.");
        switch (genotype, named)
        {
            case (null, null):
                throw new RequestException(
                    "evonas train needs a network.",
                    "Give --named NAME, --space NAME --genotype NUMBERS, or --search NAME."
                );
            case (not null, not null):
                throw new RequestException("--genotype and --named name two networks.", "Give one of the two.");
            case (null, { } name) when space is null:
                if (!SpaceCatalog.TryFindNamed(name, out var found, out var known))
                    throw Nearest.Unknown(
                        "published network",
                        name,
                        [.. SpaceCatalog.All.SelectMany(one => one.Named).Select(one => one.Name)]
                    );
                return new(known.Name.ToLowerInvariant(), found, known.Genotype, known.Target?.Profile ?? "");
            case (null, { } name):
                var (its, itsTarget) = SpaceSource.Genotype(SpaceSource.Find(space), name, seed);
                return new(name.ToLowerInvariant(), SpaceSource.Find(space), its, itsTarget?.Profile ?? "");
            case ({ } text, null):
                if (space is null)
                    throw new RequestException(
                        "--genotype needs --space.",
                        "A genotype is numbers; its space says what they mean."
                    );
                var of = SpaceSource.Find(space);
                return new($"{of.Name}-network", of, SpaceSource.Genotype(of, text, seed).Genotype);
        }
    }

    /// <summary>One training with its progress and its report.</summary>
    sealed class Run(
        Terminal terminal,
        Subject subject,
        Network network,
        TrainingSettings settings,
        string data,
        string device,
        ulong seed,
        string weights,
        string? predictions,
        bool json
    )
    {
        public int Train()
        {
            var cost = Cost.Of(network);
            if (!json)
            {
                terminal.Pretty.MarkupLine(
                    $"[bold]{Markup.Escape(subject.Name)}[/]  "
                        + Markup.Escape(
                            $"{subject.Space.Name} {subject.Genotype}: {Figures.Exact(cost.Parameters)} parameters, "
                        )
                        + $"{Figures.Exact(cost.MultiplyAdds)} multiply-adds"
                );
                terminal.Pretty.MarkupLine(
                    Markup.Escape(
                        $"{Task.DataTitle(settings)} at {string.Join('×', Task.Target(settings).Input.Sides)}, "
                            + $"{new EvaluationPlan.Train(settings).InWords[(settings.DataSet.Length + 2)..]}, "
                            + $"batch {settings.BatchSize}, learning rate "
                            + settings.LearningRate.ToString(System.Globalization.CultureInfo.InvariantCulture)
                            + $", on {device}"
                    )
                );
                terminal.Out.Flush();
            }
            using var stop = new CancellationTokenSource();
            using var interruptions = new Interruptions(stop.Cancel, stop.Cancel);
            try
            {
                return Report(
                    terminal.IsInteractive && !json ? Moving(stop.Token) : Go(null, point => Said(point), stop.Token),
                    cost
                );
            }
            catch (OperationCanceledException)
            {
                throw new FailedException(
                    "Stopped before the end.",
                    File.Exists(weights)
                        ? $"The weights of the last whole epoch are in {weights}."
                        : "No epoch was finished; there are no weights."
                );
            }
        }

        TrainingOutcome Go(Action<TrainingProgress>? report, Action<EpochPoint>? epoch, CancellationToken stop) =>
            FullTraining.Run(
                TaskCatalog.Of(settings),
                network,
                settings,
                new DataFolder(data),
                device,
                Environment.ProcessorCount,
                seed,
                weights,
                report,
                epoch,
                predictions,
                stop
            );

        TrainingOutcome Moving(CancellationToken stop)
        {
            var past = new List<EpochPoint>();
            var clock = System.Diagnostics.Stopwatch.StartNew();
            using var display = new LiveView(terminal);
            // Both are called on the training's thread.
            return Go(
                news =>
                    display.Draw(
                        (width, height) =>
                        {
                            var line = new Line();
                            SearchFrame.Bar(line, news.Done, Math.Clamp(width / 4, 10, 40), "green");
                            line.Add(
                                $" {news.Done * 100:0}%  epoch {news.Epoch}  step {Figures.Exact(news.Step)}  "
                                    + $"{Figures.Short(news.ImagesPerSecond)} img/s"
                            );
                            if (news.Loss is { } loss)
                                line.Add($"  loss {Figures.Metric("loss", loss)}");
                            line.Add(
                                news.Done > 0.01
                                    ? $"  {Figures.Time(clock.Elapsed.TotalSeconds / news.Done * (1 - news.Done))} left"
                                    : "",
                                "grey"
                            );
                            return new(
                                [
                                    .. past.TakeLast(Math.Max(0, height - 4))
                                        .Select(point => new Line().Add(InWords(point), "grey")),
                                    line,
                                ],
                                height - 1
                            );
                        }
                    ),
                past.Add,
                stop
            );
        }

        void Said(EpochPoint point)
        {
            if (json)
                return;
            terminal.Out.WriteLine(InWords(point));
            terminal.Out.Flush();
        }

        LearningTask Task { get; } = TaskCatalog.Of(settings);

        string InWords(EpochPoint point) =>
            $"epoch {point.Epoch, 3}  training loss "
            + point.TrainLoss.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture)
            + (
                point.Loss is { } loss
                    ? $"  validation loss {loss.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture)}"
                    : ""
            )
            + (point.Score is { } score ? $"  {Task.ScoreTitle} {Figures.Fitness(score)}" : "");

        int Report(TrainingOutcome outcome, Cost cost)
        {
            if (outcome is not TrainingOutcome.Trained trained)
                throw outcome switch
                {
                    TrainingOutcome.Diverged diverged => new FailedException(
                        $"The loss became NaN or infinite at step {diverged.Step}.",
                        "Lower --learning-rate, or give --warm-up or --gradient-clip."
                    ),
                    TrainingOutcome.OutOfMemory memory => new FailedException(
                        $"{device} is out of memory: {memory.Message}",
                        "Lower --batch-size or --image-side."
                    ),
                    TrainingOutcome.Invalid invalid => new RequestException(invalid.Message),
                    _ => new System.Diagnostics.UnreachableException(),
                };
            if (json)
            {
                terminal.WriteJson(
                    new JsonObject
                    {
                        ["name"] = subject.Name,
                        ["space"] = subject.Space.Name,
                        ["genotype"] = subject.Genotype.ToString(),
                        ["fingerprint"] = network.Fingerprint,
                        ["parameters"] = cost.Parameters,
                        ["multiplyAdds"] = cost.MultiplyAdds,
                        ["device"] = device,
                        ["training"] = JsonNode.Parse(settings.ToJson()),
                        ["metrics"] = CandidateJson.Of(trained.Metrics),
                        ["curve"] = new JsonArray([
                            .. trained.Curve.Select(point => new JsonObject
                            {
                                ["epoch"] = point.Epoch,
                                ["trainLoss"] = point.TrainLoss,
                                ["loss"] = point.Loss,
                                [Task.Score] = point.Score,
                            }),
                        ]),
                        ["weights"] = weights,
                        ["predictions"] = predictions,
                    }
                );
                return Exit.Done;
            }
            var metrics = trained.Metrics;
            if (terminal.IsInteractive)
                foreach (var point in trained.Curve)
                    terminal.Out.WriteLine(InWords(point));
            var score = Figures.Percent(metrics[MetricNames.OfTest(Task.Score)] ?? 0);
            terminal.Pretty.MarkupLine(
                (
                    Task == TaskCatalog.Classification
                        ? $"[bold green]{score}[/] of the untouched test set, "
                        : $"{Task.ScoreTitle} [bold green]{score}[/] on the untouched test set, "
                )
                    + $"loss {Figures.Metric("loss", metrics[MetricNames.TestLoss] ?? 0)}"
                    + (metrics[Task.Score] is { } validation ? $"; validation {Figures.Percent(validation)}" : "")
            );
            terminal.Out.WriteLine(
                $"{Figures.Time(metrics[MetricNames.TrainingSeconds] ?? 0)}, "
                    + $"{Figures.Short(metrics[MetricNames.ImagesPerSecond] ?? 0)} images a second"
                    + (
                        metrics[MetricNames.LatencyMs] is { } latency
                            ? $", {Figures.Metric("ms", latency)} ms an image"
                            : ""
                    )
            );
            terminal.Pretty.Markup("[grey]weights[/]  ");
            terminal.Out.WriteLine(weights);
            if (predictions is not null)
                terminal.Out.WriteLine($"predictions  {predictions}");
            return Exit.Done;
        }
    }
}
