using static TorchSharp.torch;

namespace EvoNas.Tasks.Volumes;

/// <summary>One minus the soft Dice overlap of probabilities and truth.</summary>
/// <remarks>Source: Milletari et al. 2016, arXiv:1606.04797, as MONAI has it.</remarks>
static class DiceLoss
{
    // Keeps the overlap of what neither has at 1.
    const double Smooth = 1e-5;

    /// <summary>Mean over samples and channels.</summary>
    /// <param name="probabilities">[n, C, X, Y, Z].</param>
    /// <param name="truth">Of the same shape, 0 or 1.</param>
    /// <param name="squared">Whether the denominator sums squares.</param>
    public static Tensor Of(Tensor probabilities, Tensor truth, bool squared)
    {
        long[] space = [2, 3, 4];
        var both = (probabilities * truth).sum(space);
        // The square of 0 and 1 is itself.
        var all = (squared ? probabilities.square() : probabilities).sum(space) + truth.sum(space);
        return 1 - ((2 * both + Smooth) / (all + Smooth)).mean();
    }
}
