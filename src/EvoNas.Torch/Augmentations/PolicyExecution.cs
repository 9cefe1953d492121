using EvoNas.Augmentations;
using EvoNas.Genetics;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Augmentations;

/// <summary>Carries out what a policy rolled, on the device where the images are.</summary>
public static class PolicyExecution
{
    /// <summary>Varies every image of a batch on its own.</summary>
    /// <param name="policy">What may happen.</param>
    /// <param name="batch">Stays as it is.</param>
    /// <param name="random numbers">All chance; the same random numbers give the same on every device.</param>
    /// <returns>New tensors, and the boxes where they are now.</returns>
    /// <exception cref="RequestException">The policy does not fit what is known about these images.</exception>
    public static AugmentationBatch Apply(this AugmentationPolicy policy, AugmentationBatch batch, SeededRandom random)
    {
        batch.CheckedFor(policy);
        var plans = Enumerable
            .Range(0, batch.Count)
            .Select(i => policy.Below(batch.Height, batch.Width, batch.Boxes is { } boxes ? boxes[i] : default, random))
            .ToArray();
        return Apply(plans, batch);
    }

    /// <summary>Carries out one plan per image.</summary>
    public static AugmentationBatch Apply(IReadOnlyList<AugmentationPlan> plans, AugmentationBatch batch)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var (images, masks) = (batch.Images.clone(), batch.Masks?.clone());
        for (var step = 0; step < plans.Select(plan => plan.Changes.Count).DefaultIfEmpty().Max(); step++)
        {
            var due = plans
                .Index()
                .Where(plan => step < plan.Item.Changes.Count)
                .Select(plan => (Image: plan.Index, Planned: plan.Item.Changes[step]))
                .ToArray();
            // The same change of several whole images is one call; parts have sizes of their own.
            foreach (
                var alike in due.Where(one => one.Planned.Within is null).GroupBy(one => one.Planned.Change.GetType())
            )
                ApplyToWhole(
                    images,
                    masks,
                    [.. alike.Select(one => (long)one.Image)],
                    [.. alike.Select(one => one.Planned.Change)]
                );
            foreach (var (image, planned) in due)
                if (planned.Within is { } part)
                    ApplyToPart(images.narrow(0, image, 1), part, planned.Change);
        }
        return new(
            images.MoveToOuterDisposeScope(),
            batch.Boxes is null ? null : [.. plans.Select(plan => plan.Boxes)],
            masks?.MoveToOuterDisposeScope()
        );
    }

    static void ApplyToWhole(Tensor images, Tensor? masks, long[] chosen, PixelChange[] changes)
    {
        using var scope = NewDisposeScope();
        var index = tensor(chosen, device: images.device);
        images.index_copy_(0, index, PixelChanges.Of(images.index_select(0, index), changes));
        if (masks is not null && changes[0] is PixelChange.Move or PixelChange.Fill)
            masks.index_copy_(0, index, PixelChanges.OfMasks(masks.index_select(0, index), changes));
    }

    static void ApplyToPart(Tensor image, Region part, PixelChange change)
    {
        using var scope = NewDisposeScope();
        var pixels = image.narrow(2, part.Top, part.Height).narrow(3, part.Left, part.Width);
        pixels.copy_(PixelChanges.Of(pixels, [change]));
    }
}
