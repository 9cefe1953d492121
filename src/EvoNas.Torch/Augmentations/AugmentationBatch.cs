using EvoNas.Augmentations;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Augmentations;

/// <summary>Raw images with what is known about them; at most one kind of ground truth. Tensors are the caller's, or
/// its scope's.</summary>
/// <param name="Images">[N, 3, H, W], bytes, on any device.</param>
/// <param name="Boxes">Of the objects in each image; null: these images have none.</param>
/// <param name="Masks">[N, H, W], bytes, the label of each pixel; null: there are none.</param>
public sealed record AugmentationBatch(Tensor Images, Sequence<Sequence<Box>>? Boxes = null, Tensor? Masks = null)
{
    /// <summary>How many images.</summary>
    public int Count => (int)Images.size(0);

    /// <summary>Rows of each.</summary>
    public int Height => (int)Images.size(2);

    /// <summary>Columns of each.</summary>
    public int Width => (int)Images.size(3);

    /// <summary>This batch, if it is one that the policy can vary.</summary>
    /// <exception cref="RequestException">Shapes or types are wrong, there are boxes and masks, or the policy has an
    /// operation for the ones that are not there.</exception>
    internal AugmentationBatch CheckedFor(AugmentationPolicy policy)
    {
        if (Images.dim() != 4 || Images.size(1) != 3 || Images.dtype != ScalarType.Byte)
            throw new RequestException(
                $"A policy varies images [N, 3, H, W] of bytes, "
                    + $"not [{string.Join(", ", Images.shape)}] of {Images.dtype}."
            );
        if (Boxes is { } boxes && boxes.Count != Count)
            throw new RequestException($"There are {Count} images and the boxes of {boxes.Count}.");
        if (
            Masks is not null
            && (
                Masks.dim() != 3
                || Masks.dtype != ScalarType.Byte
                || Masks.size(0) != Count
                || Masks.size(1) != Height
                || Masks.size(2) != Width
            )
        )
            throw new RequestException(
                $"Masks of these images are [{Count}, {Height}, {Width}] of bytes, "
                    + $"not [{string.Join(", ", Masks.shape)}] of {Masks.dtype}."
            );
        if (Boxes is not null && Masks is not null)
            throw new RequestException("A batch has boxes or masks, not both.");
        foreach (var operation in policy.Choices.SelectMany(choice => choice))
            if (operation.NeedsBoxes && Boxes is null)
                throw new RequestException(
                    $"{operation.Kind} changes boxes, and these images have none.",
                    "Give boxes, or take a policy for what the images have."
                );
            else if (operation.NeedsMask && Masks is null)
                throw new RequestException(
                    $"{operation.Kind} changes masks, and these images have none.",
                    "Give masks, or take a policy for what the images have."
                );
        return this;
    }
}
