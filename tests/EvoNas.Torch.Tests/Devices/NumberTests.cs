using System.Runtime.CompilerServices;
using EvoNas.Torch.Devices;
using static TorchSharp.torch;

namespace EvoNas.Torch.Tests.Devices;

public class NumberTests
{
    // A call hands on the address alone: nothing else holds its numbers.
    [Fact]
    public void ANumberOutlivesTheCallThatItWasMadeFor()
    {
        var numbers = Made(64);
        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.All(numbers, number => Assert.True(number.IsAlive));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference[] Made(int count) =>
            [.. Enumerable.Range(0, count).Select(i => new WeakReference(Number.Of(i)))];
    }

    [Fact]
    public void ManyMoreThanAreKeptAreRight()
    {
        using var scope = NewDisposeScope();
        var sum = zeros(1);
        for (var i = 1; i <= 1000; i++)
            sum.add_(ones(1), Number.Of(i));
        Assert.Equal(500_500, sum.item<float>());
    }
}
