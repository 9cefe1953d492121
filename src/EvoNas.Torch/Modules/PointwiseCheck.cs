using System.Collections.Concurrent;
using EvoNas.Torch.Devices;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Modules;

/// <summary>Whether torch computes a 1×1 convolution right on this CPU: each is computed once, as a convolution and as
/// a matrix product, and compared.</summary>
/// <remarks>oneDNN 3.7 (libtorch 2.10) on AVX-512 gives wrong outputs, channels last, where the last block of output
/// channels is not full: for 33, 40, 80, 104, 136 or 368 outputs and others, by about as much as they are large. Which
/// blocks it takes depends on the CPU, the threads, and all sides, so that no list of numbers would be safe.</remarks>
static class PointwiseCheck
{
    // Outputs in 16 bits differ by less than a hundredth of the largest; wrong ones by about all of it.
    const double LargestDifference = 0.02;

    static readonly ConcurrentDictionary<Case, bool> s_verdicts = new();

    /// <summary>Computes a convolution's output in some way.</summary>
    /// <param name="x">[N, I, …].</param>
    /// <param name="weight">[O, I / groups, 1, …].</param>
    public delegate Tensor Way(Tensor x, Tensor weight);

    /// <summary>Is the convolution right for inputs of this shape, type and memory order?</summary>
    /// <param name="x">[N, I, …], on the CPU.</param>
    /// <param name="weight">[O, I / groups, 1, …].</param>
    /// <param name="stride">As text; it is part of the case.</param>
    /// <param name="convolution">The convolution.</param>
    /// <param name="product">The same as matrix products.</param>
    public static bool IsRight(Tensor x, Tensor weight, string stride, Way convolution, Way product) =>
        s_verdicts.GetOrAdd(
            new(
                string.Join(',', x.shape),
                string.Join(',', x.stride()),
                string.Join(',', weight.shape),
                stride,
                x.dtype,
                LibTorch.IsAutocasting(DeviceType.CPU),
                get_num_threads()
            ),
            _ => Compare(x, weight, convolution, product)
        );

    static bool Compare(Tensor x, Tensor weight, Way convolution, Way product)
    {
        using var ungraded = no_grad();
        // Not the values that are there: those may be zeros. Not random ones: the generator is the training's.
        using var map = Spread(x);
        using var kernel = Spread(weight);
        using var made = convolution(map, kernel);
        using var expected = product(map, kernel);
        using var difference = made - expected;
        return Largest(difference) <= LargestDifference * Largest(expected);
    }

    // Values from −0.5 to 0.5 without a pattern, in the memory order of a tensor.
    static Tensor Spread(Tensor like)
    {
        using var numbers = arange(like.numel(), float64);
        using var products = numbers * 0.7548776662466927;
        using var fractions = products.frac();
        using var centred = fractions - 0.5;
        using var typed = centred.to(like.dtype);
        using var shaped = typed.view(like.shape);
        var spread = empty_like(like);
        spread.copy_(shaped);
        return spread;
    }

    static double Largest(Tensor x)
    {
        using var sizes = x.abs();
        using var largest = sizes.max();
        using var wide = largest.to(float64);
        return wide.item<double>();
    }

    readonly record struct Case(
        string Shape,
        string Order,
        string Kernel,
        string Stride,
        ScalarType Type,
        bool IsAutocasting,
        int Threads
    );
}
