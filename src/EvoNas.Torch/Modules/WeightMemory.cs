using EvoNas.Networks;
using EvoNas.Torch.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EvoNas.Torch.Modules;

/// <summary>All numbers that a network learns or keeps, in three flat tensors; layers see slices of them.</summary>
/// <remarks>Steps of the optimizer, decay, clipping, averages and zeroed gradients are then a few operations whatever
/// the number of layers. Gradients are added into their slices by backward itself, so they are never null.</remarks>
sealed class WeightMemory : IDisposable
{
    readonly WeightPlan _plan;

    /// <param name="network">Whose weights.</param>
    /// <param name="begin">How they begin; drawn on the CPU from its default generator, so that every device begins
    /// alike.</param>
    /// <param name="device">Where they live.</param>
    /// <param name="type">What they are kept as; they are drawn in float32.</param>
    public WeightMemory(
        Network network,
        Initialization begin,
        torch.Device device,
        ScalarType type = ScalarType.Float32
    )
    {
        _plan = new(network);
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var start = zeros(_plan.Length);
        Begin(start, begin);
        Values = start.to(type, device).DetachFromDisposeScope();
        Gradients = zeros(_plan.Length, dtype: type, device: device).DetachFromDisposeScope();
        var norms = network.Nodes.Where(node => node is { Layer: Layer.BatchNorm, WeightsOf: null }).ToArray();
        var statistics = norms.Sum(node => 2L * node.Shape.Channels);
        Statistics = zeros(statistics, dtype: type, device: device).DetachFromDisposeScope();
        Parameters = Array.ConvertAll([.. _plan.Weights], Slice);
        BatchesSeen = new int[network.Nodes.Count];
        var moving = new Dictionary<int, (Tensor Mean, Tensor Variance)>();
        Moving = moving;
        var offset = 0L;
        foreach (var node in norms)
        {
            var channels = node.Shape.Channels;
            moving[node.Index] = (
                Statistics.narrow(0, offset, channels).DetachFromDisposeScope(),
                Statistics.narrow(0, offset + channels, channels).fill_(1).DetachFromDisposeScope()
            );
            offset += 2L * channels;
        }
    }

    /// <summary>Every weight.</summary>
    public Tensor Values { get; }

    /// <summary>The gradient of every weight, in the same places.</summary>
    public Tensor Gradients { get; }

    /// <summary>Moving means and variances of the normalisations.</summary>
    public Tensor Statistics { get; }

    /// <summary>By index of a node: batches that its normalisation has learnt its statistics from.</summary>
    public int[] BatchesSeen { get; }

    /// <summary>Weights at the beginning of <see cref="Values"/> that decay.</summary>
    public long DecayingLength => _plan.DecayingLength;

    /// <summary>The layers' views, in the order of the plan.</summary>
    public Parameter[] Parameters { get; }

    /// <summary>Where each tensor of weights lies in <see cref="Values"/>, in the order of
    /// <see cref="Parameters"/>.</summary>
    public IReadOnlyList<Weight> Places => _plan.Weights;

    /// <summary>Names, in the order of <see cref="Parameters"/>.</summary>
    public IEnumerable<string> Names => _plan.Weights.Select(weight => weight.Name);

    /// <summary>The moving statistics by the index of their node.</summary>
    public IReadOnlyDictionary<int, (Tensor Mean, Tensor Variance)> Moving { get; }

    /// <summary>A node's weight and bias; null where it has none.</summary>
    public (Parameter? Weight, Parameter? Bias) Of(NetworkNode node)
    {
        Parameter? weight = null,
            bias = null;
        for (var i = 0; i < Parameters.Length; i++)
        {
            if (_plan.Weights[i].Node != node.Owner)
                continue;
            if (_plan.Weights[i].Role is WeightRole.Bias or WeightRole.Shift)
                bias = Parameters[i];
            else
                weight = Parameters[i];
        }
        return (weight, bias);
    }

    Parameter Slice(Weight weight)
    {
        var parameter = new Parameter(View(Values, weight), requires_grad: true);
        parameter.DetachFromDisposeScope();
        parameter.grad = View(Gradients, weight);
        return parameter;
    }

    // Kernels lie channels last: oneDNN and cuDNN are fastest so, and PyTorch then lays the maps out alike.
    static Tensor View(Tensor flat, Weight weight)
    {
        var slice = flat.narrow(0, weight.Offset, weight.Count);
        var shape = weight.Shape;
        return shape.Length switch
        {
            4 => slice.view(shape[0], shape[2], shape[3], shape[1]).permute(0, 3, 1, 2),
            5 => slice.view(shape[0], shape[2], shape[3], shape[4], shape[1]).permute(0, 4, 1, 2, 3),
            _ => slice.view(shape),
        };
    }

    void Begin(Tensor values, Initialization begin)
    {
        // One draw for all that is normal: a call a tensor would cost more than the numbers.
        if (begin != Initialization.Xavier)
            values.narrow(0, 0, _plan.DecayingLength).normal_();
        foreach (var weight in _plan.Weights)
        {
            using var part = values.narrow(0, weight.Offset, weight.Count);
            switch (weight.Role)
            {
                case WeightRole.Scale:
                    part.fill_(1);
                    break;
                case WeightRole.Kernel or WeightRole.Matrix when begin == Initialization.Xavier:
                    var bound = Math.Sqrt(6.0 / (weight.FanIn + weight.FanOut));
                    part.uniform_(-bound, bound);
                    break;
                case WeightRole.Bias when begin == Initialization.Xavier:
                    part.uniform_(-1 / Math.Sqrt(weight.FanIn), 1 / Math.Sqrt(weight.FanIn));
                    break;
                case WeightRole.Kernel or WeightRole.Matrix when begin == Initialization.Lecun:
                    part.mul_(Math.Sqrt(1.0 / weight.FanIn));
                    break;
                case WeightRole.Kernel:
                    part.mul_(Math.Sqrt(2.0 / weight.FanOut));
                    break;
                case WeightRole.Matrix:
                    part.mul_(0.01);
                    break;
            }
        }
    }

    public void Dispose()
    {
        foreach (var parameter in Parameters)
            parameter.Dispose();
        foreach (var (mean, variance) in Moving.Values)
        {
            mean.Dispose();
            variance.Dispose();
        }
        Values.Dispose();
        Gradients.Dispose();
        Statistics.Dispose();
    }
}
