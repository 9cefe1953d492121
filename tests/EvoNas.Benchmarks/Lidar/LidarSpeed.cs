using System.Diagnostics;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tasks;
using EvoNas.Tasks.Metrics;
using EvoNas.Torch.Data;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Benchmarks.Lidar;

/// <summary>How many overlaps of turned boxes a core computes in a second, and what the parts of a training step of a
/// detector in lidar scans cost on one thread.</summary>
/// <remarks><c>lidar [STEPS [DATA FOLDER [GENOTYPE [PROFILE]]]]</c>.</remarks>
static class LidarSpeed
{
    const int Boxes = 2000,
        Warm = 2;

    public static void Run(string[] args)
    {
        var steps = args.Length > 0 ? int.Parse(args[0]) : 10;
        var data = args.Length > 1 ? args[1] : Path.Combine(Path.GetTempPath(), "evonas-lidar");
        Overlaps();
        if (steps > 0)
            Steps(steps, data, args.Length > 2 ? args[2] : null, args.Length > 3 ? args[3] : "search_proxy");
    }

    // Cars on a square: of all pairs, and of those alone that are near enough to be clipped.
    static void Overlaps()
    {
        foreach (var side in (double[])[50, 6])
        {
            var random = SeededRandom.For(1, "boxes");
            var boxes = new Box3[Boxes];
            foreach (ref var box in boxes.AsSpan())
                box = new(
                    random.Unit() * side,
                    random.Unit() * side,
                    random.Unit(),
                    4 + random.Unit(),
                    1.7 + random.Unit() / 2,
                    1.5,
                    random.Unit() * 6.28
                );
            foreach (
                var (name, of) in ((string, Func<Box3, Box3, double>)[])
                    [("on the ground", (a, b) => RotatedIou.Bev(a, b)), ("in space", (a, b) => RotatedIou.Volume(a, b))]
            )
            {
                var (sum, clock) = (0.0, Stopwatch.StartNew());
                foreach (var a in boxes)
                foreach (var b in boxes)
                    sum += of(a, b);
                var pairs = Boxes * (double)Boxes;
                Console.WriteLine(
                    $"overlaps {name}, cars on {side} m: {pairs / clock.Elapsed.TotalSeconds / 1e6:0.0} million pairs "
                        + $"a second (mean {sum / pairs:0.000})"
                );
            }
        }
    }

    static void Steps(int steps, string folder, string? genotype, string profile)
    {
        set_num_threads(1);
        var task = TaskCatalog.Lidar;
        var settings = task.Checked(task.Presets[0].Settings with { Profile = profile });
        var data = new DataFolder(folder);
        task.Prepare(settings, data, Console.WriteLine);
        using var opened = task.Open(settings, data, 1, CPU);
        var space = SpaceCatalog.Find("pointpillars");
        var point = genotype is null
            ? space.Decisions.Sample(SeededRandom.For(1, new BirthNumber(1)))
            : space.Decisions.Parse(genotype);
        var network = space.Decode(point, task.Target(settings));
        Console.WriteLine(
            $"{point}: {Cost.Of(network).Parameters:N0} parameters, {Cost.Of(network).MultiplyAdds:N0} madds"
        );
        manual_seed(1);
        using var module = new NetworkModule(network);
        using var head = task.HeadOf(network, settings, CPU);
        head.Initialize(module);
        using var descent = new Descent(module.Memory, settings);
        using var epoch = opened.Train.Begin(SeededRandom.For(1, "epoch"));
        string[] parts = ["samples", "targets", "forward", "loss", "backward", "step"];
        var times = new double[parts.Length];
        for (var step = -Warm; step < steps; step++)
        {
            using var scope = NewDisposeScope();
            var clock = Stopwatch.StartNew();
            void Took(int part)
            {
                if (step >= 0)
                    times[part] += clock.Elapsed.TotalMilliseconds / steps;
                clock.Restart();
            }
            var batch = epoch.Batch((step + Warm) * settings.BatchSize, settings.BatchSize);
            Took(0);
            var targets = head.Targets(batch.Truth);
            Took(1);
            var outputs = module.Outputs(batch.Inputs);
            Took(2);
            var loss = head.Loss(outputs, targets, 1);
            Took(3);
            loss.backward();
            Took(4);
            descent.Step(1e-3);
            Took(5);
        }
        foreach (var (part, time) in parts.Zip(times))
            Console.WriteLine($"{part, -10}{time, 8:0.0} ms  {100 * time / times.Sum(), 5:0.0} %");
        Console.WriteLine(
            $"{"step", -10}{times.Sum(), 8:0.0} ms, {1000 * settings.BatchSize / times.Sum():0.0} scans a second"
        );
    }
}
