using EvoNas.Augmentations;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tasks;
using EvoNas.Torch.Augmentations;
using EvoNas.Torch.Data;
using EvoNas.Torch.Devices;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Cuda.Tests;

/// <summary>What a search does with a device: candidates of the spaces, built, trained, measured; policies carried
/// out.</summary>
static class NetworkChecks
{
    internal static void EverySpaceAgrees(torch.Device device)
    {
        Checks.UseFloat32();
        foreach (var space in SpaceCatalog.All.Where(space => space.Build is not null))
        {
            using var scope = NewDisposeScope();
            var network = Small(space);
            if (network.Inputs.Count() > 1)
                continue; // Pillars come with whole numbers.
            manual_seed(1);
            using NetworkModule here = new(network, device: device);
            manual_seed(1);
            using NetworkModule there = new(network);
            foreach (var (mine, other) in here.Tensors.Zip(there.Tensors))
                if ((mine.Tensor.cpu() - other.Tensor).abs().max().item<float>() != 0)
                    throw new InvalidOperationException(
                        $"{space.Name}: {mine.Name} does not begin as on the processor"
                    );
            here.eval();
            there.eval();
            using var quiet = no_grad();
            var input = randn([2, network.Input.Channels, .. network.Input.Sides.Select(side => (long)side)]);
            foreach (var (mine, other) in here.Outputs(input.to(device)).Zip(there.Outputs(input)))
            {
                var worst = ((mine.cpu() - other).abs().max() / (other.abs().max() + 1e-6)).item<float>();
                if (!(worst < 1e-3))
                    throw new InvalidOperationException($"{space.Name}: an output is off by {worst:G3} of its size");
            }
        }
    }

    internal static void CandidatesTrain(torch.Device device)
    {
        var onGpu = device.type == DeviceType.CUDA;
        WithImages(data =>
        {
            foreach (
                var precision in onGpu
                    ? [Precision.Float32, Precision.BFloat16, Precision.Float16]
                    : new[] { Precision.Float32 }
            )
            {
                using var training = ProxyTraining.Load(
                    TaskCatalog.Classification,
                    Settings(precision, onGpu ? 200 : 30),
                    data,
                    device.ToString()
                );
                foreach (var name in new[] { "regnet-x", "mnasnet", "efficientnet_v2" })
                {
                    var outcome = training.Run(Candidate(SpaceCatalog.Find(name), training.Target), 1);
                    if (outcome is not TrainingOutcome.Trained trained)
                        throw new InvalidOperationException($"{name} in {precision} ended with {outcome}");
                    if (trained.Metrics.Any(metric => !double.IsFinite(metric.Value)))
                        throw new InvalidOperationException($"{name} in {precision}: {trained.Metrics}");
                    if (onGpu && !(trained.Metrics["top1"] > 0.3))
                        throw new InvalidOperationException($"{name} in {precision} learnt nothing: {trained.Metrics}");
                    Console.WriteLine($"      {name} on {device} in {precision}: {trained.Metrics}");
                }
            }
        });
    }

    internal static void TooLargeIsTold(torch.Device device) =>
        WithImages(data =>
        {
            // Nine thousand images of 512 by 512 in one step are more than any card holds.
            using (
                var training = ProxyTraining.Load(
                    TaskCatalog.Classification,
                    Settings(Precision.Float32, 1) with
                    {
                        ImageSide = 512,
                        BatchSize = 9000,
                    },
                    data,
                    device.ToString()
                )
            )
                if (
                    training.Run(Candidate(SpaceCatalog.Find("mnasnet"), training.Target), 1)
                    is var outcome
                        and not TrainingOutcome.OutOfMemory
                )
                    throw new InvalidOperationException($"it ended with {outcome}");
            using var next = ProxyTraining.Load(
                TaskCatalog.Classification,
                Settings(Precision.Float32, 5),
                data,
                device.ToString()
            );
            if (
                next.Run(Candidate(SpaceCatalog.Find("regnet-x"), next.Target), 1)
                is var after
                    and not TrainingOutcome.Trained
            )
                throw new InvalidOperationException($"the next one ended with {after}");
        });

    internal static void PoliciesVary(torch.Device device)
    {
        foreach (var space in SpaceCatalog.All.Where(space => space.Policy is not null))
        {
            using var scope = NewDisposeScope();
            var genotype = space.Decisions.Sample(SeededRandom.For(3, space.Name));
            var policy = space.Policy!(space.Decisions.Read(genotype)); // only those that have one
            manual_seed(5);
            var images = randint(256, [6, 3, 48, 48]).to(ScalarType.Byte);
            var masked = space.Name.EndsWith("segmentation", StringComparison.Ordinal);
            Sequence<Sequence<Box>> boxes = [.. Enumerable.Repeat<Sequence<Box>>([new(0.1f, 0.2f, 0.6f, 0.7f)], 6)];
            AugmentationBatch On(torch.Device place) =>
                policy.Apply(
                    masked ? new(images.to(place), Masks: images.select(1, 0).to(place)) : new(images.to(place), boxes),
                    SeededRandom.For(4, "check")
                );
            var (here, there) = (On(device), On(CPU));
            var apart = (here.Images.cpu().to(ScalarType.Int32) - there.Images.to(ScalarType.Int32))
                .abs()
                .max()
                .item<int>();
            if (apart > 1)
                throw new InvalidOperationException($"{space.Name}: pixels differ by {apart} of 255");
        }
    }

    static void WithImages(Action<DataFolder> body)
    {
        var folder = Directory.CreateTempSubdirectory("evonas-gpu-").FullName;
        try
        {
            body(Images.Write(folder));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    static TrainingSettings Settings(Precision precision, int steps) =>
        new()
        {
            DataSet = ImageDataSet.Cifar10.Name,
            ValidationImages = 500,
            BatchSize = 64,
            Steps = steps,
            LearningRate = 0.05,
            Precision = precision,
            MeasureLatency = true,
        };

    // Small enough for the processor, which is to check it.
    static Network Candidate(Space space, Target target) =>
        Enumerable
            .Range(1, 500)
            .Select(birth =>
                space.Decode(
                    space.Decisions.Sample(SeededRandom.For(2, new BirthNumber(birth))),
                    target with
                    {
                        Profile = space.ClassifyingProfile ?? "",
                    }
                )
            )
            .First(network => Cost.Of(network) is { Parameters: < 8_000_000, MultiplyAdds: < 40_000_000 });

    static Network Small(Space space)
    {
        var target = space.UsualTarget;
        if (target.Input.Sides.Count == 2 && target.Input.Channels == 3)
            target = target with { Input = Shape.Of(3, 64, 64), Classes = 10 };
        return space.Decode(space.Decisions.Sample(SeededRandom.For(5, space.Name)), target);
    }
}
