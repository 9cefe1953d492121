using EvoNas.Augmentations;
using EvoNas.Genetics;
using EvoNas.Tasks.Pictures;
using EvoNas.Torch.Augmentations;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Scenes;

/// <summary>A policy of augmentation at work in one epoch: on pictures as they are stored, before they are mirrored,
/// scaled and cropped, with their boxes or the classes of their pixels.</summary>
/// <param name="policy">What may happen.</param>
/// <param name="seed">Of all that is rolled in the epoch.</param>
sealed class PicturePolicy(AugmentationPolicy policy, ulong seed)
{
    /// <summary>Of a new epoch; null without a policy, and then nothing is drawn.</summary>
    public static PicturePolicy? Roll(AugmentationPolicy? policy, SeededRandom random) =>
        policy is null ? null : new(policy, random.Next());

    /// <summary>Varies pictures and their boxes.</summary>
    /// <param name="raw">[n, S, S, 3], bytes; a picture lies in the upper left.</param>
    /// <param name="boxes">Of each picture, as fractions of it.</param>
    /// <param name="frames">The size of each picture.</param>
    /// <param name="start">The place of the first one in the epoch.</param>
    /// <returns>As <paramref name="raw"/>, the scope's; and where the boxes are, those that have left the picture
    /// without area.</returns>
    public (Tensor Raw, Sequence<Box>[] Boxes) Vary(
        Tensor raw,
        IReadOnlyList<Sequence<Box>> boxes,
        PictureFrame[] frames,
        int start
    )
    {
        var plans = Plans(boxes, frames, start);
        return (Done(plans, raw, null, frames).Raw, Array.ConvertAll(plans, static plan => plan.Boxes));
    }

    /// <summary>Varies pictures and the classes of their pixels.</summary>
    /// <param name="raw">[n, S, S, 3], bytes; a picture lies in the upper left.</param>
    /// <param name="labels">[n, S, S], bytes.</param>
    /// <param name="frames">The size of each picture.</param>
    /// <param name="start">The place of the first one in the epoch.</param>
    /// <returns>As the first two, the scope's.</returns>
    public (Tensor Raw, Tensor Labels) Vary(Tensor raw, Tensor labels, PictureFrame[] frames, int start)
    {
        var (varied, masks) = Done(Plans(null, frames, start), raw, labels, frames);
        return (varied, masks!); // There were labels.
    }

    // Picture by picture in the order of the epoch: what is rolled does not depend on the sizes of the others.
    AugmentationPlan[] Plans(IReadOnlyList<Sequence<Box>>? boxes, PictureFrame[] frames, int start)
    {
        var random = SeededRandom.For(seed, $"pictures {start}");
        return
        [
            .. frames.Select(
                (frame, i) => policy.Below(frame.FitHeight, frame.FitWidth, boxes is null ? default : boxes[i], random)
            ),
        ];
    }

    // Pictures of one size are one batch: what lies beside them in their squares is no part of them.
    static (Tensor Raw, Tensor? Labels) Done(
        AugmentationPlan[] plans,
        Tensor raw,
        Tensor? labels,
        PictureFrame[] frames
    )
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var images = raw.permute(0, 3, 1, 2).contiguous();
        var masks = labels?.clone();
        foreach (
            var alike in frames
                .Select((frame, i) => (frame, i))
                .GroupBy(one => (one.frame.FitHeight, one.frame.FitWidth))
        )
        {
            using var step = NewDisposeScope();
            var (height, width) = alike.Key;
            long[] places = [.. alike.Select(one => (long)one.i)];
            var index = tensor(places, device: raw.device);
            var varied = PolicyExecution.Apply(
                [.. places.Select(place => plans[place])],
                new(
                    images.index_select(0, index).narrow(2, 0, height).narrow(3, 0, width),
                    Masks: masks?.index_select(0, index).narrow(1, 0, height).narrow(2, 0, width)
                )
            );
            images.narrow(2, 0, height).narrow(3, 0, width).index_copy_(0, index, varied.Images);
            if (varied.Masks is { } moved)
                masks!.narrow(1, 0, height).narrow(2, 0, width).index_copy_(0, index, moved); // There were labels.
        }
        return (images.permute(0, 2, 3, 1).contiguous().MoveToOuterDisposeScope(), masks?.MoveToOuterDisposeScope());
    }
}
