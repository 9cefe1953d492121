using EvoNas.Augmentations;
using EvoNas.Genetics;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Metrics;
using EvoNas.Tasks.Pictures;
using EvoNas.Tasks.Scenes;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;
using Box = EvoNas.Augmentations.Box;

namespace EvoNas.Tasks.Detection;

/// <summary>Images with the boxes of their objects, on the device. The truth of a batch is boxes [n, M, 4] (top, left,
/// bottom, right in pixels) and channels [n, M] (the class + 1; −1 where there is no object).</summary>
sealed class DetectionSamples : Samples
{
    const int NoObject = -1;

    readonly IPictureSource _source;
    readonly int[] _chosen;
    readonly DevicePictures _pictures;
    readonly Jitter _jitter;
    readonly Sequence<Box>[] _fractions;
    readonly Tensor _boxes,
        _channels;

    /// <param name="source">All there are.</param>
    /// <param name="chosen">Indices of those to take.</param>
    /// <param name="normalize">Mean 0 and deviation 1, or values in [0, 1].</param>
    /// <param name="jitter">How <see cref="Begin"/> varies them.</param>
    /// <param name="device">Where they live.</param>
    public DetectionSamples(IPictureSource source, int[] chosen, bool normalize, Jitter jitter, torch.Device device)
    {
        using var scope = NewDisposeScope();
        (_source, _chosen, _jitter) = (source, chosen, jitter);
        _pictures = new(source, chosen, normalize, device);
        var all = Array.ConvertAll(chosen, source.BoxesOf);
        // Crowds and difficult ones are not learnt from.
        var objects = Array.ConvertAll(all, static some => some.Where(static one => !one.Crowd).ToArray());
        var most = Math.Max(1, objects.Max(one => one.Length));
        var (boxes, channels) = (new float[objects.Length * most * 4], new long[objects.Length * most]);
        Array.Fill(channels, NoObject);
        for (var i = 0; i < objects.Length; i++)
        for (var j = 0; j < objects[i].Length; j++)
        {
            var (one, frame, at) = (objects[i][j], _pictures.FrameOf(i), i * most + j);
            channels[at] = one.Class + 1;
            (boxes[4 * at], boxes[4 * at + 1]) = ((float)(one.Box.Y * frame.ScaleY), (float)(one.Box.X * frame.ScaleX));
            (boxes[4 * at + 2], boxes[4 * at + 3]) = (
                (float)(one.Box.Bottom * frame.ScaleY),
                (float)(one.Box.Right * frame.ScaleX)
            );
        }
        _fractions =
        [
            .. objects.Select(
                (some, i) =>
                    (Sequence<Box>)
                        [
                            .. some.Select(one =>
                                Fraction(one.Box, _pictures.FrameOf(i).Height, _pictures.FrameOf(i).Width)
                            ),
                        ]
            ),
        ];
        _boxes = tensor(boxes, [objects.Length, most, 4], device: device).DetachFromDisposeScope();
        _channels = tensor(channels, [objects.Length, most], device: device).DetachFromDisposeScope();
        Truths =
        [
            .. all.SelectMany(
                static (some, i) => some.Select(one => new TruthBox(i, one.Class + 1, one.Box, one.Area, one.Crowd))
            ),
        ];
    }

    static Box Fraction(Metrics.Box box, double height, double width) =>
        new((float)(box.Y / height), (float)(box.X / width), (float)(box.Bottom / height), (float)(box.Right / width));

    public override int Count => _pictures.Count;

    /// <summary>Of an image, in pixels.</summary>
    public int Side => _pictures.Side;

    /// <summary>Where an image lies in its square, and how large it was.</summary>
    public PictureFrame FrameOf(int index) => _pictures.FrameOf(index);

    /// <summary>Reads the annotations again, for the names and ids of categories; null: a built-in set has
    /// none.</summary>
    public Func<DetectionFolder>? Truth { get; init; }

    /// <summary>What results call an image.</summary>
    public string NameOf(int index) => _source.NameOf(_chosen[index]);

    /// <summary>An image as it was decoded: side·side·3 bytes, row by row, red, green and blue.</summary>
    public byte[] Pixels(int index) => _source.PixelsOf(_chosen[index]);

    /// <summary>What a channel stands for.</summary>
    /// <param name="channel">At least 1.</param>
    public string Class(int channel) => Truth is null ? FashionScenes.Classes[channel - 1] : $"class {channel - 1}";

    /// <summary>The objects, in pixels of the originals: the image is the index of the sample, the category the
    /// channel.</summary>
    public Sequence<TruthBox> Truths { get; }

    public override SampledEpoch Begin(SeededRandom random) =>
        new Epoch(this, _pictures.Roll(_jitter, random), PicturePolicy.Roll(_jitter.Policy, random));

    public override Batch Plain(int start, int count) =>
        new(_pictures.Plain(start, count), [_boxes.narrow(0, start, count), _channels.narrow(0, start, count)]);

    Batch Varied(Moves moves, PicturePolicy? policy)
    {
        using var scope = NewDisposeScope();
        var (raw, boxes) = (_pictures.Raw(moves), _boxes.index_select(0, moves.Chosen));
        if (policy is not null)
            (raw, boxes) = ByPolicy(policy, moves, raw);
        boxes = moves.Boxes(boxes, Side);
        var channels = _channels.index_select(0, moves.Chosen);
        // An object that was cropped away, or that a policy has moved out of the image, is none.
        var area = boxes.select(2, 2).gt(boxes.select(2, 0)).logical_and(boxes.select(2, 3).gt(boxes.select(2, 1)));
        channels = where(area, channels, full_like(channels, NoObject));
        return new(
            _pictures.Varied(moves, raw).MoveToOuterDisposeScope(),
            [boxes.MoveToOuterDisposeScope(), channels.MoveToOuterDisposeScope()]
        );
    }

    // The host knows all boxes, so that nothing waits for the device.
    (Tensor Raw, Tensor Boxes) ByPolicy(PicturePolicy policy, Moves moves, Tensor raw)
    {
        var (frames, most) = (_pictures.FramesOf(moves), (int)_boxes.size(1));
        var before = new Sequence<Box>[frames.Length];
        for (var i = 0; i < before.Length; i++)
            before[i] = _fractions[moves.Indices[i]];
        var (varied, after) = policy.Vary(raw, before, frames, moves.Start);
        var boxes = new float[frames.Length * most * 4];
        for (var i = 0; i < after.Length; i++)
        for (var j = 0; j < after[i].Count; j++)
        {
            var (one, frame, at) = (after[i][j], frames[i], 4 * (i * most + j));
            (boxes[at], boxes[at + 1]) = (one.Top * frame.FitHeight, one.Left * frame.FitWidth);
            (boxes[at + 2], boxes[at + 3]) = (one.Bottom * frame.FitHeight, one.Right * frame.FitWidth);
        }
        return (varied, tensor(boxes, [frames.Length, most, 4], device: raw.device));
    }

    public override void Dispose()
    {
        _pictures.Dispose();
        _boxes.Dispose();
        _channels.Dispose();
        (_source as IDisposable)?.Dispose();
    }

    sealed class Epoch(DetectionSamples samples, Moves moves, PicturePolicy? policy) : SampledEpoch
    {
        public override Batch Batch(int start, int count) => samples.Varied(moves.Part(start, count), policy);

        public override void Dispose() => moves.Dispose();
    }
}
