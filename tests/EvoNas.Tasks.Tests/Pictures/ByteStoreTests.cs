using EvoNas.Tasks.Pictures;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Tests.Pictures;

public class ByteStoreTests
{
    static void Copy(int index, Span<byte> into) => into.Fill((byte)index);

    [Fact]
    public void GatheredSamplesAreTheResidentOnes()
    {
        int[] chosen = [9, 4, 7, 1, 2, 8];
        using var resident = new ByteStore(chosen, [2, 3], Copy, CPU);
        using var gathered = new ByteStore(chosen, [2, 3], Copy, CPU, residentMax: 0);
        Assert.True(resident.IsResident);
        Assert.False(gathered.IsResident);
        using var scope = NewDisposeScope();
        Assert.True(resident.Range(1, 3).eq(gathered.Range(1, 3)).all().item<bool>());
        long[] order = [5, 0, 3, 1, 2, 4];
        for (var start = 0; start < 6; start += 2)
        {
            var (part, after) = (order.AsMemory(start, 2), order.AsMemory(start + 2, start < 4 ? 2 : 0));
            var indices = tensor(part.ToArray());
            var some = gathered.Some(indices, part, after);
            Assert.True(resident.Some(indices, part, after).eq(some).all().item<bool>());
            Assert.Equal(chosen[order[start]], some[0, 0, 0].item<byte>());
        }
        // Another order than the one that was gathered ahead.
        var (first, next) = (order.AsMemory(0, 2), order.AsMemory(2, 2));
        gathered.Some(tensor(first.ToArray()), first, next);
        Assert.Equal(chosen[4], gathered.Some(tensor([4L]), order.AsMemory(5, 1), default)[0, 1, 2].item<byte>());
    }
}
