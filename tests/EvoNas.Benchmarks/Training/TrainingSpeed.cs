using System.Diagnostics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tasks;
using EvoNas.Tasks.Classification;
using EvoNas.Torch.Data;
using EvoNas.Torch.Devices;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Training;
using TorchSharp;

namespace EvoNas.Benchmarks.Training;

/// <summary>Training images a second of three networks against Python's torch, in turns on the same
/// machine.</summary>
/// <remarks><c>training [SECONDS a turn [TURNS [THREADS [NETWORK or all [DEVICE [PRECISION]]]]]]</c>. The first turn of
/// each warms up and does not count; the median of the others does. On the CPU a second is one of the processor's, so
/// that a busy machine does not count; on a GPU one of the clock.</remarks>
static class TrainingSpeed
{
    const int Images = 2048;
    static readonly (string Name, int Channels, int Side, int Batch)[] Networks =
    [
        ("RegNetX-200MF", 1, 28, 128),
        ("RegNetX-32", 1, 96, 128),
        ("MnasNet-A1", 3, 32, 128),
    ];

    public static void Run(string[] args)
    {
        var (seconds, turns, threads) = (Number(args, 0, 10), (int)Number(args, 1, 5), (int)Number(args, 2, 1));
        var (only, device, precision) = (
            Text(args, 3, "all"),
            Text(args, 4, "cpu"),
            Enum.Parse<Precision>(Text(args, 5, "float32"), ignoreCase: true)
        );
        var python = Environment.GetEnvironmentVariable("PYTHON") ?? "/usr/bin/python3";
        var onGpu = device != "cpu";
        Console.WriteLine(
            $"{"network", -16}{"map", 6}{"batch", 7}  {"EvoNas", 9}{"usual", 9}{"tuned", 9}   ratio to usual, tuned   "
                + $"[images a second{(onGpu ? "" : " of processor time")}, {device} {precision}]"
        );
        foreach (var (name, channels, side, batch) in Networks)
        {
            if (only != "all" && only != name)
                continue;
            var network = Named(name, channels, side);
            using var usual = new Twin(python, "usual", network, batch, Images, threads, device, precision);
            using var tuned = new Twin(python, "tuned", network, batch, Images, threads, device, precision);
            var (ours, theirs, best) = (new List<Speed>(), new List<Speed>(), new List<Speed>());
            // In turns, so that whatever else the machine does falls on all three.
            OnOneThread(
                network,
                channels,
                side,
                batch,
                threads,
                device,
                precision,
                train =>
                {
                    for (var turn = 0; turn <= turns; turn++)
                    {
                        var three = (train(seconds), usual.Train(seconds), tuned.Train(seconds));
                        if (turn == 0)
                            continue;
                        ours.Add(three.Item1);
                        theirs.Add(three.Item2);
                        best.Add(three.Item3);
                    }
                }
            );
            double Rate(List<Speed> speeds) =>
                speeds
                    .Select(speed => onGpu ? speed.PerSecond : speed.PerCpuSecond)
                    .Order()
                    .ElementAt(speeds.Count / 2);
            var (a, b, c) = (Rate(ours), Rate(theirs), Rate(best));
            Console.WriteLine(
                $"{name, -16}{side, 5}²{batch, 7}  {a, 9:F0}{b, 9:F0}{c, 9:F0}   {a / b, 6:F2} ×{a / c, 6:F2} ×"
            );
        }
    }

    static void OnOneThread(
        Network network,
        int channels,
        int side,
        int batch,
        int threads,
        string name,
        Precision precision,
        Action<Func<double, Speed>> turns
    ) =>
        OwnThread.Run(
            "benchmark",
            () =>
            {
                var device = ComputeDevice.Open(name, threads, precision);
                using var scope = torch.NewDisposeScope();
                var chance = new Random(1);
                var (pixels, labels) = (new byte[Images * channels * side * side], new byte[Images]);
                chance.NextBytes(pixels);
                for (var i = 0; i < Images; i++)
                    labels[i] = (byte)chance.Next(10);
                var set = channels == 1 ? ImageDataSet.FashionMnist : ImageDataSet.Cifar10;
                using var images = new ClassifiedImages(
                    new(
                        new(Shape.Of(channels, side, side), pixels, labels),
                        [.. Enumerable.Range(0, Images)],
                        set,
                        true,
                        0,
                        new(),
                        device
                    )
                );
                torch.manual_seed(1);
                using var module = new NetworkModule(network, device: device);
                turns(seconds =>
                {
                    using var run = new TrainingRun(
                        new()
                        {
                            BatchSize = batch,
                            Seconds = seconds,
                            LearningRate = 0.01,
                            Precision = precision,
                        },
                        TaskCatalog.Classification,
                        module,
                        images,
                        null,
                        1,
                        1
                    );
                    var (wall, cpu) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
                    run.Run(default, null, null, default);
                    ComputeDevice.Synchronize(device);
                    return new(
                        run.Step * batch,
                        wall.Elapsed.TotalSeconds,
                        (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds
                    );
                });
                return 0;
            }
        );

    static Network Named(string name, int channels, int side)
    {
        if (!SpaceCatalog.TryFindNamed(name, out var space, out var named))
            throw new InvalidOperationException($"No network is called {name}.");
        return space.Decode(
            named.Genotype,
            (named.Target ?? space.UsualTarget) with
            {
                Input = Shape.Of(channels, side, side),
                Classes = 10,
            }
        );
    }

    static string Text(string[] args, int index, string otherwise) => args.Length > index ? args[index] : otherwise;

    static double Number(string[] args, int index, double otherwise) =>
        args.Length > index ? double.Parse(args[index], System.Globalization.CultureInfo.InvariantCulture) : otherwise;
}
