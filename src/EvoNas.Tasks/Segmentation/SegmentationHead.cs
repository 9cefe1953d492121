using EvoNas.Tasks.Metrics;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace EvoNas.Tasks.Segmentation;

/// <summary>Cross-entropy of the logits of pixels, resized to the labels, over the pixels that count.</summary>
/// <param name="classes">The ground included.</param>
/// <param name="weights">What the pixels of each class count; null: all alike.</param>
/// <param name="smoothing">Share of certainty spread over all classes, in [0, 1).</param>
/// <param name="device">Where the network computes.</param>
sealed class SegmentationHead(int classes, float[]? weights, double smoothing, torch.Device device) : TaskHead
{
    // Keeps the loss of images without any pixel that counts at 0.
    const double Epsilon = 1e-5;

    readonly Tensor? _weights = weights is null ? null : tensor(weights, device: device).DetachFromDisposeScope();

    /// <summary>Labels, and of each image what the loss of the batch is divided by.</summary>
    public override Tensor[] Targets(Tensor[] truth)
    {
        var valid = truth[0].ne(SegmentationSamples.Ignored).sum().to(ScalarType.Float32).add_(Epsilon);
        return [truth[0], valid.expand(truth[0].size(0))];
    }

    public override Tensor Loss(Tensor[] outputs, Tensor[] targets, double share) =>
        Sum(Resized(outputs[0], targets[0]), targets[0], _weights, smoothing) / targets[1][0];

    /// <summary>Sum of the cross-entropy over the pixels that count.</summary>
    /// <param name="logits">[n, classes, H, W].</param>
    /// <param name="labels">[n, H, W].</param>
    /// <param name="weights">[classes]; null: all count alike.</param>
    /// <param name="smoothing">Share of certainty spread over all classes.</param>
    public static Tensor Sum(Tensor logits, Tensor labels, Tensor? weights, double smoothing) =>
        F.cross_entropy(
            logits,
            labels,
            weights,
            ignore_index: SegmentationSamples.Ignored,
            reduction: nn.Reduction.Sum,
            label_smoothing: smoothing
        );

    // Half-pixel centres.
    static Tensor Resized(Tensor logits, Tensor labels) =>
        logits.size(2) == labels.size(1) && logits.size(3) == labels.size(2)
            ? logits
            : F.interpolate(
                logits,
                size: [labels.size(1), labels.size(2)],
                mode: InterpolationMode.Bilinear,
                align_corners: false
            );

    public override Tally Judge(Samples samples) => new Pixels(this, samples.Count, device);

    public override void Dispose() => _weights?.Dispose();

    sealed class Pixels(SegmentationHead head, int count, torch.Device device) : Tally
    {
        readonly Tensor _loss = zeros(1, dtype: ScalarType.Float64, device: device);
        readonly ConfusionMatrix _matrix = new(head.Classes, SegmentationSamples.Ignored);

        public override void Add(Tensor[] outputs, Tensor[] truth, int start)
        {
            var logits = Resized(outputs[0], truth[0]);
            var targets = head.Targets(truth);
            _loss.add_(head.Loss([logits], targets, 1) * ((double)truth[0].size(0) / count));
            _matrix.Add(Bytes(truth[0]), Bytes(logits.argmax(1)));
        }

        static byte[] Bytes(Tensor labels) => labels.to(ScalarType.Byte).cpu().contiguous().data<byte>().ToArray();

        public override Judgement End() =>
            new(
                _loss.item<double>(),
                _matrix.MeanIou ?? 0,
                [new(SegmentationTask.PixelAccuracy, _matrix.PixelAccuracy ?? 0)]
            );
    }

    int Classes => classes;
}
