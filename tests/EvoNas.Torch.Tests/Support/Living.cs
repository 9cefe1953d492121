using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EvoNas.Torch.Tests.Support;

/// <summary>How many tensors live.</summary>
static class Living
{
    // The TorchSharp package goes on counting the tensor that became a parameter; what one parameter leaves behind
    // tells.
    static readonly long CountedForEver;

    // Before the first count, as it makes one.
    static Living()
    {
        var before = Tensor.TotalCount;
        new Parameter(zeros(1)).Dispose();
        CountedForEver = Tensor.TotalCount - before;
    }

    /// <summary>How many live once those that earlier tests let go are gone; what a test begins with.</summary>
    public static long TensorsAtFirst()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensors();
    }

    /// <summary>Every thread's, corrected by what <see cref="Tensor.TotalCount"/> counts too much.</summary>
    /// <param name="parametersMade">Since the count that this one is compared with.</param>
    public static long Tensors(long parametersMade = 0) => Tensor.TotalCount - parametersMade * CountedForEver;
}
