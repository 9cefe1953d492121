using EvoNas.Augmentations;
using EvoNas.Genetics;
using EvoNas.Spaces;
using EvoNas.Torch.Augmentations;
using EvoNas.Torch.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Tests.Augmentations;

public class PolicyExecutionTests
{
    static readonly Box Left = new(0.25f, 0, 0.75f, 0.4f),
        Right = new(0, 0.5f, 1, 1);

    [Fact]
    public void WhatIsOutsideOfBoxesStays()
    {
        using var scope = NewDisposeScope();
        var images = Images(1, 16, 20);
        var plan = new AugmentationPlan(
            [
                new(new PixelChange.Invert(), Left.Pixels(16, 20)),
                new(new PixelChange.Mirror(), new Region(15, 18, 1, 2)),
            ],
            [Left]
        );
        var varied = PolicyExecution
            .Apply(
                [plan],
                new(
                    images,
                    [
                        [Left],
                    ]
                )
            )
            .Images;
        var expected = images.clone();
        // Rows 4 to 12 and columns 0 to 8, both included.
        expected.narrow(2, 4, 9).narrow(3, 0, 9).copy_(255 - images.narrow(2, 4, 9).narrow(3, 0, 9));
        expected.narrow(2, 15, 1).narrow(3, 18, 1).copy_(images.narrow(2, 15, 1).narrow(3, 19, 1));
        expected.narrow(2, 15, 1).narrow(3, 19, 1).copy_(images.narrow(2, 15, 1).narrow(3, 18, 1));
        Assert.True(varied.eq(expected).all().item<bool>());
    }

    [Fact]
    public void AnImageIsVariedAsIfItWereAlone()
    {
        using var scope = NewDisposeScope();
        var images = Images(6, 24, 32);
        var policy = NamedPolicies.DetectionV1;
        Sequence<Sequence<Box>> boxes = [.. Enumerable.Repeat<Sequence<Box>>([Left, Right], 6)];
        var plans = Enumerable
            .Range(0, 6)
            .Select(i => policy.Below(24, 32, boxes[i], SeededRandom.For(5, new BirthNumber(i))))
            .ToArray();
        var together = PolicyExecution.Apply(plans, new(images, boxes));
        for (var i = 0; i < 6; i++)
        {
            var alone = PolicyExecution.Apply([plans[i]], new(images.narrow(0, i, 1), [boxes[i]]));
            Assert.True(alone.Images.eq(together.Images.narrow(0, i, 1)).all().item<bool>());
            Assert.Equal(alone.Boxes!.Value[0], together.Boxes!.Value[i]);
        }
    }

    [Theory]
    [
        InlineData("randaugment_detection"),
        InlineData("randaugment_segmentation"),
        InlineData("autoaugment_detection"),
        InlineData("autoaugment_segmentation")
    ]
    public void EveryPolicyOfASpaceIsCarriedOut(string name)
    {
        var space = SpaceCatalog.Find(name);
        var detection = name.EndsWith("detection", StringComparison.Ordinal);
        using var scope = NewDisposeScope();
        var images = Images(4, 20, 28);
        var masks = detection ? null : randint(0, 21, [4, 20, 28], dtype: ScalarType.Byte);
        AugmentationBatch batch = new(
            images,
            detection ? [.. Enumerable.Repeat<Sequence<Box>>([Left, Right], 4)] : null,
            masks
        );
        var before = images.clone();
        var (changed, seen) = (0, 0);
        for (var birth = 1; birth <= 50; birth++)
        {
            var policy = space.Policy!(
                space.Decisions.Read(space.Decisions.Sample(SeededRandom.For(3, new BirthNumber(birth))))
            );
            var varied = policy.Apply(batch, SeededRandom.For(4, new BirthNumber(birth)));
            Assert.Equal(images.shape, varied.Images.shape);
            Assert.Equal(ScalarType.Byte, varied.Images.dtype);
            if (!varied.Images.eq(images).all().item<bool>())
                changed++;
            foreach (var box in varied.Boxes?.SelectMany(all => all) ?? [])
            {
                // What has left the picture has no area.
                Assert.True(
                    box is { Top: >= 0, Left: >= 0, Bottom: <= 1, Right: <= 1 }
                        && box.Top <= box.Bottom
                        && box.Left <= box.Right,
                    $"{box}"
                );
                seen += box.HasArea ? 1 : 0;
            }
            Assert.Equal(masks?.shape, varied.Masks?.shape);
            var again = policy.Apply(batch, SeededRandom.For(4, new BirthNumber(birth)));
            Assert.True(again.Images.eq(varied.Images).all().item<bool>());
        }
        Assert.True(changed > 40);
        Assert.True(!detection || seen >= 200, $"{seen} of 400 boxes are in sight.");
        Assert.True(before.eq(images).all().item<bool>());
    }

    [Fact]
    public void ThePolicyMustFitTheGroundTruth()
    {
        using var scope = NewDisposeScope();
        var images = Images(1, 8, 8);
        var mask = zeros([1, 8, 8], dtype: ScalarType.Byte);
        string Refused(AugmentationKind kind, AugmentationBatch batch) =>
            Assert
                .Throws<RequestException>(() =>
                    new AugmentationPolicy([
                        [new(kind, 5)],
                    ]).Apply(batch, SeededRandom.For(1, "x"))
                )
                .Message;
        Assert.StartsWith(
            "FlipOnlyBBoxes changes boxes",
            Refused(AugmentationKind.FlipOnlyBBoxes, new(images, Masks: mask))
        );
        Assert.StartsWith(
            "CutoutSegmentation changes masks",
            Refused(
                AugmentationKind.CutoutSegmentation,
                new(
                    images,
                    [
                        [Left],
                    ]
                )
            )
        );
        Assert.Contains(
            "not both",
            Refused(
                AugmentationKind.Invert,
                new(
                    images,
                    [
                        [Left],
                    ],
                    mask
                )
            )
        );
        Assert.Contains(
            "the boxes of 2",
            Refused(
                AugmentationKind.Invert,
                new(
                    images,
                    [
                        [],
                        [],
                    ]
                )
            )
        );
        Assert.Contains("of bytes, not", Refused(AugmentationKind.Invert, new(images.to(ScalarType.Float32))));
        Assert.Contains(
            "Masks of these images are [1, 8, 8]",
            Refused(AugmentationKind.Invert, new(images, Masks: zeros([1, 8, 7], dtype: ScalarType.Byte)))
        );
    }

    [Fact]
    public void NothingIsLeftBehind()
    {
        using var scope = NewDisposeScope();
        var images = Images(4, 20, 28);
        var batch = new AugmentationBatch(images, [.. Enumerable.Repeat<Sequence<Box>>([Left, Right], 4)]);
        var before = Living.TensorsAtFirst();
        for (var i = 0; i < 20; i++)
            NamedPolicies.DetectionV1.Apply(batch, SeededRandom.For(6, new BirthNumber(i))).Images.Dispose();
        Assert.Equal(before, Living.Tensors());
    }

    static Tensor Images(int count, int height, int width)
    {
        manual_seed(9);
        return randint(0, 256, [count, 3, height, width], dtype: ScalarType.Byte);
    }
}
