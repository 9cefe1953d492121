using EvoNas.Torch.Devices;
using TorchSharp;

// torch's default generator and its count of living tensors belong to the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace EvoNas.Torch.Cuda.Tests;

/// <summary>The checks that the carried program runs too, on the devices of this machine.</summary>
public class DeviceTests
{
    public static TheoryData<string> ChecksOfTheCpu => [.. Checks.Sentences(DeviceType.CPU)];

    public static TheoryData<string> ChecksOfTheGpu => [.. Checks.Sentences(DeviceType.CUDA)];

    [Theory, MemberData(nameof(ChecksOfTheCpu))]
    public void ACheckHoldsOnTheCpu(string sentence) => Checks.Hold(sentence, torch.CPU);

    [CudaTheory, MemberData(nameof(ChecksOfTheGpu))]
    public void ACheckHoldsOnTheGpu(string sentence) => Checks.Hold(sentence, new(DeviceType.CUDA, 0));

    [Fact]
    public void TheLibraryIsNamed() => Assert.Contains("libtorch", LibTorch.Description);
}
