using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace EvoNas.Tasks.Classification;

/// <summary>Cross-entropy of logits [n, classes] with labels [n], and the share of labels that are right.</summary>
/// <param name="smoothing">Share of certainty spread over all classes while learning, in [0, 1).</param>
/// <param name="device">Where the network computes.</param>
sealed class ClassificationHead(double smoothing, torch.Device device) : TaskHead
{
    public override Tensor Loss(Tensor[] outputs, Tensor[] targets, double share)
    {
        var loss = F.cross_entropy(outputs[0], targets[0], label_smoothing: smoothing);
        return share < 1 ? loss * share : loss;
    }

    public override Tally Judge(Samples samples) => new Answers(samples.Count, device);

    sealed class Answers(int count, torch.Device device) : Tally
    {
        readonly Tensor _loss = zeros(1, dtype: ScalarType.Float64, device: device),
            _right = zeros(1, dtype: ScalarType.Int64, device: device);

        public override void Add(Tensor[] outputs, Tensor[] truth, int start)
        {
            _loss.add_(F.cross_entropy(outputs[0], truth[0], reduction: nn.Reduction.Sum));
            _right.add_(outputs[0].argmax(1).eq(truth[0]).sum());
        }

        public override Judgement End() => new(_loss.item<double>() / count, (double)_right.item<long>() / count);
    }
}
