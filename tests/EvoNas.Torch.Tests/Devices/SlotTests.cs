using EvoNas.Torch.Devices;

namespace EvoNas.Torch.Tests.Devices;

public class SlotTests
{
    static readonly Sequence<Gpu> TwoGpus = Gpu.Parse(
        "0, GPU-aaaaaaaa-1111, NVIDIA A100-SXM4-80GB, 81920, 8.0\n1, GPU-bbbbbbbb-2222, Tesla T4, 15360, 7.5\n"
    );

    [Fact]
    public void WithoutAGpuEveryCoreIsASlot()
    {
        var slots = Slot.Plan("auto", 0, cores: 4, []);
        Assert.Equal(4, slots.Count);
        Assert.All(slots, slot => Assert.Equal(("cpu", 1), (slot.Device, slot.Threads)));
        Assert.Contains(("OMP_NUM_THREADS", "1"), slots[0].Environment);
    }

    [Fact]
    public void FewerSlotsShareTheCoresOut() =>
        Assert.Equal([4, 4], Slot.Plan("cpu", 2, cores: 8, []).Select(slot => slot.Threads));

    [Fact]
    public void WaitingThreadsLeaveTheirCoreToOthersSoon() =>
        Assert.Contains(("GOMP_SPINCOUNT", "1000"), Slot.Plan("cpu", 1, cores: 2, [])[0].Environment);

    [Fact]
    public void EveryGpuIsASlotThatItsWorkerSeesAlone()
    {
        var slots = Slot.Plan("auto", 0, cores: 16, TwoGpus);
        Assert.Equal(["cuda:0", "cuda:0"], slots.Select(slot => slot.Device));
        Assert.Contains(("CUDA_VISIBLE_DEVICES", "GPU-bbbbbbbb-2222"), slots[1].Environment);
        Assert.Equal(8, slots[0].Threads);
    }

    [Fact]
    public void SlotsOfOneGpuShareItsMemoryOut()
    {
        Assert.Equal(
            [40960L << 20, 15360L << 20, 40960L << 20],
            Slot.Plan("auto", 3, cores: 16, TwoGpus).Select(slot => slot.DeviceMemoryBytes)
        );
        Assert.Equal(long.MaxValue, Slot.Plan("cpu", 1, cores: 2, [])[0].DeviceMemoryBytes);
    }

    [Fact]
    public void GpusAreChosenByIndexAndUuid()
    {
        Assert.Equal("Tesla T4 GPU-bbbbbbbb", Assert.Single(Slot.Plan("1", 0, 4, TwoGpus)).Title);
        Assert.Equal(2, Slot.Plan("GPU-bbbbbbbb-2222,0", 0, 4, TwoGpus).Count);
        Assert.Contains("A100", Assert.Throws<RequestException>(() => Slot.Plan("7", 0, 4, TwoGpus)).Hint);
        Assert.Contains("nvidia-smi", Assert.Throws<RequestException>(() => Slot.Plan("cuda", 0, 4, [])).Message);
        Assert.Contains("-1", Assert.Throws<RequestException>(() => Slot.Plan("cpu", -1, 4, [])).Message);
    }

    [Fact]
    public void AnAnswerThatIsNoListIsNoGpu() =>
        Assert.Empty(Gpu.Parse("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n"));
}
