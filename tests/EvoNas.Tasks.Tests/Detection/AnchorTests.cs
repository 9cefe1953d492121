using System.Text.Json.Nodes;
using EvoNas.Networks;
using EvoNas.Tasks.Detection;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Tests.Detection;

public class AnchorTests
{
    static readonly JsonNode _oracle = Oracle.Read("detection");

    static (int, Shape)[] Maps(int height, int width) =>
        [.. Enumerable.Range(3, 5).Select(level => (level, Shape.Of(1, Halved(height, level), Halved(width, level))))];

    static int Halved(int side, int level) => (side + (1 << level) - 1) >> level;

    [Fact]
    public void AnchorsAreThoseOfTheReleasedTrainers()
    {
        foreach (var set in _oracle["anchors"]!.AsArray())
        {
            using var scope = NewDisposeScope();
            var anchors = Anchors.Of(Maps((int)set!["height"]!, (int)set["width"]!), (double)set["anchor_size"]!, CPU);
            Assert.Equal((long)set["total"]!, anchors.size(0));
            var start = 0L;
            foreach (var level in set["levels"]!.AsArray())
            {
                var count = (long)level!["anchors"]!;
                var part = anchors.narrow(0, start, count);
                foreach (var (i, first) in level["first"]!.AsArray().Index())
                    Near(first!, part[i]);
                Near(level["last"]!, part[count - 1]);
                var sums = part.sum([0]);
                foreach (var (i, sum) in level["sum"]!.AsArray().Index())
                    Assert.Equal(1, sums[i].item<double>() / (double)sum!, 1e-6);
                start += count;
            }
        }
    }

    [Fact]
    public void ObjectsAreAssignedAsByTheReleasedTrainers()
    {
        foreach (var one in _oracle["assignment"]!["cases"]!.AsArray())
        {
            using var scope = NewDisposeScope();
            var note = (string)one!["note"]!;
            var boxes = one["boxes"]!.AsArray();
            // Two more places hold no object, as in a batch with an image of more objects.
            var numbers = new float[(boxes.Count + 2) * 4];
            for (var i = 0; i < boxes.Count; i++)
            for (var j = 0; j < 4; j++)
                numbers[4 * i + j] = (float)boxes[i]![j]!;
            var classes = Enumerable.Range(0, boxes.Count + 2).Select(i => i < boxes.Count ? (long)i : -1).ToArray();
            var anchors = Anchors.Of(Maps((int)one["height"]!, (int)one["width"]!), (double)one["anchor_size"]!, CPU);

            var (matched, codes, _) = AnchorMatching.Of(
                anchors,
                tensor(numbers, [1, boxes.Count + 2, 4]),
                tensor(classes, [1, boxes.Count + 2]),
                (double)one["match"]!,
                (double)one["unmatch"]!
            );

            var found = matched.data<long>().ToArray();
            var expected = one["positives"]!.AsArray().Select(pair => ((int)pair![0]!, (long)pair[1]!));
            Assert.Equal(expected, found.Index().Where(one => one.Item >= 0).Select(one => (one.Index, one.Item)));
            Assert.True((int)one["ignored"]! == found.Count(one => one == AnchorMatching.Ignored), note);
            Assert.True((int)one["negatives"]! == found.Count(one => one == AnchorMatching.Negative), note);
            foreach (var (i, code) in one["first_codes"]!.AsArray().Index())
                Near(code!, codes[0, (long)one["positives"]![i]![0]!]);
            Assert.Equal(0, codes[matched.lt(0)].abs().sum().item<float>());
        }
    }

    [Fact]
    public void CodesAndBoxesAreEachOthersInverse()
    {
        foreach (var one in _oracle["round_trips"]!.AsArray())
        {
            using var scope = NewDisposeScope();
            var (anchor, box) = (Of(one!["anchor"]!), Of(one["box"]!));
            var code = BoxCode.Of(box, anchor);
            Near(one["code"]!, code[0]);
            Near(one["box"]!, BoxCode.Decoded(code, anchor)[0], 1e-3);
        }
    }

    [Fact]
    public void ADecodedBoxGrowsUpToALimitAndIsCutToTheImage()
    {
        foreach (var one in _oracle["decode"]!.AsArray())
        {
            using var scope = NewDisposeScope();
            var box = BoxCode.Decoded(Of(one!["code"]!), Of(one["anchor"]!));
            Near(one["box"]!, box[0], 1e-3);
            Near(one["clipped_to_128x128"]!, BoxCode.Clipped(box, 128, 128)[0], 1e-3);
        }
    }

    static Tensor Of(JsonNode numbers) => tensor(numbers.AsArray().Select(number => (float)number!).ToArray(), [1, 4]);

    static void Near(JsonNode expected, Tensor found, double tolerance = 2e-4)
    {
        foreach (var (i, number) in expected.AsArray().Index())
            Assert.Equal((double)number!, found[i].to(ScalarType.Float64).item<double>(), tolerance);
    }
}
