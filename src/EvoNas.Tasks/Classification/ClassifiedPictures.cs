using EvoNas.Genetics;
using EvoNas.Tasks.Pictures;
using EvoNas.Tasks.Scenes;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Classification;

/// <summary>Pictures of a user's folder, each of one class. The truth of a batch is labels [n], int64.</summary>
sealed class ClassifiedPictures : Samples
{
    readonly DecodedPictures _source;
    readonly DevicePictures _pictures;
    readonly Jitter _jitter;
    readonly Tensor _labels;

    /// <param name="source">All there are; closed with the samples.</param>
    /// <param name="chosen">Indices of those to take.</param>
    /// <param name="normalize">Mean 0 and deviation 1, or values in [0, 1].</param>
    /// <param name="jitter">How <see cref="Begin"/> varies them.</param>
    /// <param name="device">Where they live.</param>
    public ClassifiedPictures(DecodedPictures source, int[] chosen, bool normalize, Jitter jitter, torch.Device device)
    {
        using var scope = NewDisposeScope();
        (_source, _jitter) = (source, jitter);
        _pictures = new(source, chosen, normalize, device);
        _labels = tensor(Array.ConvertAll(chosen, index => (long)source.ClassOf(index)), device: device)
            .DetachFromDisposeScope();
    }

    public override int Count => _pictures.Count;

    public override SampledEpoch Begin(SeededRandom random) => new Epoch(this, _pictures.Roll(_jitter, random));

    public override Batch Plain(int start, int count) =>
        new(_pictures.Plain(start, count), [_labels.narrow(0, start, count)]);

    public override void Dispose()
    {
        _pictures.Dispose();
        _labels.Dispose();
        _source.Dispose();
    }

    sealed class Epoch(ClassifiedPictures samples, Moves moves) : SampledEpoch
    {
        public override Batch Batch(int start, int count)
        {
            var part = moves.Part(start, count);
            return new(samples._pictures.Varied(part), [samples._labels.index_select(0, part.Chosen)]);
        }

        public override void Dispose() => moves.Dispose();
    }
}
