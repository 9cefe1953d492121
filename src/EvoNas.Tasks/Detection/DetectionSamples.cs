using EvoNas.Genetics;
using EvoNas.Tasks.Metrics;
using EvoNas.Tasks.Scenes;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Detection;

/// <summary>Images with the boxes of their objects, on the device. The truth of a batch is boxes [n, M, 4] (top, left,
/// bottom, right in pixels) and channels [n, M] (the class + 1; −1 where there is no object).</summary>
sealed class DetectionSamples : Samples
{
    const int NoObject = -1;

    readonly DevicePictures _pictures;
    readonly Jitter _jitter;
    readonly Tensor _boxes,
        _channels;

    /// <param name="scenes">All there are.</param>
    /// <param name="chosen">Indices of those to take.</param>
    /// <param name="normalize">Mean 0 and deviation 1, or values in [0, 1].</param>
    /// <param name="jitter">How <see cref="Begin"/> varies them.</param>
    /// <param name="device">Where they live.</param>
    public DetectionSamples(
        SceneSet scenes,
        ReadOnlySpan<int> chosen,
        bool normalize,
        Jitter jitter,
        torch.Device device
    )
    {
        using var scope = NewDisposeScope();
        _jitter = jitter;
        _pictures = new(scenes.Pixels, scenes.Side, chosen, normalize, device);
        var objects = new SceneObject[chosen.Length][];
        for (var i = 0; i < objects.Length; i++)
            objects[i] = scenes.Objects[chosen[i]];
        var most = Math.Max(1, objects.Max(one => one.Length));
        var (boxes, channels) = (new float[objects.Length * most * 4], new long[objects.Length * most]);
        Array.Fill(channels, NoObject);
        for (var i = 0; i < objects.Length; i++)
        for (var j = 0; j < objects[i].Length; j++)
        {
            var (one, at) = (objects[i][j], i * most + j);
            channels[at] = one.Class + 1;
            (boxes[4 * at], boxes[4 * at + 1]) = (one.Top, one.Left);
            (boxes[4 * at + 2], boxes[4 * at + 3]) = (one.Top + one.Height, one.Left + one.Width);
        }
        _boxes = tensor(boxes, [objects.Length, most, 4], device: device).DetachFromDisposeScope();
        _channels = tensor(channels, [objects.Length, most], device: device).DetachFromDisposeScope();
        Truths =
        [
            .. objects.SelectMany(
                (some, i) =>
                    some.Select(one => new TruthBox(
                        i,
                        one.Class + 1,
                        new(one.Left, one.Top, one.Width, one.Height),
                        one.Area,
                        Crowd: false
                    ))
            ),
        ];
    }

    public override int Count => _pictures.Count;

    /// <summary>Of an image, in pixels.</summary>
    public int Side => _pictures.Side;

    /// <summary>The objects: the image is the index of the sample, the category the channel.</summary>
    public Sequence<TruthBox> Truths { get; }

    public override SampledEpoch Begin(SeededRandom random) =>
        new Epoch(this, _jitter.Roll(Count, Side, random, _boxes.device));

    public override Batch Plain(int start, int count) =>
        new(_pictures.Plain(start, count), [_boxes.narrow(0, start, count), _channels.narrow(0, start, count)]);

    Batch Varied(Moves moves)
    {
        using var scope = NewDisposeScope();
        var boxes = moves.Boxes(_boxes.index_select(0, moves.Chosen), Side);
        var channels = _channels.index_select(0, moves.Chosen);
        // An object that was cropped away is none.
        var area = boxes.select(2, 2).gt(boxes.select(2, 0)).logical_and(boxes.select(2, 3).gt(boxes.select(2, 1)));
        channels = where(area, channels, full_like(channels, NoObject));
        return new(
            _pictures.Varied(moves).MoveToOuterDisposeScope(),
            [boxes.MoveToOuterDisposeScope(), channels.MoveToOuterDisposeScope()]
        );
    }

    public override void Dispose()
    {
        _pictures.Dispose();
        _boxes.Dispose();
        _channels.Dispose();
    }

    sealed class Epoch(DetectionSamples samples, Moves moves) : SampledEpoch
    {
        public override Batch Batch(int start, int count) => samples.Varied(moves.Part(start, count));

        public override void Dispose() => moves.Dispose();
    }
}
