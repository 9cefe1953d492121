using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace EvoNas.Torch.Cuda.Tests;

/// <summary>A residual network of three stages with two blocks each (He et al. 2016, arXiv:1512.03385, without
/// bottlenecks), ten classes.</summary>
sealed class ResidualNet : Module<Tensor, Tensor>
{
    static readonly long[] One = [1, 1],
        Two = [2, 2];
    readonly torch.Device _device;
    readonly Layer _stem;
    readonly List<(Layer First, Layer Second, Layer? Skip)> _blocks = [];
    readonly Parameter _classes;

    internal ResidualNet(long[] widths, torch.Device device)
        : base("residual")
    {
        _device = device;
        _stem = NewLayer("stem", widths[0], 1, 3, One);
        var channels = widths[0];
        foreach (var (stage, width) in widths.Index())
            for (var block = 0; block < 2; block++)
            {
                var name = $"stage{stage}_{block}";
                var stride = stage > 0 && block == 0 ? Two : One;
                _blocks.Add(
                    (
                        NewLayer(name + "_first", width, channels, 3, stride),
                        NewLayer(name + "_second", width, width, 3, One),
                        stride == Two || channels != width ? NewLayer(name + "_skip", width, channels, 1, stride) : null
                    )
                );
                channels = width;
            }

        _classes = New(init.kaiming_normal_(empty(10, channels)));
        register_parameter("classes", _classes);
    }

    public override Tensor forward(Tensor x)
    {
        x = functional.relu(_stem.Call(x, training), inplace: true);
        foreach (var (first, second, skip) in _blocks)
        {
            var y = second.Call(functional.relu(first.Call(x, training), inplace: true), training);
            x = functional.relu(y.add_(skip?.Call(x, training) ?? x), inplace: true);
        }

        return functional.linear(functional.adaptive_avg_pool2d(x, 1).flatten(1), _classes);
    }

    /// <summary>Parameters made so far in this process.</summary>
    internal static int ParametersMade { get; private set; }

    // Drawn on the CPU, so that every device begins alike; made where it stays, as a move would leave the layers
    // behind.
    Parameter New(Tensor values)
    {
        ParametersMade++;
        return new(values.to(_device));
    }

    Layer NewLayer(string name, long outputs, long inputs, long kernel, long[] stride)
    {
        var kernels = init.kaiming_normal_(
            empty(outputs, inputs, kernel, kernel),
            mode: init.FanInOut.FanOut,
            nonlinearity: init.NonlinearityType.ReLU
        );
        var layer = new Layer(
            New(kernels),
            New(ones(outputs)),
            New(zeros(outputs)),
            zeros(outputs, device: _device),
            ones(outputs, device: _device),
            stride,
            kernel == 1 ? [0, 0] : One
        );
        register_parameter(name + "_weight", layer.Weight);
        register_parameter(name + "_scale", layer.Scale);
        register_parameter(name + "_shift", layer.Shift);
        register_buffer(name + "_mean", layer.Mean);
        register_buffer(name + "_variance", layer.Variance);
        return layer;
    }

    sealed record Layer(
        Parameter Weight,
        Parameter Scale,
        Parameter Shift,
        Tensor Mean,
        Tensor Variance,
        long[] Stride,
        long[] Padding
    )
    {
        internal Tensor Call(Tensor x, bool training) =>
            functional.batch_norm(
                functional.conv2d(x, Weight, strides: Stride, padding: Padding),
                Mean,
                Variance,
                Scale,
                Shift,
                training
            );
    }
}
