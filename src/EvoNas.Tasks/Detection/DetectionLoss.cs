using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace EvoNas.Tasks.Detection;

/// <summary>Focal loss of classes and Huber loss of boxes, in float32: with γ below 2 the power has no bounded slope in
/// half precision.</summary>
/// <remarks>Source: Lin et al. 2017, arXiv:1708.02002, with the constants of the released trainers of NAS-FPN and
/// SpineNet.</remarks>
static class DetectionLoss
{
    /// <summary>What the loss of the boxes counts beside that of the classes.</summary>
    public const double BoxWeight = 50;

    /// <summary>Sum of α(1 − p)^γ·cross-entropy over all channels of the anchors that are not ignored.</summary>
    /// <param name="logits">[n, A, channels].</param>
    /// <param name="classes">[n, A], the channel of a positive anchor, else <see cref="AnchorMatching.Negative"/> or
    /// <see cref="AnchorMatching.Ignored"/>.</param>
    /// <param name="alpha">Weight of the channel that is right; the others weigh 1 − α.</param>
    /// <param name="gamma">Power of what is missing to certainty.</param>
    public static Tensor Focal(Tensor logits, Tensor classes, double alpha = 0.25, double gamma = 1.5) =>
        FocalOfImages(logits, classes, alpha, gamma).sum();

    /// <summary>As <see cref="Focal"/>, of each image: [n].</summary>
    public static Tensor FocalOfImages(Tensor logits, Tensor classes, double alpha, double gamma)
    {
        var channels = arange(logits.size(2), dtype: ScalarType.Int64, device: logits.device);
        var right = classes.unsqueeze(2).eq(channels);
        var one = right.to(logits.dtype);
        // (1 − p_t)^γ is exp(−γ(z·x + softplus(−x))) for both values of z: no power of a number near 0.
        var below = F.softplus(-logits);
        var power = (one * logits + below).mul_(-gamma).exp();
        var entropy = below + (1 - one) * logits;
        var weight = (one * (2 * alpha - 1) + (1 - alpha)) * classes.ne(AnchorMatching.Ignored).unsqueeze(2);
        return (power * entropy * weight).sum([1, 2]);
    }

    /// <summary>Sum over positive anchors of the mean Huber loss of the four numbers of a code.</summary>
    /// <param name="codes">[n, A, 4], of the network.</param>
    /// <param name="targets">[n, A, 4].</param>
    /// <param name="classes">[n, A], as for <see cref="Focal"/>.</param>
    /// <param name="delta">From where on the loss is linear.</param>
    public static Tensor Huber(Tensor codes, Tensor targets, Tensor classes, double delta = 0.1) =>
        HuberOfImages(codes - targets, classes, delta).sum();

    /// <summary>As <see cref="Huber"/>, of each image: [n].</summary>
    /// <param name="errors">[n, A, k]; the mean is over k.</param>
    /// <param name="classes">[n, A], as for <see cref="Focal"/>.</param>
    /// <param name="delta">From where on the loss is linear.</param>
    public static Tensor HuberOfImages(Tensor errors, Tensor classes, double delta)
    {
        var error = errors.abs();
        var square = error.clamp(max: delta);
        // ½e² up to δ, then δ(e − ½δ).
        var loss = square * (error - square * 0.5);
        return (loss.mean([2]) * classes.ge(0)).sum([1]);
    }

    /// <summary>Positive anchors of a batch, and one: what losses are divided by.</summary>
    public static Tensor Normaliser(Tensor classes) => classes.ge(0).sum().to(ScalarType.Float32).add_(1);
}
