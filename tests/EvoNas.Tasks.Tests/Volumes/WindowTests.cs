using System.Text.Json.Nodes;
using EvoNas.Tasks.Volumes;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Tests.Volumes;

public class WindowTests
{
    static readonly JsonArray _plans = Oracle.Read("segmentation")["windows"]!.AsArray();

    public static TheoryData<int> Plans => [.. Enumerable.Range(0, _plans.Count)];

    [Theory, MemberData(nameof(Plans))]
    public void WindowsLieWhereMonaiPutsThem(int index)
    {
        var plan = _plans[index]!;
        var (size, window) = (Grid(plan["size"]!), Grid(plan["window"]!));
        var starts = plan["starts"]!.AsArray();
        var overlap = (double)plan["overlap"]!;
        var padded = EvoNas.Tasks.Volumes.Grid.Max(size, window);
        int[] sizes = [padded.X, padded.Y, padded.Z],
            windows = [window.X, window.Y, window.Z];
        for (var axis = 0; axis < starts.Count; axis++)
            Assert.Equal(
                starts[axis]!.Numbers().Select(one => (int)one),
                WindowPlan.Starts(sizes[axis], windows[axis], overlap)
            );
        Assert.Equal((int)plan["windows"]!, WindowPlan.Of(padded, window, overlap).Count());
    }

    [Theory, MemberData(nameof(Plans))]
    public void OverlappingWindowsAreBlendedByTheirWeights(int index)
    {
        var plan = _plans[index]!;
        if (plan["blend_gaussian"] is not { } expected)
            return;
        using var scope = NewDisposeScope();
        var (size, window) = (Grid(plan["size"]!), Grid(plan["window"]!));
        using var blend = new WindowBlend(1, size, window, CPU);
        var number = 0f;
        foreach (var start in WindowPlan.Of(size, window, (double)plan["overlap"]!))
            blend.Add(start, full([1, window.X, window.Y, window.Z], ++number));
        var found = Array.ConvertAll(blend.Mean().flatten().data<float>().ToArray(), one => (double)one);
        if (expected is JsonArray whole)
            Close(whole.Numbers(), found);
        else
        {
            Close(expected["first"]!.Numbers(), found[..12]);
            Assert.Equal((double)expected["sum"]!, found.Sum(), 1e-2);
            Assert.Equal((double)expected["sum_of_squares"]!, found.Sum(one => one * one), 1e-1);
        }
    }

    [Fact]
    public void TheMiddleOfAWindowCountsMost()
    {
        foreach (var one in Oracle.Read("segmentation")["gaussian"]!.AsArray())
        {
            var found = Array.ConvertAll(WindowPlan.Gaussian(Grid(one!["window"]!)), weight => (double)weight);
            if (one["map"] is { } map)
                Close(map.Numbers(), found);
            else
                Assert.Equal(
                    ((double)one["sum"]!, (double)one["minimum"]!, (double)one["maximum"]!),
                    (Math.Round(found.Sum(), 2), found.Min(), found.Max()),
                    Nearly
                );
        }
    }

    static bool Nearly((double, double, double) one, (double, double, double) other) =>
        Math.Abs(one.Item1 - other.Item1) < 0.02
        && Math.Abs(one.Item2 - other.Item2) < 1e-7
        && Math.Abs(one.Item3 - other.Item3) < 1e-6;

    static Grid Grid(JsonNode sides)
    {
        var three = sides.Numbers().Select(one => (int)one).Concat([1, 1]).ToArray();
        return new(three[0], three[1], three[2]);
    }

    static void Close(double[] expected, double[] found)
    {
        Assert.Equal(expected.Length, found.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.Equal(expected[i], found[i], 1e-6 * Math.Max(1, expected[i]));
    }
}
