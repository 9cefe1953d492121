using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Torch.Devices;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Benchmarks.Training;

/// <summary>Samples a second of networks that span the spaces, forward, backward and step, against the same network
/// in Python's torch, tuned: channels last, foreach, gradients set to none. In turns on the same machine.</summary>
/// <remarks><c>networks [SECONDS a turn [TURNS [THREADS [NETWORK or all]]]]</c>. The loss is the mean of all outputs;
/// no data are read. A second is one of the processor's. The first turn of each warms up and does not count; the
/// median of the others does.</remarks>
static class NetworkSpeed
{
    static readonly (string Name, Func<Network> Make, int Batch)[] Networks =
    [
        ("RegNetX-32 96²", () => Named("RegNetX-32", 1, 96), 64),
        ("RegNetX-200MF 28²", () => Named("RegNetX-200MF", 1, 28), 128),
        ("MnasNet-A1 32²", () => Named("MnasNet-A1", 3, 32), 128),
        ("MnasNet-A1 224²", () => Named("MnasNet-A1", 3, 224), 8),
        ("EfficientNetV2-S 128²", () => Named("EfficientNetV2-S", 3, 128), 8),
        ("SpineNet-49S 128²", () => Named("SpineNet-49S", 3, 128), 8),
        ("a point of NAS-FPN 128²", () => Drawn("nasfpn", Shape.Of(3, 128, 128)), 4),
        ("a point of UNet3D 32³", () => Drawn("unet3d_encoder", Shape.Of(1, 32, 32, 32)), 2),
    ];

    public static void Run(string[] args)
    {
        double Number(int index, double otherwise) =>
            args.Length > index ? double.Parse(args[index], CultureInfo.InvariantCulture) : otherwise;
        var (seconds, turns, threads) = (Number(0, 8), (int)Number(1, 3), (int)Number(2, 1));
        var only = args.Length > 3 ? args[3] : "all";
        Console.WriteLine($"{"network", -26}{"madds", 16}{"batch", 7}{"EvoNas", 10}{"Python", 10}{"ratio", 9}");
        var ratios = new List<double>();
        foreach (var (name, make, batch) in Networks)
            if (only == "all" || name.Contains(only, StringComparison.Ordinal))
                ratios.Add(OwnThread.Run("benchmark", () => Measure(name, make(), batch, seconds, turns, threads)));
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"geometric mean {Math.Exp(ratios.Average(Math.Log)):0.00} ×, {threads} threads, samples a CPU second"
            )
        );
    }

    static double Measure(string name, Network network, int batch, double seconds, int turns, int threads)
    {
        var device = ComputeDevice.Open("cpu", threads, Precision.Float32);
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var module = new NetworkModule(network, device: device);
        using var descent = new Descent(module.Memory, new() { LearningRate = 1e-3 });
        // Channels last.
        var sides = network.Input.Sides.Select(side => (long)side).ToArray();
        var inputs = rand([batch, .. sides, network.Input.Channels]);
        inputs = sides.Length == 2 ? inputs.permute(0, 3, 1, 2) : inputs.permute(0, 4, 1, 2, 3);
        var folder = Directory.CreateTempSubdirectory("evonas-networks").FullName;
        try
        {
            var job = new JsonObject
            {
                ["batch"] = batch,
                ["samples"] = batch,
                ["judged"] = batch,
                ["shape"] = new JsonArray([
                    network.Input.Channels,
                    .. network.Input.Sides.Select(side => (JsonNode)side),
                ]),
            };
            using var twin = new TaskTwin(folder, "network", network, job, threads);
            var pairs = new List<(double Ours, double Theirs)>();
            for (var turn = 0; turn <= turns; turn++)
            {
                var pair = (Train(module, descent, inputs, seconds), twin.Work("train", seconds).PerCpuSecond);
                if (turn > 0)
                    pairs.Add(pair);
            }
            double Median(Func<(double Ours, double Theirs), double> of) =>
                pairs.Select(of).Order().ElementAt(pairs.Count / 2);
            var ratio = Median(pair => pair.Ours / pair.Theirs);
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name, -26}{Cost.Of(network).MultiplyAdds, 16:N0}{batch, 7}{Median(pair => pair.Ours), 10:0.0}"
                        + $"{Median(pair => pair.Theirs), 10:0.0}{ratio, 7:0.00} ×"
                )
            );
            return ratio;
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    static double Train(NetworkModule module, Descent descent, Tensor inputs, double seconds)
    {
        var (clock, cpu, done) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime, 0L);
        do
        {
            using var scope = NewDisposeScope();
            var loss = zeros(1);
            foreach (var output in module.Outputs(inputs))
                loss += output.mean();
            loss.backward();
            descent.Step(1e-3);
            done += inputs.size(0);
        } while (clock.Elapsed.TotalSeconds < seconds);
        return done / (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
    }

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

    static Network Drawn(string name, Shape input)
    {
        var space = SpaceCatalog.Find(name);
        return space.Decode(
            space.Decisions.Sample(SeededRandom.For(1, new BirthNumber(1))),
            space.UsualTarget with
            {
                Input = input,
            }
        );
    }
}
