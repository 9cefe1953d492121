using System.Diagnostics;
using EvoNas.Torch.Devices;
using EvoNas.Torch.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Training;

/// <summary>How long a forward pass takes on the device.</summary>
static class Latency
{
    // No measurement of a slow network shall take longer; the median is then over fewer passes.
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>The median time, in ms.</summary>
    /// <param name="module">Judging, not learning; left as it was.</param>
    /// <param name="batch">Images in the pass.</param>
    /// <param name="repeats">Passes that are timed, after three that are not; at least three, however slow.</param>
    /// <param name="precision">As in training.</param>
    public static double Median(NetworkModule module, int batch, int repeats, Precision precision)
    {
        var device = module.Memory.Values.device;
        var wasTraining = module.training;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        module.eval();
        var inputs = module.Network.Inputs.Select(node => Zeros(node.Shape, batch, device)).ToArray();
        var (times, all) = (new List<double>(), Stopwatch.StartNew());
        for (var i = -3; i < repeats && (i < 3 || all.Elapsed < Longest); i++)
        {
            var one = Stopwatch.StartNew();
            using (ComputeDevice.Autocast(device, precision))
                foreach (var output in module.Outputs(inputs))
                    output.Dispose();
            ComputeDevice.Synchronize(device);
            if (i >= 0)
                times.Add(one.Elapsed.TotalMilliseconds);
        }
        module.train(wasTraining);
        times.Sort();
        return (times[times.Count / 2] + times[(times.Count - 1) / 2]) / 2;
    }

    // Channels last, as in training.
    static Tensor Zeros(Networks.Shape shape, int batch, torch.Device device)
    {
        long[] sides = [.. shape.Sides.Select(side => (long)side)];
        return zeros([batch, .. sides, shape.Channels], device: device)
            .permute([0, sides.Length + 1, .. sides.Select((_, side) => side + 1L)]);
    }
}
