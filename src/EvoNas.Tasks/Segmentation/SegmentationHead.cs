using EvoNas.Tasks.Data;
using EvoNas.Tasks.Drawings;
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
/// <param name="weighs">True: the weights follow from the images that are learnt from.</param>
sealed class SegmentationHead(int classes, float[]? weights, double smoothing, torch.Device device, bool weighs = false)
    : TaskHead
{
    // Keeps the loss of images without any pixel that counts at 0.
    const double Epsilon = 1e-5;

    // Images that are drawn.
    const int Drawn = 4;

    Tensor? _weights = weights is null ? null : tensor(weights, device: device).DetachFromDisposeScope();

    public override void Begin(Samples train)
    {
        if (!weighs)
            return;
        _weights?.Dispose();
        _weights = tensor(ClassWeighting.OfFrequencies(((SegmentationSamples)train).PixelsOf(classes)), device: device)
            .DetachFromDisposeScope();
    }

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

    /// <summary>Each image with its labels, and with what is predicted.</summary>
    public override string? Draw(Samples samples, Func<Tensor[], Tensor[]> network)
    {
        var shown = (SegmentationSamples)samples;
        var count = Math.Min(Drawn, shown.Count);
        var batch = shown.Plain(0, count);
        var (truth, predicted) = (
            Bytes(batch.Truth[0]),
            Bytes(Resized(network(batch.Inputs)[0], batch.Truth[0]).argmax(1))
        );
        var area = truth.Length / count;
        return SampleDrawing.Sheet(
            [
                .. Enumerable
                    .Range(0, count)
                    .SelectMany(i => (Sample[])[Of(i, "labels", truth), Of(i, "predicted", predicted)]),
            ],
            4
        );

        Sample Of(int i, string what, byte[] labels) =>
            Sample.OfSquare(
                $"{shown.NameOf(i)}: {what}",
                shown.Pixels(i),
                shown.FrameOf(i),
                labels.AsSpan(i * area, area),
                []
            );
    }

    static byte[] Bytes(Tensor labels) => labels.to(ScalarType.Byte).cpu().contiguous().data<byte>().ToArray();

    public override Tally Judge(Samples samples) => new Pixels(this, (SegmentationSamples)samples, device);

    public override Tally Judge(Samples samples, string predictions) =>
        new Pixels(this, (SegmentationSamples)samples, device, predictions);

    public override void Dispose() => _weights?.Dispose();

    sealed class Pixels(SegmentationHead head, SegmentationSamples samples, torch.Device device, string? folder = null)
        : Tally
    {
        readonly Tensor _loss = zeros(1, dtype: ScalarType.Float64, device: device);
        readonly ConfusionMatrix _matrix = new(head.Classes, SegmentationSamples.Ignored);

        public override void Add(Tensor[] outputs, Tensor[] truth, int start)
        {
            var logits = Resized(outputs[0], truth[0]);
            var targets = head.Targets(truth);
            _loss.add_(head.Loss([logits], targets, 1) * ((double)truth[0].size(0) / samples.Count));
            if (samples.OriginalLabels(start).IsEmpty)
                AddSquares(Bytes(truth[0]), Bytes(logits.argmax(1)), start, (int)truth[0].size(0));
            else
                for (var i = 0; i < truth[0].size(0); i++)
                    AddOriginal(logits.narrow(0, i, 1), start + i);
        }

        void AddSquares(byte[] truth, byte[] predicted, int start, int count)
        {
            _matrix.Add(truth, predicted);
            var area = truth.Length / count;
            for (var i = 0; folder is not null && i < count; i++)
            {
                var frame = samples.FrameOf(start + i);
                // A built-in set has no masks to compare with: they lie beside.
                Write(Path.Combine(folder, "truth"), start + i, truth[(i * area)..((i + 1) * area)], Size(frame));
                Write(folder, start + i, predicted[(i * area)..((i + 1) * area)], Size(frame));
            }

            static (int, int) Size(Pictures.PictureFrame frame) => (frame.FitWidth, frame.FitHeight);
        }

        void Write(string? into, int index, byte[] labels, (int Width, int Height) size)
        {
            if (into is null)
                return;
            Directory.CreateDirectory(into);
            File.WriteAllBytes(
                Path.Combine(into, samples.NameOf(index) + ".png"),
                PngFile.Labels(size.Width, size.Height, Array.ConvertAll(labels, static label => (ushort)label))
            );
        }

        // Users mean the pixels of their pictures: logits are brought to their size, then the largest is taken.
        void AddOriginal(Tensor logits, int index)
        {
            using var scope = NewDisposeScope();
            var frame = samples.FrameOf(index);
            var sized = F.interpolate(
                logits.narrow(2, 0, frame.FitHeight).narrow(3, 0, frame.FitWidth),
                size: [frame.Height, frame.Width],
                mode: InterpolationMode.Bilinear,
                align_corners: false
            );
            var predicted = Bytes(sized.argmax(1));
            _matrix.Add(samples.OriginalLabels(index), predicted);
            Write(folder, index, predicted, (frame.Width, frame.Height));
        }

        public override Judgement End() =>
            new(
                _loss.item<double>(),
                _matrix.MeanIou ?? 0,
                [new(SegmentationTask.PixelAccuracy, _matrix.PixelAccuracy ?? 0)]
            );
    }

    int Classes => classes;
}
