using EvoNas.Augmentations;
using EvoNas.Genetics;

namespace EvoNas.Tests.Augmentations;

public class PlanTests
{
    const int Height = 100,
        Width = 200;

    static readonly Box Object = new(0.25f, 0.25f, 0.75f, 0.5f);

    [Fact]
    public void AProbabilityOfOneIsAlwaysAndOfZeroNever()
    {
        for (var seed = 0UL; seed < 100; seed++)
        {
            Assert.Single(Below(new(AugmentationKind.Equalize, 0, 1.0), seed).Changes);
            Assert.Empty(Below(new(AugmentationKind.Equalize, 0, 0.0), seed).Changes);
        }
    }

    [Fact]
    public void BoxesAloneChangeWithAThirdOfTheProbability()
    {
        var changed = 0;
        for (var seed = 0UL; seed < 1000; seed++)
            changed += Below(new(AugmentationKind.FlipOnlyBBoxes, 0, 0.6), seed, Object, Object, Object).Changes.Count;
        Assert.InRange(changed, 550, 650); // Of 3,000 boxes a fifth.
    }

    [Fact]
    public void DirectionsAreAsOftenTheOneAsTheOther()
    {
        var left = 0;
        for (var seed = 0UL; seed < 1000; seed++)
        {
            var plan = Below(new(AugmentationKind.TranslateX, 2), seed, Object);
            var move = Assert.IsType<PixelChange.Move>(Assert.Single(plan.Changes).Change);
            Assert.Equal(50, Math.Abs(move.X0));
            left += move.X0 > 0 ? 1 : 0;
            Assert.Equal(
                move.X0 > 0 ? new Box(0.25f, 0, 0.75f, 0.25f) : new Box(0.25f, 0.5f, 0.75f, 0.75f),
                plan.Boxes[0]
            );
        }
        Assert.InRange(left, 450, 550);
    }

    [Fact]
    public void AllBoxesOfAnImageMoveTheSameWayAndStay()
    {
        for (var seed = 0UL; seed < 200; seed++)
        {
            var plan = Below(new(AugmentationKind.ShearXOnlyBBoxes, 10, 1.0), seed, Object, Object, Object, Object);
            Assert.True(plan.Changes.Select(change => change.Change).Distinct().Count() <= 1);
            Assert.All(plan.Changes, change => Assert.Equal(new Region(25, 50, 51, 51), change.Within));
            Assert.Equal([Object, Object, Object, Object], plan.Boxes);
        }
    }

    [Fact]
    public void ACutoutIsASquareCutAtTheEdge()
    {
        var seen = new HashSet<(int, int)>();
        for (var seed = 0UL; seed < 500; seed++)
        {
            var fill = Assert.IsType<PixelChange.Fill>(
                Below(new(AugmentationKind.CutoutImage, 2), seed).Changes[0].Change
            );
            var (top, left, height, width) = fill.Region;
            Assert.False(fill.Mask);
            Assert.True(top >= 0 && left >= 0 && top + height <= Height && left + width <= Width);
            Assert.True(height == 40 || top == 0 || top + height == Height);
            Assert.True(width == 40 || left == 0 || left + width == Width);
            seen.Add((height, width));
        }
        Assert.Contains((40, 40), seen);
        Assert.True(seen.Count > 20);
        Assert.True(((PixelChange.Fill)Below(new(AugmentationKind.CutoutSegmentation, 2), 1).Changes[0].Change).Mask);
    }

    [Fact]
    public void AHoleBeginsInsideOfABox()
    {
        for (var seed = 0UL; seed < 500; seed++)
        {
            // 51×51 pixels: half sides of int(0.75·25.5) = 19.
            var (top, left, height, width) = (
                (PixelChange.Fill)Below(new(AugmentationKind.BBoxCutout, 10), seed, Object).Changes[0].Change
            ).Region;
            Assert.Equal(38, width);
            Assert.InRange(left + 19, 50, 100);
            Assert.InRange(top == 0 ? height - 19 : top + 19, 25, 75);
        }
        Assert.Empty(Below(new(AugmentationKind.BBoxCutout, 10), 1).Changes);
    }

    [Fact]
    public void SequencesAreDrawnWithOrWithoutReplacement()
    {
        AugmentationPolicy policy = new(
            [
                [new(AugmentationKind.Invert)],
                [new(AugmentationKind.Equalize)],
            ],
            Draws: 2
        );
        var twice = Enumerable
            .Range(0, 200)
            .Count(seed =>
                policy.Below(8, 8, [], SeededRandom.For((ulong)seed, "draw")).Changes.Distinct().Count() == 1
            );
        Assert.InRange(twice, 70, 130);
        Assert.All(
            Enumerable.Range(0, 50),
            seed =>
                Assert.Equal(
                    2,
                    (policy with { Replacement = false })
                        .Below(8, 8, [], SeededRandom.For((ulong)seed, "draw"))
                        .Changes.Distinct()
                        .Count()
                )
        );
    }

    static AugmentationPlan Below(AugmentationOperation operation, ulong seed, params Box[] boxes) =>
        new AugmentationPolicy([
            [operation],
        ]).Below(Height, Width, [.. boxes], SeededRandom.For(seed, "plan"));
}
