using EvoNas.Networks;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Drawings;
using EvoNas.Tasks.Metrics;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Lidar;

/// <summary>What a task makes of the outputs of a detector in lidar scans.</summary>
abstract class LidarHead : TaskHead
{
    const double PredictorDeviation = 1e-5;

    // Scans that are drawn, and the least score of what is drawn on them.
    const int Drawn = 4;
    const double DrawnScore = 0.25;

    static readonly double _priorLogit = -Math.Log(0.99 / 0.01);

    /// <summary>The objects in scans.</summary>
    /// <param name="outputs">Of the network.</param>
    /// <returns>Of each scan, the surest first.</returns>
    public abstract LidarDetection[][] Objects(Tensor[] outputs);

    /// <summary>At first every anchor has the probability of 1 %, as in
    /// <see cref="Detection.DetectionHead"/>.</summary>
    public override void Initialize(NetworkModule module)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var output in module.Network.Outputs)
        {
            var node = module.Network.Nodes[output.Node];
            // The angle is an activation behind its convolution.
            if (node.Layer is Layer.Activation)
                node = module.Network.Nodes[node.Inputs[0]];
            // The levels share their weights: those of the first are theirs.
            if (node.Owner != node.Index)
                continue;
            var (weight, bias) = module.Memory.Of(node);
            weight?.copy_((randn(weight.shape) * PredictorDeviation).to(weight.device));
            bias?.fill_(output.Name.StartsWith("scores", StringComparison.Ordinal) ? _priorLogit : 0);
        }
    }

    public override Tally Judge(Samples samples) => new Finds(this, (LidarSamples)samples, null);

    /// <summary>As without predictions, and writes what is found in each scan, as <c>evonas score --format waymo</c>
    /// reads it; for frames of KITTI as <c>--format kitti</c> does.</summary>
    public override Tally Judge(Samples samples, string predictions) =>
        new Finds(this, (LidarSamples)samples, predictions);

    /// <summary>From above: what is surely enough found in colours, the truth white and dashed.</summary>
    public override string? Draw(Samples samples, Func<Tensor[], Tensor[]> network)
    {
        var shown = (LidarSamples)samples;
        var found = Objects(network(shown.Plain(0, Math.Min(Drawn, shown.Count)).Inputs));
        return SampleDrawing.Sheet(
            [.. found.Select((some, i) => shown.Drawing(i, [.. some.Where(one => one.Score >= DrawnScore)]))],
            2
        );
    }

    sealed class Finds(LidarHead head, LidarSamples samples, string? predictions) : Tally
    {
        readonly LidarFrame[] _frames = new LidarFrame[samples.Count];
        Tensor? _loss;

        public override void Add(Tensor[] outputs, Tensor[] truth, int start)
        {
            var loss = head.Loss(outputs, head.Targets(truth), 1) * ((double)truth[0].size(0) / samples.Count);
            // The batch has a scope of its own.
            _loss = (_loss is null ? loss : loss + _loss).MoveToOuterDisposeScope();
            foreach (var (i, found) in head.Objects(outputs).Index())
            {
                _frames[start + i] = new(samples.Truths[start + i], found);
                if (predictions is not null)
                    samples.Write(
                        predictions,
                        start + i,
                        [.. found.Select(one => new LidarObject(one.Box, samples.Class, 1, one.Score))]
                    );
            }
        }

        public override Judgement End() => LidarScore.Of(_frames).With(_loss!.item<float>()); // No set is empty.
    }
}

/// <summary>What a detector is worth.</summary>
/// <param name="Ap">As the Waymo Open Dataset counts it: level 1, overlap in space of at least 0.7.</param>
/// <param name="Aph">The same, weighted by headings.</param>
/// <param name="ApLoose">As <paramref name="Ap"/>, with an overlap of at least 0.5.</param>
/// <param name="Bev">As KITTI counts it: on the ground, overlap above 0.5, at 40 points of recall; null for fewer than
/// 41 objects, with which it cannot be right.</param>
readonly record struct LidarScore(double Ap, double Aph, double ApLoose, double? Bev)
{
    const double Strict = 0.7,
        Loose = 0.5;

    /// <summary>Counts.</summary>
    public static LidarScore Of(LidarFrame[] frames)
    {
        var strict = WaymoAp.Of(frames, 1, Strict) ?? default;
        var loose = WaymoAp.Of(frames, 1, Loose) ?? default;
        return new(
            strict.Ap,
            strict.Aph,
            loose.Ap,
            frames.Sum(frame => frame.Truths.Count) < KittiAp.TruthsForR40 ? null : BevOf(frames)
        );
    }

    static double BevOf(LidarFrame[] frames)
    {
        var score = KittiAp.Of(
            Array.ConvertAll(
                frames,
                frame => new KittiFrame(
                    [.. frame.Truths.Select(truth => AsCar(truth.Box, 0))],
                    [.. frame.Detections.Select(found => AsCar(found.Box, found.Score))]
                )
            ),
            "Car"
        );
        // Without images and occlusion all difficulties are the same.
        return (score.Loose.Bev.R40[1] ?? 0) / 100;
    }

    // The camera's x is the lidar's, its depth the lidar's y: no place or overlap changes.
    static KittiObject AsCar(in Box3 box, double score) =>
        new(
            "Car",
            0,
            0,
            -10,
            default,
            box.Height,
            box.Width,
            box.Length,
            box.X,
            box.Height / 2 - box.Z,
            box.Y,
            -box.Heading,
            score
        );

    /// <summary>With the loss, as the training loop takes it.</summary>
    public Judgement With(double loss) =>
        new(
            loss,
            Ap,
            [
                new(LidarTask.Aph, Aph),
                new(LidarTask.Ap50, ApLoose),
                .. Bev is { } bev ? [new(LidarTask.BevAp, bev)] : Array.Empty<KeyValuePair<string, double>>(),
            ]
        );
}
