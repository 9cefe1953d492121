using System.Globalization;
using EvoNas.Networks;
using EvoNas.Tasks.Drawings;
using EvoNas.Tasks.Metrics;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Training;
using TorchSharp;
using static System.StringComparison;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Detection;

/// <summary>The outputs of a one-stage detector, level after level: their loss, and the objects that they tell
/// of.</summary>
sealed class DetectionHead : TaskHead
{
    const string Scores = "scores",
        Boxes = "boxes";

    const double TowerDeviation = 0.01,
        PredictorDeviation = 1e-5;

    // Images that are drawn, the boxes of each, and their least score.
    const int Drawn = 6,
        DrawnBoxes = 12;
    const double DrawnScore = 0.25;

    static readonly double _priorLogit = -Math.Log(0.99 / 0.01);

    // In float64 for the matching, in float32 for decoding.
    readonly Tensor _anchors,
        _decoding;
    readonly int _levels;
    readonly torch.Device _device;

    /// <param name="network">With outputs as of <see cref="PyramidHead.RetinaNet"/>.</param>
    /// <param name="anchorSize">Side of the smallest square anchor, in strides of its level.</param>
    /// <param name="device">Where it computes.</param>
    public DetectionHead(Network network, double anchorSize, torch.Device device)
    {
        var maps = Maps(network, Scores).Select(map => (map.Level, map.Shape)).ToArray();
        (_levels, _device) = (maps.Length, device);
        using var scope = NewDisposeScope();
        _anchors = Anchors.Of(maps, anchorSize, device).DetachFromDisposeScope();
        _decoding = _anchors.to(ScalarType.Float32).DetachFromDisposeScope();
    }

    /// <summary>Why a network is no detector of so many channels; null if it is one.</summary>
    public static string? Misfit(Network network, int channels)
    {
        var (scores, boxes) = (Maps(network, Scores).ToArray(), Maps(network, Boxes).ToArray());
        if (scores.Length == 0 || scores.Length + boxes.Length != network.Outputs.Count)
            return $"The network makes {string.Join(", ", network.Outputs.Select(output => output.Name))}; "
                + "a detector makes scores and boxes of each level.";
        if (!scores.Select(map => map.Level).SequenceEqual(boxes.Select(map => map.Level)))
            return "The network makes scores and boxes of different levels.";
        var (score, box) = (scores[0].Shape.Channels, boxes[0].Shape.Channels);
        return score == channels * Anchors.PerPlace && box == 4 * Anchors.PerPlace
            ? null
            : $"The network makes {score} scores and {box} numbers of boxes a place; {channels} channels of "
                + $"{Anchors.PerPlace} anchors need {channels * Anchors.PerPlace} and {4 * Anchors.PerPlace}.";
    }

    static IEnumerable<(int Level, Shape Shape)> Maps(Network network, string kind) =>
        from output in network.Outputs
        where output.Name.StartsWith(kind, Ordinal)
        select (int.Parse(output.Name[kind.Length..], CultureInfo.InvariantCulture), network.ShapeOf(output));

    /// <summary>At first every channel has the probability of 1 % everywhere: else the loss of the ground, which is
    /// nearly everything, drowns that of the objects.</summary>
    /// <remarks>Source: Lin et al. 2017, arXiv:1708.02002, §4.1; the deviations are those of the released trainers.
    /// Filters of the towers are short, so that they turn fast.</remarks>
    public override void Initialize(NetworkModule module)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        foreach (var node in module.Network.Nodes)
            if (node is { Layer: Layer.Convolution, WeightsOf: null } && node.Name.StartsWith("head.", Ordinal))
                module.Memory.Of(node).Weight?.normal_(0, TowerDeviation);
        var known = new HashSet<int>();
        foreach (var output in module.Network.Outputs)
        {
            var node = module.Network.Nodes[output.Node];
            if (!known.Add(node.Owner))
                continue; // The levels share their weights.
            var (weight, bias) = module.Memory.Of(node);
            weight?.copy_((randn(weight.shape) * PredictorDeviation).to(weight.device));
            bias?.fill_(output.Name.StartsWith(Scores, Ordinal) ? _priorLogit : 0);
        }
    }

    /// <summary>Channels [n, A] and codes [n, A, 4] of the anchors, and of each image what the losses of the batch are
    /// divided by.</summary>
    public override Tensor[] Targets(Tensor[] truth)
    {
        using var quiet = no_grad();
        var (channels, codes, _) = AnchorMatching.Of(_anchors, truth[0], truth[1]);
        return [channels, codes, DetectionLoss.Normaliser(channels).expand(channels.size(0))];
    }

    public override Tensor Loss(Tensor[] outputs, Tensor[] targets, double share) =>
        (
            DetectionLoss.Focal(Logits(outputs), targets[0])
            + DetectionLoss.Huber(Codes(outputs), targets[1], targets[0]) * DetectionLoss.BoxWeight
        ) / targets[2][0];

    /// <summary>The objects in images, the best hundred of each.</summary>
    /// <param name="outputs">Of the network.</param>
    /// <param name="side">Of the images, in pixels.</param>
    /// <returns>Their classes are channels − 1.</returns>
    public Kept Objects(Tensor[] outputs, int side)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        // Channel 0 is that of the ground, and is never right.
        var scores = Logits(outputs).sigmoid().transpose(1, 2);
        var boxes = BoxCode.Clipped(BoxCode.Decoded(Codes(outputs), _decoding), side, side);
        var kept = NonMaximumSuppression.Of(scores.narrow(1, 1, scores.size(1) - 1), boxes);
        return new(
            kept.Boxes.MoveToOuterDisposeScope(),
            kept.Scores.MoveToOuterDisposeScope(),
            kept.Classes.MoveToOuterDisposeScope(),
            kept.Anchors.MoveToOuterDisposeScope()
        );
    }

    Tensor Logits(Tensor[] outputs) => Flat(outputs.AsSpan(0, _levels), outputs[0].size(1) / Anchors.PerPlace);

    Tensor Codes(Tensor[] outputs) => Flat(outputs.AsSpan(_levels), 4);

    /// <summary>Maps as lists: [n, anchors of a place · k, H, W] of each level → [n, A, k].</summary>
    public static Tensor Flat(ReadOnlySpan<Tensor> maps, long numbers)
    {
        var flat = new Tensor[maps.Length];
        for (var i = 0; i < maps.Length; i++)
            flat[i] = maps[i].permute(0, 2, 3, 1).reshape(maps[i].size(0), -1, numbers);
        return flat.Length == 1 ? flat[0] : cat(flat, 1);
    }

    /// <summary>The objects in images, in the pixels of the originals, of which the score is above 0.</summary>
    /// <param name="outputs">Of the network.</param>
    /// <param name="samples">Of which the images are.</param>
    /// <param name="start">The index of the first.</param>
    IEnumerable<DetectedBox> Found(Tensor[] outputs, DetectionSamples samples, int start)
    {
        var kept = Objects(outputs, samples.Side);
        var most = (int)kept.Scores.size(1);
        var (scores, classes, boxes) = (
            kept.Scores.cpu().data<float>().ToArray(),
            kept.Classes.cpu().data<long>().ToArray(),
            kept.Boxes.cpu().contiguous().data<float>().ToArray()
        );
        for (var i = 0; i < scores.Length; i++)
        {
            if (scores[i] <= 0)
                continue;
            var frame = samples.FrameOf(start + i / most);
            var box = Box.OfCorners(
                boxes[4 * i + 1] / frame.ScaleX,
                boxes[4 * i] / frame.ScaleY,
                boxes[4 * i + 3] / frame.ScaleX,
                boxes[4 * i + 2] / frame.ScaleY
            );
            yield return new(start + i / most, classes[i] + 1, box.Clipped(frame.Width, frame.Height), scores[i]);
        }
    }

    /// <summary>The surest finds in colours, the truth white and dashed.</summary>
    public override string? Draw(Samples samples, Func<Tensor[], Tensor[]> network)
    {
        var shown = (DetectionSamples)samples;
        var count = Math.Min(Drawn, shown.Count);
        var found = Found(network(shown.Plain(0, count).Inputs), shown, 0)
            .Where(one => one.Score >= DrawnScore)
            .ToLookup(one => one.Image);
        return SampleDrawing.Sheet([.. Enumerable.Range(0, count).Select(i => Of(shown, i, [.. found[i]]))], 3);
    }

    static Sample Of(DetectionSamples samples, int index, DetectedBox[] found)
    {
        var frame = samples.FrameOf(index);
        var truths = samples.Truths.Where(truth => truth.Image == index).ToArray();
        SampleShape Shape(Box box, int colour, string label, bool dashed) =>
            SampleShape.OfBox(
                box.X * frame.ScaleX,
                box.Y * frame.ScaleY,
                box.Right * frame.ScaleX,
                box.Bottom * frame.ScaleY,
                colour,
                label,
                dashed
            );
        return Sample.OfSquare(
            $"{samples.NameOf(index)}: {truths.Length} objects, {found.Length} found",
            samples.Pixels(index),
            frame,
            [],
            [
                .. truths.Select(truth => Shape(truth.Box, SampleShape.White, "", true)),
                .. found
                    .Take(DrawnBoxes)
                    .Select(one =>
                        Shape(
                            one.Box,
                            (int)one.Category - 1,
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"{samples.Class((int)one.Category)} {one.Score:0.00}"
                            ),
                            false
                        )
                    ),
            ]
        );
    }

    public override Tally Judge(Samples samples) => new Finds(this, (DetectionSamples)samples);

    public override Tally Judge(Samples samples, string predictions) =>
        new Finds(
            this,
            (DetectionSamples)samples,
            found => DetectionResults.Write(predictions, (DetectionSamples)samples, found)
        );

    public override void Dispose()
    {
        _anchors.Dispose();
        _decoding.Dispose();
    }

    sealed class Finds(DetectionHead head, DetectionSamples samples, Action<IReadOnlyList<DetectedBox>>? write = null)
        : Tally
    {
        readonly Tensor _loss = zeros(1, dtype: ScalarType.Float64, device: head._device);
        readonly List<DetectedBox> _found = [];

        public override void Add(Tensor[] outputs, Tensor[] truth, int start)
        {
            var count = truth[0].size(0);
            _loss.add_(head.Loss(outputs, head.Targets(truth), 1) * ((double)count / samples.Count));
            _found.AddRange(head.Found(outputs, samples, start));
        }

        public override Judgement End()
        {
            write?.Invoke(_found);
            long[] channels = [.. samples.Truths.Select(truth => truth.Category).Distinct()];
            var score = CocoAp.Of(channels, [.. samples.Truths], _found);
            return new(
                _loss.item<double>(),
                Known(score.Ap),
                [new(DetectionTask.Ap50, Known(score.Ap50)), new(DetectionTask.Ap75, Known(score.Ap75))]
            );

            // −1 where there is no object: nothing was found, then.
            static double Known(double ap) => Math.Max(0, ap);
        }
    }
}
