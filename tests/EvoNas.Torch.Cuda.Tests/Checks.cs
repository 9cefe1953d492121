using System.Diagnostics;
using System.Runtime.InteropServices;
using EvoNas.Torch.Devices;
using EvoNas.Torch.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace EvoNas.Torch.Cuda.Tests;

/// <summary>What must hold on every device; a line a check, and at the end how many.</summary>
static class Checks
{
    static readonly (string Sentence, Action<Device> Body, bool OnlyCuda)[] All =
    [
        ("This libtorch exports every function that is called", NothingIsMissing, false),
        ("Layers and their gradients are those of the processor in doubles", LayersAgree, false),
        ("Optimizers take the processor's steps", OptimizersAgree, false),
        ("Training learns, and frees everything", TrainingLearns, false),
        ("The same seed trains the same bits in deterministic mode", SameSeedSameBits, false),
        ("Autocast trains in brain float with weights in single precision", AutocastTrains, false),
        ("Channels last stays through convolutions", ChannelsLastStays, false),
        ("Elements come and go as they are", ElementsAreKept, false),
        ("Out of memory is recognized, and the device goes on", OutOfMemoryIsRecognized, false),
        ("Half precision trains with a scaled loss", HalfTrains, true),
        ("The memory that the driver counts is flat over two hundred steps", MemoryIsFlat, true),
        ("A fault of the device is told from other errors", FaultIsRecognized, true),
        ("Pinned memory is copied without waiting", PinnedMemoryIsCopied, true),
        (
            "A network of every space computes what it does on the processor in doubles",
            NetworkChecks.EverySpaceAgrees,
            true
        ),
        ("Candidates of a search train in every precision of the device", NetworkChecks.CandidatesTrain, true),
        (
            "A candidate that is too large is told as out of memory, and the next one trains",
            NetworkChecks.TooLargeIsTold,
            true
        ),
        ("Policies of augmentation vary images where these are", NetworkChecks.PoliciesVary, true),
    ];

    /// <summary>The sentences that are checked on a device.</summary>
    internal static IEnumerable<string> Sentences(DeviceType device) =>
        All.Where(check => device == DeviceType.CUDA || !check.OnlyCuda).Select(check => check.Sentence);

    /// <summary>Carries out one check, and counts what it leaves behind.</summary>
    /// <exception cref="InvalidOperationException">The sentence does not hold.</exception>
    internal static void Hold(string sentence, Device device)
    {
        var body = All.Single(check => check.Sentence == sentence).Body;
        ComputeDevice.Open(device.ToString(), threads: 1, Precision.Float32);
        var parametersBefore = ResidualNet.ParametersMade;
        var before = Tensor.TotalCount;
        using (NewDisposeScope())
            body(device);
        // TorchSharp goes on counting the tensor that became a parameter.
        var left = Tensor.TotalCount - before - (ResidualNet.ParametersMade - parametersBefore);
        if (left > 0 && CountsItsTensors(sentence))
            throw new InvalidOperationException($"{left} tensors were left");
    }

    /// <summary>Carries out every check on the CPU and on the GPU if there is one, a line each.</summary>
    /// <returns>The exit code: 1 if one failed.</returns>
    internal static int Run()
    {
        var (passed, failed, skipped) = (0, 0, 0);
        Console.WriteLine(LibTorch.Description);
        foreach (var missing in LibTorch.Missing)
            Console.WriteLine($"missing: {missing}");
        var reason = CudaTheoryAttribute.ReasonToSkip;
        foreach (var device in reason is null ? new[] { CPU, new Device("cuda:0") } : [CPU])
        foreach (var sentence in Sentences(device.type))
        {
            try
            {
                Hold(sentence, device);
                Console.WriteLine($"ok    {device}: {sentence}");
                passed++;
            }
            catch (Exception fault) when (fault is InvalidOperationException or ExternalException or ArgumentException)
            {
                Console.WriteLine($"FAIL  {device}: {sentence}: {fault.Message}");
                failed++;
            }
        }
        if (reason is not null)
        {
            Console.WriteLine($"skipped on CUDA: {reason}");
            skipped = All.Length;
        }
        Console.WriteLine($"{passed} passed, {failed} failed, {skipped} skipped");
        return failed == 0 ? 0 : 1;
    }

    // The others make parameters and optimizers whose counts TorchSharp keeps.
    static bool CountsItsTensors(string sentence) =>
        sentence.StartsWith("Training learns", StringComparison.Ordinal)
        || sentence.StartsWith("Policies", StringComparison.Ordinal);

    static void NothingIsMissing(Device device)
    {
        if (LibTorch.Missing is { Count: > 0 } missing)
            throw new InvalidOperationException(string.Join(", ", missing));
    }

    /// <summary>No TensorFloat-32, whose 10 bits of fraction are too few to compare with the CPU.</summary>
    internal static void UseFloat32()
    {
        backends.cuda.matmul.allow_tf32 = false;
        backends.cudnn.allow_tf32 = false;
    }

    static void LayersAgree(Device device)
    {
        UseFloat32();
        manual_seed(2);
        Same(
            [randn(4, 6, 9), randn(8, 3, 3), randn(8)],
            t => functional.conv1d(t[0], t[1], t[2], stride: 2, padding: 1, groups: 2)
        );
        Same(
            [randn(4, 6, 9, 9), randn(8, 6, 3, 3)],
            t => functional.conv2d(t[0], t[1], strides: [2, 1], padding: [1, 1])
        );
        Same([randn(4, 6, 9, 9), randn(6, 1, 5, 5)], t => functional.conv2d(t[0], t[1], padding: [2, 2], groups: 6));
        // Channels last, as in networks: oneDNN's gradient is wrong otherwise.
        Same(
            [randn([2, 6, 6, 6, 3]).movedim([-1], [1]), randn([4, 3, 3, 3, 3]).movedim([-1], [1])],
            t => functional.conv3d(t[0], t[1], padding: [1, 1, 1])
        );
        Same([randn(2, 3, 4, 4), randn(3, 5, 2, 2)], t => functional.conv_transpose2d(t[0], t[1], strides: [2, 2]));
        Same(
            [randn(8, 4, 5, 5), randn(4), randn(4)],
            t => functional.batch_norm(t[0], null, null, t[1], t[2], training: true)
        );
        Same([randn(8, 4, 6, 6)], t => functional.max_pool2d(t[0], 2) + functional.avg_pool2d(t[0], 2));
        Same(
            [randn(8, 4, 6, 6)],
            t =>
                functional.adaptive_avg_pool2d(
                    functional.silu(t[0]) + functional.hardswish(t[0]) * functional.relu6(t[0]),
                    1
                )
        );
        Same([randn(8, 10)], t => functional.cross_entropy(t[0], arange(8).to(t[0].device) % 10, label_smoothing: 0.1));
        Same(
            [randn(2, 3, 5, 5)],
            t => functional.interpolate(t[0], [9, 9], mode: InterpolationMode.Bilinear, align_corners: false)
        );
        Same([randn(7, 5), randn(3, 5), randn(3)], t => functional.linear(t[0], t[1], t[2]));

        void Same(Tensor[] given, Func<Tensor[], Tensor> layer)
        {
            Tensor[] exact = [.. given.Select(t => t.@double().requires_grad_())],
                here = [.. given.Select(t => t.to(device, copy: true).requires_grad_())];
            var (expected, got) = (layer(exact), layer(here));
            Close(got, expected, "output");
            var weights = randn_like(expected.detach());
            (expected * weights).sum().backward();
            (got * weights.to(got)).sum().backward();
            for (var i = 0; i < given.Length; i++)
                Close(here[i].grad!, exact[i].grad!, $"gradient {i}"); // backward was called
        }
    }

    static void OptimizersAgree(Device device)
    {
        manual_seed(3);
        var start = randn(50, 4);
        Func<Parameter, optim.Optimizer>[] makers =
        [
            p => optim.SGD([p], 0.1, 0.9, weight_decay: 1e-2, nesterov: true),
            p => optim.RMSProp([p], 0.01, momentum: 0.9, weight_decay: 1e-2),
            p => optim.AdamW([p], 0.01, weight_decay: 1e-2),
        ];
        foreach (var make in makers)
        {
            var (there, exact) = (new Parameter(start.to(device, copy: true)), new Parameter(start.@double()));
            using optim.Optimizer one = make(there),
                other = make(exact);
            for (var i = 0; i < 5; i++)
            {
                foreach (var p in new[] { there, exact })
                {
                    p.grad = null;
                    (p * p * p).sum().backward();
                }

                nn.utils.clip_grad_norm_([there], 2);
                nn.utils.clip_grad_norm_([exact], 2);
                one.step();
                other.step();
            }

            Close(there, exact, one.GetType().Name);
        }
    }

    static void TrainingLearns(Device device)
    {
        var (losses, _) = Train(device, "float32", 40);
        if (!(losses[^1] < 0.5 * losses[0]))
            throw new InvalidOperationException($"the loss went from {losses[0]} to {losses[^1]}");
    }

    static void SameSeedSameBits(Device device)
    {
        LibTorch.CudnnBenchmark = false;
        LibTorch.DeterministicAlgorithms = true;
        try
        {
            var (one, other) = (Train(device, "float32", 10).Weights, Train(device, "float32", 10).Weights);
            if (!one.AsSpan().SequenceEqual(other))
                throw new InvalidOperationException("the weights differ");
        }
        finally
        {
            LibTorch.DeterministicAlgorithms = false;
        }
    }

    static void AutocastTrains(Device device)
    {
        var (losses, weights) = Train(device, "bfloat16", 40);
        if (!(losses[^1] < 0.6 * losses[0]))
            throw new InvalidOperationException($"the loss went from {losses[0]} to {losses[^1]}");
        if (!weights.All(float.IsFinite))
            throw new InvalidOperationException("weights are not finite");
    }

    static void HalfTrains(Device device)
    {
        using var model = new ResidualNet([16, 32], device);
        var images = randn(16, 1, 14, 14, device: device);
        using (LibTorch.Autocast(DeviceType.CUDA, ScalarType.Float16))
            (functional.cross_entropy(model.call(images), zeros(16, int64, device)) * 1024).backward();
        foreach (var parameter in model.parameters())
            if (!parameter.grad!.isfinite().all().item<bool>())
                throw new InvalidOperationException("a gradient is not finite"); // backward was called
    }

    static void ChannelsLastStays(Device device)
    {
        static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
        var y = functional.conv2d(
            ChannelsLast(randn(2, 8, 6, 6, device: device)),
            ChannelsLast(randn(8, 8, 3, 3, device: device))
        );
        if (y.stride(1) != 1 || functional.relu(y).stride(1) != 1)
            throw new InvalidOperationException("the output is not channels last");
    }

    static void ElementsAreKept(Device device)
    {
        var given = Enumerable.Range(0, 1000).Select(i => i * 0.5f).ToArray();
        var there = tensor(given, [10, 100], device: device);
        using var elements = there.data<float>();
        if (there.device_type != device.type || !elements.ToArray().AsSpan().SequenceEqual(given))
            throw new InvalidOperationException("elements differ");
        if (there[9, 99].item<float>() != given[^1])
            throw new InvalidOperationException("an item differs");
    }

    static void OutOfMemoryIsRecognized(Device device)
    {
        try
        {
            zeros([1L << 50], device: device);
            throw new InvalidOperationException("there is a pebibyte of memory");
        }
        catch (ExternalException fault) when (LibTorch.IsOutOfMemory(fault))
        {
            if (ones(3, device: device).sum().item<float>() != 3)
                throw new InvalidOperationException("afterwards 1 + 1 + 1 is not 3");
        }
    }

    static void MemoryIsFlat(Device device)
    {
        Train(device, "float32", 20);
        var before = Gpu.MemoryOf(Environment.ProcessId);
        Train(device, "float32", 200);
        cuda.synchronize();
        var after = Gpu.MemoryOf(Environment.ProcessId);
        if (before is null)
            Console.WriteLine(
                "      the driver does not list this process (a container with its own process numbers?)"
            );
        if (after != before)
            throw new InvalidOperationException($"{before} bytes became {after}");
    }

    static void FaultIsRecognized(Device device)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, "fault")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }; // a running program has a path
        using var process = Process.Start(start) ?? throw new InvalidOperationException("the process did not start");
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"exit code {process.ExitCode}: {said.Trim()}");
    }

    static void PinnedMemoryIsCopied(Device device)
    {
        var pinned = arange(1 << 20).pin_memory();
        var there = pinned.to(device, false, false, true);
        if (there.sum().item<long>() != (1L << 19) * ((1L << 20) - 1))
            throw new InvalidOperationException("the sum differs");
    }

    // Ten classes of images that are noise around a pattern each: a few steps suffice.
    static (List<float> Losses, float[] Weights) Train(Device device, string type, int steps)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var model = new ResidualNet([16, 32], device);
        using var optimizer = optim.SGD(model.parameters(), 0.05, momentum: 0.9);
        var patterns = randn(10, 1, 14, 14, device: device);
        List<float> losses = [];
        for (var i = 0; i < steps; i++)
        {
            using var step = NewDisposeScope();
            var labels = randint(10, [32], device: device);
            var images = patterns.index_select(0, labels) + randn(32, 1, 14, 14, device: device) * 0.3;
            Step(model, optimizer, images, labels, device.type, type);
            using var _ = no_grad();
            losses.Add(functional.cross_entropy(model.call(images), labels).item<float>());
        }

        return (
            losses,
            [
                .. model
                    .parameters()
                    .SelectMany(p =>
                    {
                        using var elements = p.data<float>();
                        return elements.ToArray();
                    }),
            ]
        );
    }

    static void Step(
        ResidualNet model,
        optim.Optimizer optimizer,
        Tensor images,
        Tensor labels,
        DeviceType device,
        string type
    )
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        Tensor loss;
        using (type == "bfloat16" ? LibTorch.Autocast(device, ScalarType.BFloat16) : null)
            loss = functional.cross_entropy(model.call(images), labels);
        loss.backward();
        optimizer.step();
    }

    static Tensor randn_like(Tensor t) => t.randn_like();

    static void Close(Tensor got, Tensor expected, string what)
    {
        using var scope = NewDisposeScope();
        var (here, exact) = (got.detach().cpu().@double(), expected.detach());
        var worst = ((here - exact).abs() / (exact.abs() + 1)).max().item<double>();
        if (!(worst < 1e-4))
            throw new InvalidOperationException($"{what} is off by {worst:G3} of its size");
    }
}
