using EvoNas.Torch.Devices;

namespace EvoNas.Torch.Tests.Devices;

public class GpuReadingsTests
{
    [Fact]
    public void OnlyTheGpusOfSlotsAreRead()
    {
        var read = GpuReadings.Parse(
            "GPU-11111111-2222, 1024, 87, 64\nGPU-33333333-4444, 10, 0, 30\n",
            new Dictionary<string, string> { ["GPU-11111111-2222"] = "slot-1,slot-2" }
        );

        Assert.Equal(new GpuReadings.Reading("GPU-11111111", "slot-1,slot-2", 1L << 30, 0.87, 64), Assert.Single(read));
    }

    [Fact]
    public void WhatAGpuDoesNotTellIsNoNumber()
    {
        var read = Assert.Single(
            GpuReadings.Parse(
                "GPU-11111111-2222, 1024, [N/A], [N/A]",
                new Dictionary<string, string> { ["GPU-11111111-2222"] = "slot-1" }
            )
        );

        Assert.Equal((1L << 30, double.NaN, double.NaN), (read.MemoryBytes, read.Utilization, read.Celsius));
    }

    [Theory]
    [InlineData("")]
    [InlineData("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.")]
    [InlineData("GPU-11111111-2222, [N/A], 0, 30")]
    public void AnAnswerThatIsNoneIsNoReading(string answer) =>
        Assert.Empty(GpuReadings.Parse(answer, new Dictionary<string, string> { ["GPU-11111111-2222"] = "slot-1" }));
}
