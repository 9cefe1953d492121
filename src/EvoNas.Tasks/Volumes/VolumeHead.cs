using EvoNas.Tasks.Drawings;
using EvoNas.Tasks.Metrics;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace EvoNas.Tasks.Volumes;

/// <summary>Dice and cross-entropy of exclusive classes, or Dice of independent channels; whole volumes are put
/// together from windows and judged on their own grids.</summary>
/// <param name="classes">The background included.</param>
/// <param name="kind">Whether they are exclusive.</param>
/// <param name="weights">What the voxels of each class count in the cross-entropy; null: all alike.</param>
/// <param name="smoothing">Of the cross-entropy, in [0, 1).</param>
/// <param name="measuresSurfaces">Whether distances of surfaces are measured.</param>
/// <param name="device">Where the network computes.</param>
sealed class VolumeHead(
    int classes,
    DiceKind kind,
    float[]? weights,
    double smoothing,
    bool measuresSurfaces,
    torch.Device device
) : TaskHead
{
    readonly Tensor? _weights = weights is null ? null : tensor(weights, device: device).DetachFromDisposeScope();

    // The classes that are scored: all but the background.
    int Foreground => classes - 1;

    /// <summary>Classes, and of each sample what the cross-entropy of the batch is divided by: the weights of all its
    /// voxels.</summary>
    public override Tensor[] Targets(Tensor[] truth)
    {
        if (kind == DiceKind.Sigmoid)
            return truth;
        var all = _weights is null
            ? tensor((float)truth[0].numel(), device: device)
            : _weights.index_select(0, truth[0].flatten()).sum().clamp(min: 1e-5);
        return [truth[0], all.expand(truth[0].size(0))];
    }

    public override Tensor Loss(Tensor[] outputs, Tensor[] targets, double share)
    {
        var (logits, truth) = (outputs[0], targets[0]);
        var channels = F.one_hot(truth, classes).permute(0, 4, 1, 2, 3).narrow(1, 1, Foreground).to(ScalarType.Float32);
        if (kind == DiceKind.Sigmoid)
            return DiceLoss.Of(logits.sigmoid(), channels, squared: true) * share;
        var sum = F.cross_entropy(logits, truth, _weights, reduction: nn.Reduction.Sum, label_smoothing: smoothing);
        var found = logits.softmax(1).narrow(1, 1, Foreground);
        return sum / targets[1][0] + DiceLoss.Of(found, channels, squared: false) * share;
    }

    public override Tally Judge(Samples samples) => new Volumes(this, (WindowSamples)samples, null);

    /// <summary>Writes a volume of labels a case, under the name of its file of labels.</summary>
    public override Tally Judge(Samples samples, string predictions) =>
        new Volumes(this, (WindowSamples)samples, predictions);

    /// <summary>Slices of the first case with its labels, and with what is predicted, as the network sees it.</summary>
    public override string? Draw(Samples samples, Func<Tensor[], Tensor[]> network)
    {
        var shown = (WindowSamples)samples;
        var one = shown[0].Case;
        WindowBlend? blend = null;
        for (var i = 0; i < shown.Count && shown[i].Case == one; i++)
        {
            using var scope = NewDisposeScope();
            var probabilities = Probabilities(network(shown.Plain(i, 1).Inputs)[0]);
            blend ??= new((int)probabilities.size(1), one.Size, shown.Window, device);
            blend.Add(shown[i].Start, probabilities[0]);
        }
        using var whole = blend!; // A case has a window.
        var mean = whole.Mean();
        // Of independent channels the last that is there: those of smaller parts come last.
        var predicted =
            kind == DiceKind.Sigmoid
                ? (mean.gt(0.5) * arange(1, classes, device: mean.device).view(-1, 1, 1, 1)).amax([0L])
                : mean.argmax(0);
        return SampleDrawing.Sheet(
            [
                .. Sample.OfVolume($"{one.Name}, labels", one.Drawn(), Voxels(one.Labels)),
                .. Sample.OfVolume($"{one.Name}, predicted", one.Drawn(), Voxels(predicted), Voxels(one.Labels)),
            ],
            3
        );

        // First axis fastest.
        static ushort[] Voxels(Tensor map) =>
            Array.ConvertAll(
                map.to(ScalarType.Byte).cpu().permute(2, 1, 0).contiguous().data<byte>().ToArray(),
                static label => (ushort)label
            );
    }

    /// <summary>What a network says of each voxel, from its outputs: [n, channels, X, Y, Z] in [0, 1].</summary>
    public Tensor Probabilities(Tensor logits) => kind == DiceKind.Sigmoid ? logits.sigmoid() : logits.softmax(1);

    /// <summary>Labels of a case from probabilities on its own grid, a map for each scored class: 1 where it
    /// is.</summary>
    /// <param name="own">Of <see cref="PreparedCase.Own"/>.</param>
    /// <param name="one">The case.</param>
    /// <returns>By class, without the background.</returns>
    byte[][] Masks(Tensor own, PreparedCase one)
    {
        using var scope = NewDisposeScope();
        if (kind == DiceKind.Sigmoid)
            return [.. Enumerable.Range(0, Foreground).Select(channel => one.Whole(own[channel].gt(0.5)))];
        var labels = own.argmax(0);
        return [.. Enumerable.Range(1, Foreground).Select(label => one.Whole(labels.eq(label)))];
    }

    public override void Dispose() => _weights?.Dispose();

    sealed class Volumes(VolumeHead head, WindowSamples samples, string? predictions) : Tally
    {
        readonly Tensor _loss = zeros(1, dtype: ScalarType.Float64, device: head.Device);
        readonly List<CaseScore[]> _cases = [];
        WindowBlend? _blend;

        public override void Add(Tensor[] outputs, Tensor[] truth, int start)
        {
            var count = truth[0].size(0);
            _loss.add_(head.Loss(outputs, head.Targets(truth), 1) * ((double)count / samples.Count));
            var probabilities = head.Probabilities(outputs[0]);
            for (var i = 0; i < count; i++)
            {
                var (one, corner, isLast) = samples[start + i];
                _blend ??= new((int)probabilities.size(1), one.Size, samples.Window, head.Device);
                _blend.Add(corner, probabilities[i]);
                if (!isLast)
                    continue;
                _cases.Add(Score(one, _blend));
                _blend.Dispose();
                _blend = null;
            }
        }

        CaseScore[] Score(PreparedCase one, WindowBlend blend)
        {
            using var scope = NewDisposeScope();
            var masks = head.Masks(one.Own(blend.Mean()), one);
            if (predictions is not null)
                one.Write(predictions, masks);
            return [.. masks.Select((mask, i) => CaseScore.Of(one, (byte)(i + 1), mask, head.MeasuresSurfaces))];
        }

        public override Judgement End()
        {
            var details = new List<KeyValuePair<string, double>>();
            var perClass = new double?[head.Foreground];
            for (var i = 0; i < perClass.Length; i++)
            {
                perClass[i] = Dice.Mean(_cases.Select(one => one[i].Dice));
                if (perClass[i] is { } dice)
                    details.Add(new(VolumeTask.DiceOf(i + 1), dice));
            }
            if (Mean(score => score.Hd95) is { } hd95)
                details.Add(new(VolumeTask.Hd95, hd95));
            if (Mean(score => score.Assd) is { } assd)
                details.Add(new(VolumeTask.Assd, assd));
            return new(_loss.item<double>(), Dice.Mean(perClass) ?? 0, [.. details]);
        }

        // Over the cases, then over the classes.
        double? Mean(Func<CaseScore, double?> of) =>
            Dice.Mean(Enumerable.Range(0, head.Foreground).Select(i => Dice.Mean(_cases.Select(one => of(one[i])))));
    }

    torch.Device Device => device;

    bool MeasuresSurfaces => measuresSurfaces;
}

/// <summary>How well a class was found in a case.</summary>
/// <param name="Dice">Null where the case has no such voxel.</param>
/// <param name="Hd95">In mm; null where either has no such voxel, or it is not measured.</param>
/// <param name="Assd">In mm; likewise.</param>
readonly record struct CaseScore(double? Dice, double? Hd95, double? Assd)
{
    /// <summary>Scores a class on the case's own grid.</summary>
    /// <param name="one">The case.</param>
    /// <param name="label">The class.</param>
    /// <param name="mask">1 where it is predicted, first axis fastest.</param>
    /// <param name="measuresSurfaces">Whether distances are wanted.</param>
    public static CaseScore Of(PreparedCase one, byte label, byte[] mask, bool measuresSurfaces)
    {
        var (truth, found) = (Binary(one.Truth, label), Binary(mask, 1));
        var surfaces = measuresSurfaces
            ? SurfaceDistances.Of(
                truth,
                found,
                (one.OwnGrid.Z, one.OwnGrid.Y, one.OwnGrid.X),
                (one.Spacing.Z, one.Spacing.Y, one.Spacing.X),
                label: 1
            )
            : null;
        return new(Metrics.Dice.Of(truth, found, label: 1), surfaces?.Hausdorff95, surfaces?.Average);
    }

    static ushort[] Binary(byte[] labels, byte label) =>
        Array.ConvertAll(labels, one => one == label ? (ushort)1 : (ushort)0);
}
