using System.Text.Json.Nodes;
using EvoNas.Tasks.Detection;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Tests.Detection;

public class NonMaximumSuppressionTests
{
    static readonly JsonNode _oracle = Oracle.Read("detection");

    [Fact]
    public void OneClassKeepsWhatTorchvisionKeeps()
    {
        foreach (var one in _oracle["single"]!.AsArray())
        {
            using var scope = NewDisposeScope();
            var scores = Numbers(one!["scores"]!);
            if (scores.Length == 0)
                continue;
            var kept = NonMaximumSuppression.Of(
                tensor(scores, [1, 1, scores.Length]),
                Boxes(one["boxes"]!),
                threshold: -1,
                (double)one["iou_threshold"]!,
                most: scores.Length
            );
            var anchors = kept.Anchors.data<long>().ToArray();
            var found = anchors.Where((_, i) => kept.Scores[0, i].item<double>() >= 0).ToArray();
            Assert.Equal(one["keep"]!.AsArray().Select(index => (long)index!), found);
        }
    }

    [Fact]
    public void EachClassIsSuppressedOnItsOwnAndTheBestOfAllAreKept()
    {
        foreach (var one in _oracle["multi"]!.AsArray())
        {
            using var scope = NewDisposeScope();
            var rows = one!["scores"]!.AsArray().Select(row => Numbers(row!)).ToArray();
            var scores = tensor(rows.SelectMany(row => row).ToArray(), [1, rows.Length, rows[0].Length]);
            // A batch: another image beside it changes nothing.
            var pair = cat([scores, scores.flip(1)]).transpose(1, 2);
            var boxes = Boxes(one["boxes"]!);

            var kept = NonMaximumSuppression.Of(
                pair,
                cat([boxes, boxes.flip(1)]),
                (double)one["score_threshold"]!,
                (double)one["iou_threshold"]!,
                (int)one["top_before"]!,
                (int)one["max_detections"]!
            );

            var expected = one["detections"]!
                .AsArray()
                .Select(found => ((long)found!["box"]!, (long)found["category"]!, (double)found["score"]!));
            var got = Enumerable
                .Range(0, (int)kept.Scores.size(1))
                .Where(i => kept.Scores[0, i].item<double>() > 0)
                .Select(i =>
                    (kept.Anchors[0, i].item<long>(), kept.Classes[0, i].item<long>(), kept.Scores[0, i].item<double>())
                );
            Assert.Equal(expected, got);
        }
    }

    [Fact]
    public void NothingAboveTheThresholdIsNoDetection()
    {
        using var scope = NewDisposeScope();
        var kept = NonMaximumSuppression.Of(full([2, 3, 5], 0.05), zeros(2, 5, 4));
        Assert.All(kept.Scores.data<float>().ToArray(), score => Assert.Equal(-1, score));
    }

    static double[] Numbers(JsonNode node) => [.. node.AsArray().Select(number => (double)number!)];

    static Tensor Boxes(JsonNode node) =>
        tensor(node.AsArray().SelectMany(box => Numbers(box!)).ToArray(), [1, node.AsArray().Count, 4]);
}
