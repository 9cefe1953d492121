using EvoNas.Networks;
using EvoNas.Torch.Training;

namespace EvoNas.Torch.Tests.Support;

/// <summary>What a test needs and does not care about.</summary>
static class Some
{
    /// <summary>Nine layers, some thousand parameters.</summary>
    public static Network SmallNetwork(int channels = 8, int classes = 10) =>
        Networks.Network.Of(
            Node.Input(Shape.Of(1, 28, 28))
                .In("stem")
                .Conv(channels, 3, stride: 4, padding: Padding.Symmetric)
                .Norm()
                .Relu()
                .In("block")
                .XBlock(2 * channels, 2 * channels, channels, stride: 2)
                .In("head")
                .Dense(classes)
        );

    /// <summary>A convolution and a dense layer: milliseconds.</summary>
    public static Network TinyNetwork =>
        Networks.Network.Of(
            Node.Input(Shape.Of(1, 28, 28)).In("stem").Conv(4, 3, stride: 4).Norm().Relu().In("head").Dense(10)
        );

    /// <summary>Of <see cref="TinyNetwork"/>: a kernel, a scale and a shift, a matrix and a bias.</summary>
    public const int TinyParameters = 5;

    public static TrainingSettings Training =>
        new()
        {
            TrainImages = 256,
            ValidationImages = 128,
            BatchSize = 32,
            Epochs = 2,
            LearningRate = 0.05,
            MeasureLatency = false,
        };
}
