using System.Diagnostics;
using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tasks;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;

namespace EvoNas.Benchmarks.Training;

/// <summary>What one evaluation of the quick start takes on one thread, by the network's cost, and how long a warm
/// worker idles between two.</summary>
/// <remarks><c>evaluation [COUNT [MADDS at most [SETTINGS as JSON over the preset]]]</c>. Networks are drawn at random
/// from RegNet-X; the gap is what a training of one step and one judgement of an image each takes in all: building,
/// drawing weights, the step, letting go; in processor time.</remarks>
static class EvaluationTime
{
    const int Repeats = 10;

    public static void Run(string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0]) : 6;
        var limit = args.Length > 1 ? double.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 6e6;
        var quick = TrainingSettings.FromJson(
            args.Length > 2 ? args[2] : "{}",
            TrainingSettings.Quick with
            {
                MeasureLatency = false,
            }
        );
        var data = new DataFolder(
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "evonas", "data")
        );
        using var training = ProxyTraining.Load(TaskCatalog.Classification, quick, data);
        using var nothing = ProxyTraining.Load(
            TaskCatalog.Classification,
            quick with
            {
                Epochs = 0,
                Steps = 1,
                BatchSize = 1,
                TrainImages = 1,
                ValidationImages = 1,
            },
            data
        );
        var space = SpaceCatalog.Find("regnet-x");
        Console.WriteLine(
            $"{"madds", 12}{"parameters", 12}{"activations", 12}{"seconds", 9}{"cpu s", 8}{"top1", 8}{"gap ms", 8}   "
                + "curve"
        );
        for (var (draw, done) = (0, 0); done < count; draw++)
        {
            var network = space.Decode(
                space.Decisions.Sample(SeededRandom.For(7, new BirthNumber(1), draw)),
                training.Target
            );
            var cost = Cost.Of(network);
            if (cost.MultiplyAdds > limit)
                continue;
            done++;
            nothing.Run(network, 1);
            var before = Process.GetCurrentProcess().TotalProcessorTime;
            for (var again = 0; again < Repeats; again++)
                nothing.Run(network, 1);
            var gapMs = (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds / Repeats;
            var (clock, cpu) = (Stopwatch.StartNew(), Process.GetCurrentProcess().TotalProcessorTime);
            var outcome = training.Run(network, (ulong)draw);
            var used = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
            var curve = outcome is TrainingOutcome.Trained trained
                ? string.Join(' ', trained.Curve.Select(point => $"{point.Score:F3}"))
                : outcome.ToString();
            var top1 = (outcome as TrainingOutcome.Trained)?.Metrics[Metrics.Top1];
            Console.WriteLine(
                $"{cost.MultiplyAdds, 12:N0}{cost.Parameters, 12:N0}{cost.Activations, 12:N0}"
                    + $"{clock.Elapsed.TotalSeconds, 9:F1}{used, 8:F1}{top1, 8:F3}{gapMs, 8:F0}   {curve}"
            );
        }
    }
}
