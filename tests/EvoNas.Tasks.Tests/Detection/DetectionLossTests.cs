using System.Text.Json.Nodes;
using EvoNas.Tasks.Detection;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Tests.Detection;

public class DetectionLossTests
{
    static readonly JsonNode _oracle = Oracle.Read("detection");

    [Fact]
    public void FocalLossIsThatOfTheFormula()
    {
        foreach (var row in _oracle["focal"]!.AsArray())
        {
            using var scope = NewDisposeScope();
            var (alpha, gamma, logit) = ((double)row![0]!, (double)row[1]!, (double)row[2]!);
            // One channel: the class is 0, or the anchor is negative.
            var classes = tensor(new[] { (double)row[3]! == 1 ? 0L : AnchorMatching.Negative }, [1, 1]);
            var loss = DetectionLoss.Focal(tensor(new[] { logit }, [1, 1, 1]), classes, alpha, gamma).item<double>();
            Assert.Equal((double)row[4]!, loss, 1e-9 * Math.Max(1, (double)row[4]!));
        }
    }

    [Fact]
    public void HuberLossIsThatOfTheFormula()
    {
        foreach (var row in _oracle["huber"]!.AsArray())
        {
            using var scope = NewDisposeScope();
            var codes = tensor(new[] { (double)row![1]!, 0, 0, 0 }, [1, 1, 4]);
            var loss = DetectionLoss.Huber(codes, zeros_like(codes), zeros([1, 1], ScalarType.Int64), (double)row[0]!);
            Assert.Equal((double)row[2]! / 4, loss.item<double>(), 1e-12);
        }
    }

    [Fact]
    public void ABatchIsDividedByItsPositivesAndOne()
    {
        using var scope = NewDisposeScope();
        var one = _oracle["retinanet"]!;
        var (logits, classes) = (Doubles(one["logits"]!), Doubles(one["class_targets"]!).to(ScalarType.Int64));
        var (codes, targets) = (Doubles(one["box_outputs"]!), Doubles(one["box_targets"]!));
        var normaliser = DetectionLoss.Normaliser(classes);

        Assert.Equal((double)one["positives"]! + 1, normaliser.item<float>());
        var focal = (DetectionLoss.Focal(logits, classes) / normaliser).item<double>();
        var huber = (DetectionLoss.Huber(codes, targets, classes) / normaliser).item<double>();
        Assert.Equal((double)one["class_loss"]!, focal, 1e-9);
        Assert.Equal((double)one["box_loss"]!, huber, 1e-9);
        Assert.Equal((double)one["total"]!, focal + DetectionLoss.BoxWeight * huber, 1e-8);
    }

    [Fact]
    public void ACertainAnswerHasAFiniteGradient()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new[] { 80f, -80f, 0f }, [1, 3, 1]).requires_grad_(true);
        DetectionLoss.Focal(logits, tensor(new[] { 0L, -1, -1 }, [1, 3])).backward();
        Assert.All(logits.grad!.data<float>().ToArray(), slope => Assert.True(float.IsFinite(slope), $"{slope}"));
    }

    static Tensor Doubles(JsonNode node)
    {
        var (sides, numbers) = (new List<long>(), new List<double>());
        for (var part = node; part is JsonArray list; part = list[0]!)
            sides.Add(list.Count);
        Collect(node, numbers);
        return tensor(numbers.ToArray(), sides.ToArray());
    }

    static void Collect(JsonNode node, List<double> numbers)
    {
        if (node is not JsonArray list)
        {
            numbers.Add((double)node);
            return;
        }
        foreach (var part in list)
            Collect(part!, numbers);
    }
}
