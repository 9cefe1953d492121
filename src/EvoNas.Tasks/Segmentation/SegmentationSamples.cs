using EvoNas.Genetics;
using EvoNas.Tasks.Pictures;
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

    readonly IPictureSource _source;
    readonly int[] _chosen;
    readonly DevicePictures _pictures;
    readonly Jitter _jitter;
    readonly ByteStore _labels;
    long[]? _pixelsOf;

    /// <param name="source">All there are.</param>
    /// <param name="chosen">Indices of those to take.</param>
    /// <param name="normalize">Mean 0 and deviation 1, or values in [0, 1].</param>
    /// <param name="jitter">How <see cref="Begin"/> varies them.</param>
    /// <param name="device">Where they live.</param>
    public SegmentationSamples(IPictureSource source, int[] chosen, bool normalize, Jitter jitter, torch.Device device)
    {
        (_source, _chosen, _jitter) = (source, chosen, jitter);
        _pictures = new(source, chosen, normalize, device);
        _labels = new(chosen, [source.Side, source.Side], source.CopyLabels, device);
    }

    /// <summary>Where an image lies in its square, and how large it was.</summary>
    public PictureFrame FrameOf(int index) => _pictures.FrameOf(index);

    /// <summary>What results call an image.</summary>
    public string NameOf(int index) => _source.NameOf(_chosen[index]);

    /// <summary>An image as it was decoded: side·side·3 bytes, row by row, red, green and blue.</summary>
    public byte[] Pixels(int index) => _source.PixelsOf(_chosen[index]);

    /// <summary>The labels of the original's pixels, row by row; empty where they are those of the square.</summary>
    public ReadOnlySpan<byte> OriginalLabels(int index) => _source.OriginalLabels(_chosen[index]);

    public override int Count => _pictures.Count;

    /// <summary>Pixels of each class in all images; counted once.</summary>
    public long[] PixelsOf(int classes)
    {
        if (_pixelsOf is not null)
            return _pixelsOf;
        var (counts, labels) = (new long[byte.MaxValue + 1], new byte[_pictures.Side * _pictures.Side]);
        foreach (var index in _chosen)
        {
            _source.CopyLabels(index, labels);
            foreach (var label in labels)
                counts[label]++;
        }
        return _pixelsOf = counts[..classes];
    }

    public override SampledEpoch Begin(SeededRandom random) =>
        new Epoch(this, _pictures.Roll(_jitter, random), PicturePolicy.Roll(_jitter.Policy, random));

    public override Batch Plain(int start, int count)
    {
        using var scope = NewDisposeScope();
        return new(
            _pictures.Plain(start, count).MoveToOuterDisposeScope(),
            [_labels.Range(start, count).to(ScalarType.Int64).MoveToOuterDisposeScope()]
        );
    }

    Batch Varied(Moves moves, PicturePolicy? policy)
    {
        using var scope = NewDisposeScope();
        var (raw, labels) = (_pictures.Raw(moves), moves.Of(_labels));
        if (policy is not null)
            (raw, labels) = policy.Vary(raw, labels, _pictures.FramesOf(moves), moves.Start);
        labels = labels.to(ScalarType.Int64);
        if (moves.IsMirrorOnly)
            labels = where(moves.Mirrored.view(-1, 1, 1), labels.flip(2), labels);
        else
        {
            var (y, x, inside) = moves.Sources(_pictures.Side);
            var places = arange(labels.size(0), dtype: ScalarType.Int64, device: labels.device).view(-1, 1, 1);
            labels = labels.index(places, Nearest(y).unsqueeze(2), Nearest(x).unsqueeze(1));
            labels = where(inside, labels, full_like(labels, Ignored));
        }
        return new(_pictures.Varied(moves, raw).MoveToOuterDisposeScope(), [labels.MoveToOuterDisposeScope()]);
    }

    static Tensor Nearest(Tensor place) => (place + 0.5).floor().to(ScalarType.Int64);

    public override void Dispose()
    {
        _pictures.Dispose();
        _labels.Dispose();
        (_source as IDisposable)?.Dispose();
    }

    sealed class Epoch(SegmentationSamples samples, Moves moves, PicturePolicy? policy) : SampledEpoch
    {
        public override Batch Batch(int start, int count) => samples.Varied(moves.Part(start, count), policy);

        public override void Dispose() => moves.Dispose();
    }
}
