using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tasks;
using EvoNas.Tasks.Detection;
using EvoNas.Torch.Data;
using EvoNas.Torch.Devices;
using EvoNas.Torch.Export;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Benchmarks.Training;

/// <summary>What the parts of a training step of each task cost, and samples a second in training and judging against
/// published code in Python's torch, in turns.</summary>
/// <remarks><c>tasks [SECONDS a turn [TURNS [THREADS [TASK or all [DATA FOLDER]]]]]</c>. The Python side is
/// torchvision's RetinaNet for detection, and for segmentation and volumes what its users write; there is none for
/// lidar that runs on a CPU. The network is the same on both sides, and what judges has the same weights. Ours varies
/// its samples, Python's does not. The first turn of each warms up and does not count; the median of the others
/// does.</remarks>
static class TaskSpeed
{
    const int WarmSteps = 2;

    static readonly string[] Parts = ["samples", "targets", "forward", "loss", "backward", "optimizer"];

    // The smallest detector of plain convolutions.
    const string PlainConvolutions =
        "0,0,0,0,0,0,1,0,0,0,0,0,1,0,0,0,0,0,1,0,0,0,0,0,1,0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0";

    public static void Run(string[] args)
    {
        double Number(int index, double otherwise) =>
            args.Length > index ? double.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
        var (seconds, turns, threads) = (Number(0, 10), (int)Number(1, 3), (int)Number(2, 1));
        var only = args.Length > 3 ? args[3] : "all";
        var data = new DataFolder(args.Length > 4 ? args[4] : Path.Combine(Path.GetTempPath(), "evonas-tasks"));
        foreach (var name in (string[])["detection", "segmentation", "volumes", "lidar"])
            if (only == "all" || only == name)
                OwnThread.Run(
                    "benchmark",
                    () =>
                    {
                        Measure(name, data, seconds, turns, threads);
                        return 0;
                    }
                );
    }

    static void Measure(string name, DataFolder data, double seconds, int turns, int threads)
    {
        var device = ComputeDevice.Open("cpu", threads, Precision.Float32);
        var task = TaskCatalog.Named(name);
        var settings = task.Checked(
            task.Presets[0].Settings with
            {
                TrainImages = Math.Min(400, task.Presets[0].Settings.TrainImages),
                MeasureLatency = false,
            }
        );
        var space = SpaceCatalog.Find(
            name switch
            {
                "detection" => "mnasnet",
                "segmentation" => "spinenet",
                "volumes" => "unet3d_encoder",
                _ => "pointpillars",
            }
        );
        settings = settings with { Profile = task.ProfilesOf(space).First() };
        task.Prepare(settings, data, Console.WriteLine);
        using var opened = task.Open(settings, data, 1, device);
        var genotype =
            name == "detection"
                ? space.Decisions.Parse(PlainConvolutions)
                : space.Decisions.Sample(SeededRandom.For(1, new BirthNumber(1)));
        var network = space.Decode(genotype, task.Target(settings));
        var cost = Cost.Of(network);
        Console.WriteLine(
            $"{name}: {space.Name} {genotype}, {cost.Parameters:N0} parameters, {cost.MultiplyAdds:N0} madds, "
                + $"batches of {settings.BatchSize}, {threads} threads"
        );
        torch.manual_seed(1);
        using var module = new NetworkModule(network, settings.Initialization, device);
        Shares(task, settings, module, opened.Train, seconds);
        if (name != "lidar")
            Beside(task, settings, module, opened, seconds, turns, threads);
    }

    static void Shares(
        LearningTask task,
        TrainingSettings settings,
        NetworkModule module,
        Samples samples,
        double seconds
    )
    {
        using var outer = NewDisposeScope();
        using var head = task.HeadOf(module.Network, settings, module.Memory.Values.device);
        head.Begin(samples);
        head.Initialize(module);
        using var descent = new Descent(module.Memory, settings);
        using var epoch = samples.Begin(SeededRandom.For(1, "epoch"));
        var times = new double[Parts.Length];
        var all = Stopwatch.StartNew();
        var steps = 0;
        for (var step = -WarmSteps; step < 1 || all.Elapsed.TotalSeconds < seconds; step++)
        {
            using var scope = NewDisposeScope();
            var clock = Stopwatch.StartNew();
            void Took(int part)
            {
                if (step >= 0)
                    times[part] += clock.Elapsed.TotalMilliseconds;
                clock.Restart();
            }
            var start = (step + WarmSteps) * settings.BatchSize % (samples.Count - settings.BatchSize + 1);
            var batch = epoch.Batch(start, settings.BatchSize);
            Took(0);
            var targets = head.Targets(batch.Truth);
            Took(1);
            var outputs = module.Outputs(batch.Inputs);
            Took(2);
            var loss = head.Loss(outputs, targets, 1);
            Took(3);
            loss.backward();
            Took(4);
            descent.Step(1e-4);
            Took(5);
            steps = step + 1;
        }
        foreach (var (part, time) in Parts.Zip(times))
            Console.WriteLine($"  {part, -10}{time / steps, 8:0.0} ms  {100 * time / times.Sum(), 5:0.0} %");
        Console.WriteLine($"  {"step", -10}{times.Sum() / steps, 8:0.0} ms, {steps} steps");
    }

    static void Beside(
        LearningTask task,
        TrainingSettings settings,
        NetworkModule module,
        TaskData data,
        double seconds,
        int turns,
        int threads
    )
    {
        var folder = Directory.CreateTempSubdirectory("evonas-tasks").FullName;
        try
        {
            var weights = Path.Combine(folder, "weights.safetensors");
            using var twin = new TaskTwin(
                folder,
                task.Name,
                module.Network,
                JobOf(task, settings, module, data),
                threads
            );
            var (train, judge) = (new List<(double, double)>(), new List<(double, double)>());
            using var run = new TrainingRun(
                settings with
                {
                    Seconds = seconds,
                    Epochs = 0,
                },
                task,
                module,
                data.Train,
                null,
                1,
                1
            );
            for (var turn = 0; turn <= turns; turn++)
            {
                var pair = (Train(task, settings, module, data.Train, seconds), twin.Work("train", seconds));
                if (turn > 0)
                    train.Add((pair.Item1.PerCpuSecond, pair.Item2.PerCpuSecond));
            }
            Safetensors.Write(weights, module, []);
            twin.Load(weights);
            for (var turn = 0; turn <= turns; turn++)
            {
                var pair = (Judge(run, data.Validation!, seconds), twin.Work("judge", seconds));
                if (turn > 0)
                    judge.Add((pair.Item1.PerCpuSecond, pair.Item2.PerCpuSecond));
            }
            Say("training", train);
            Say("judging", judge);
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    static void Say(string what, List<(double Ours, double Theirs)> pairs)
    {
        double Median(Func<(double Ours, double Theirs), double> of) =>
            pairs.Select(of).Order().ElementAt(pairs.Count / 2);
        Console.WriteLine(
            $"  {what, -9}{Median(p => p.Ours), 8:0.00} and {Median(p => p.Theirs):0.00} samples a CPU second, "
                + $"{Median(p => p.Ours / p.Theirs):0.00} ×"
        );
    }

    static Speed Train(
        LearningTask task,
        TrainingSettings settings,
        NetworkModule module,
        Samples samples,
        double seconds
    ) =>
        Timed(() =>
        {
            using var run = new TrainingRun(
                settings with
                {
                    Seconds = seconds,
                    Epochs = 0,
                },
                task,
                module,
                samples,
                null,
                1,
                1
            );
            run.Run(default, null, null, default);
            return run.Step * Math.Min(settings.BatchSize, samples.Count);
        });

    static Speed Judge(TrainingRun run, Samples samples, double seconds) =>
        Timed(() =>
        {
            var (judged, clock) = (0, Stopwatch.StartNew());
            do
            {
                run.Judge(samples, default);
                judged += samples.Count;
            } while (clock.Elapsed.TotalSeconds < seconds);
            return judged;
        });

    static Speed Timed(Func<double> work)
    {
        var (wall, cpu) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
        var done = work();
        return new(
            done,
            wall.Elapsed.TotalSeconds,
            (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds
        );
    }

    static JsonObject JobOf(LearningTask task, TrainingSettings settings, NetworkModule module, TaskData data)
    {
        var network = module.Network;
        var job = new JsonObject
        {
            ["batch"] = settings.BatchSize,
            ["samples"] = Math.Max(data.Train.Count, 2 * settings.BatchSize),
            ["judged"] = task.Name == "volumes" ? 1 : 2 * settings.BatchSize,
            ["shape"] = new JsonArray([network.Input.Channels, .. network.Input.Sides.Select(side => (JsonNode)side)]),
            ["side"] = network.Input.Sides[0],
            ["inputs"] = network.Input.Channels,
            ["channels"] = network.ShapeOf(network.Outputs[0]).Channels,
        };
        if (task.Name == "detection")
        {
            var scores = network.Outputs.Where(output => output.Name.StartsWith("scores", StringComparison.Ordinal));
            job["channels"] = network.ShapeOf(network.Outputs[0]).Channels / Anchors.PerPlace;
            job["levels"] = new JsonArray([
                .. scores.Select(output => (JsonNode)int.Parse(output.Name[6..], CultureInfo.InvariantCulture)),
            ]);
            job["anchor"] = settings.AnchorSize ?? 3;
            job["objects"] = ((DetectionSamples)data.Train).Truths.Count() / (double)data.Train.Count;
        }
        if (task.Name == "volumes")
        {
            job["window"] = new JsonArray([.. network.Input.Sides.Select(side => (JsonNode)side)]);
            using var scope = NewDisposeScope();
            var whole = data.Validation!.Plain(0, 1);
            Console.WriteLine(
                $"  a volume: {string.Join('×', whole.Images.shape)}, {whole.Truth.Length} tensors of truth"
            );
            job["sides"] = new JsonArray([.. whole.Images.shape[^3..].Select(side => (JsonNode)side)]);
        }
        return job;
    }
}
