using EvoNas.Genetics;
using EvoNas.Tasks.Scenes;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Segmentation;

/// <summary>Images with the class of each pixel, on the device. The truth of a batch is labels [n, H, W], int64;
/// <see cref="Ignored"/> where there is no image.</summary>
sealed class SegmentationSamples : Samples
{
    /// <summary>The label of pixels that do not count.</summary>
    public const int Ignored = 255;

    readonly DevicePictures _pictures;
    readonly Jitter _jitter;
    readonly Tensor _labels;

    /// <param name="scenes">All there are.</param>
    /// <param name="chosen">Indices of those to take.</param>
    /// <param name="normalize">Mean 0 and deviation 1, or values in [0, 1].</param>
    /// <param name="jitter">How <see cref="Begin"/> varies them.</param>
    /// <param name="device">Where they live.</param>
    public SegmentationSamples(
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
        var labels = DevicePictures.Chosen(scenes.Labels, scenes.Side * scenes.Side, chosen);
        _labels = tensor(labels, [chosen.Length, scenes.Side, scenes.Side], device: device).DetachFromDisposeScope();
    }

    public override int Count => _pictures.Count;

    public override SampledEpoch Begin(SeededRandom random) =>
        new Epoch(this, _jitter.Roll(Count, _pictures.Side, random, _labels.device));

    public override Batch Plain(int start, int count)
    {
        using var scope = NewDisposeScope();
        return new(
            _pictures.Plain(start, count).MoveToOuterDisposeScope(),
            [_labels.narrow(0, start, count).to(ScalarType.Int64).MoveToOuterDisposeScope()]
        );
    }

    Batch Varied(Moves moves)
    {
        using var scope = NewDisposeScope();
        var labels = _labels.index_select(0, moves.Chosen).to(ScalarType.Int64);
        if (moves.IsMirrorOnly)
            labels = where(moves.Mirrored.view(-1, 1, 1), labels.flip(2), labels);
        else
        {
            var (y, x, inside) = moves.Sources(_pictures.Side);
            var places = arange(labels.size(0), dtype: ScalarType.Int64, device: labels.device).view(-1, 1, 1);
            labels = labels.index(places, Nearest(y).unsqueeze(2), Nearest(x).unsqueeze(1));
            labels = where(inside, labels, full_like(labels, Ignored));
        }
        return new(_pictures.Varied(moves).MoveToOuterDisposeScope(), [labels.MoveToOuterDisposeScope()]);
    }

    static Tensor Nearest(Tensor place) => (place + 0.5).floor().to(ScalarType.Int64);

    public override void Dispose()
    {
        _pictures.Dispose();
        _labels.Dispose();
    }

    sealed class Epoch(SegmentationSamples samples, Moves moves) : SampledEpoch
    {
        public override Batch Batch(int start, int count) => samples.Varied(moves.Part(start, count));

        public override void Dispose() => moves.Dispose();
    }
}
