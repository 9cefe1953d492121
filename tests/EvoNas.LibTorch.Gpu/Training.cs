using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace EvoNas.LibTorch.Gpu;

/// <summary>Images a second of training, on one thread or on a GPU.</summary>
static class Training
{
    /// <summary>[images a second] [device] [type], the best of rounds of half a second each.</summary>
    /// <remarks>On the processor a second is one of this process's own, so that a busy machine does not count.</remarks>
    internal static string Measure(Device device, string type, double seconds)
    {
        var onGpu = device.type == DeviceType.CUDA;
        set_num_threads(1);
        manual_seed(1);
        if (onGpu) LibTorchExtras.set_cudnn(benchmark: true, deterministic: false);
        using var scope = NewDisposeScope();
        using var model = new ResidualNet(onGpu ? [32, 64, 128] : [8, 16, 32]).to(device).to_channels_last();
        using var optimizer = optim.SGD(model.parameters(), 0.05, momentum: 0.9, weight_decay: 5e-4);
        var batch = onGpu ? 256 : 32;
        var images = randn(batch, 1, 28, 28, device: device).to_memory_format(memory_format.channels_last);
        var labels = randint(10, [batch], device: device);
        for (var i = 0; i < (onGpu ? 30 : 3); i++) Step(model, optimizer, images, labels, device.type, type);
        var best = 0.0;
        for (var start = Now(); Now() - start < seconds;)
        {
            var (round, steps) = (Now(), 0);
            for (; Now(waiting: false) - round < 0.5; steps++) Step(model, optimizer, images, labels, device.type, type);
            best = Math.Max(best, steps * batch / (Now() - round));
        }

        return $"{best:F0} {device} {type}";

        double Now(bool waiting = true)
        {
            if (!onGpu) return Environment.CpuUsage.TotalTime.TotalSeconds;
            if (waiting) cuda.synchronize();
            return Stopwatch.GetElapsedTime(0).TotalSeconds;
        }
    }

    /// <summary>One step of gradient descent.</summary>
    internal static void Step(ResidualNet model, optim.Optimizer optimizer, Tensor images, Tensor labels, DeviceType device, string type)
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        Tensor loss;
        using (LibTorchExtras.autocast(device, ScalarType.BFloat16, enabled: type == "bfloat16"))
            loss = functional.cross_entropy(model.call(images), labels);
        loss.backward();
        optimizer.step();
    }
}
