using TorchSharp;

namespace EvoNas.Torch.Devices;

/// <summary>Numbers for calls of torch, which stay until the call is over.</summary>
/// <remarks>TorchSharp (0.107) turns a number into an object with native memory, and hands torch the address alone: no
/// reference is left then, and a garbage collection during the call, which other threads may cause, frees what torch is
/// about to read. A training stopped so once, in <c>toFloat</c> of a number without a type.</remarks>
static class Number
{
    // More than any call takes.
    const int KeptCount = 64;

    [ThreadStatic]
    static Scalar?[]? s_kept;

    [ThreadStatic]
    static int s_next;

    /// <summary>A number that lives for the next 64 of this thread.</summary>
    public static Scalar Of(double value)
    {
        var kept = s_kept ??= new Scalar?[KeptCount];
        s_next = (s_next + 1) % KeptCount;
        kept[s_next]?.Dispose();
        Scalar number = value;
        kept[s_next] = number;
        return number;
    }
}
