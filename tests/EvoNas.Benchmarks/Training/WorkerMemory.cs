using System.Diagnostics;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tasks;
using EvoNas.Torch.Data;
using EvoNas.Torch.Training;
using TorchSharp;

namespace EvoNas.Benchmarks.Training;

/// <summary>Memory of a worker over many evaluations of different networks: resident size and living tensors should
/// stay where they are.</summary>
/// <remarks><c>memory [EVALUATIONS]</c>. Each trains a step of a random RegNet-X network of at most 2 million
/// multiply-adds.</remarks>
static class WorkerMemory
{
    public static void Run(string[] args)
    {
        var count = args.Length > 0 ? int.Parse(args[0]) : 1000;
        using var training = ProxyTraining.Load(
            TaskCatalog.Classification,
            TrainingSettings.Quick with
            {
                MeasureLatency = false,
                Epochs = 0,
                Steps = 1,
                TrainImages = 32,
                ValidationImages = 32,
            },
            new DataFolder(
                Path.Combine(
                    Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData),
                    "evonas",
                    "data"
                )
            )
        );
        var space = SpaceCatalog.Find("regnet-x");
        var networks = Enumerable
            .Range(0, int.MaxValue)
            .Select(draw =>
                space.Decode(space.Decisions.Sample(SeededRandom.For(7, new BirthNumber(2), draw)), training.Target)
            )
            .Where(network => Cost.Of(network).MultiplyAdds < 2e6)
            .Take(40)
            .ToArray();
        Console.WriteLine($"{"evaluations", 12}{"resident MB", 13}{"managed MB", 12}{"tensors", 9}{"seconds", 9}");
        var clock = Stopwatch.StartNew();
        for (var i = 1; i <= count; i++)
        {
            training.Run(networks[i % networks.Length], (ulong)i);
            if (i != 1 && i % (count / 10) != 0)
                continue;
            Console.WriteLine(
                $"{i, 12}{Environment.WorkingSet / 1e6, 13:F1}{GC.GetTotalMemory(false) / 1e6, 12:F1}"
                    + $"{torch.Tensor.TotalCount, 9}{clock.Elapsed.TotalSeconds, 9:F0}"
            );
        }
    }
}
