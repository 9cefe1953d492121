using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Tests.Metrics;

public class VocMapTests
{
    static readonly TruthBox[] Two = [Truth(1, 0), Truth(2, 0)];

    [Theory]
    [InlineData(VocForm.EveryPoint, 0.5)]
    [InlineData(VocForm.ElevenPoints, 6.0 / 11)]
    public void OneOfTwoFoundIsHalfTheCurve(VocForm form, double expected) =>
        Assert.Equal(expected, Ap(form, Two, Found(1, 0, 0.9))!.Value, 1e-12);

    // Recall 1/2 at precision 1, then a false one, then recall 1 at precision 2/3.
    [Theory]
    [InlineData(VocForm.EveryPoint, 0.5 + 0.5 * 2 / 3)]
    [InlineData(VocForm.ElevenPoints, (6 + 5 * 2.0 / 3) / 11)]
    public void AFalseOneBetweenCostsTheRest(VocForm form, double expected) =>
        Assert.Equal(expected, Ap(form, Two, Found(1, 0, 0.9), Found(1, 50, 0.8), Found(2, 0, 0.7))!.Value, 1e-12);

    [Fact]
    public void ASecondDetectionOfAnObjectIsFalse() =>
        Assert.Equal(
            0.5 + 0.5 * 2 / 3,
            Ap(VocForm.EveryPoint, Two, Found(1, 0, 0.9), Found(1, 1, 0.8), Found(2, 0, 0.7))!.Value,
            1e-12
        );

    [Fact]
    public void DifficultObjectsCountNeitherWay() =>
        Assert.Equal(
            1,
            Ap(
                VocForm.EveryPoint,
                [Truth(1, 0), Truth(1, 50) with { Crowd = true }, Truth(2, 50) with { Crowd = true }],
                Found(1, 50, 0.9),
                Found(1, 0, 0.8)
            )!.Value,
            1e-12
        );

    [Fact]
    public void AnOverlapOfExactlyTheThresholdIsAHit() =>
        Assert.Equal(
            1,
            Ap(VocForm.EveryPoint, [Truth(1, 0)], new DetectedBox(1, 1, new(0, 0, 10, 5), 1))!.Value,
            1e-12
        );

    [Fact]
    public void AClassWithoutTruthsLeavesTheMean()
    {
        var score = VocMap.Of([1, 2], Two, [Found(1, 0, 1), Found(2, 0, 1)], VocForm.EveryPoint);
        Assert.Equal((1.0, (double?)null), (score.Mean!.Value, score.PerCategory[1].Ap));
    }

    static double? Ap(VocForm form, TruthBox[] truths, params DetectedBox[] found) =>
        VocMap.Of([1], truths, found, form).PerCategory[0].Ap;

    static TruthBox Truth(long image, double x) => new(image, 1, new(x, 0, 10, 10), 100, false);

    static DetectedBox Found(long image, double x, double score) => new(image, 1, new(x, 0, 10, 10), score);
}
