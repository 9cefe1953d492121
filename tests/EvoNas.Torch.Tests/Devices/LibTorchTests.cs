using EvoNas.Torch.Devices;
using EvoNas.Torch.Tests.Support;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Tests.Devices;

public class LibTorchTests
{
    [Fact]
    public void ThePackagedLibtorchExportsEverythingThatIsCalled() => Assert.Empty(LibTorch.Missing);

    [Fact]
    public void TheDescriptionNamesVersionsAndInstructions()
    {
        Assert.Contains(torch.__version__, LibTorch.Description);
        Assert.Contains(LibTorch.CpuCapability, LibTorch.Description);
        Assert.Matches("^[A-Z][A-Z0-9_]+$", LibTorch.CpuCapability);
    }

    [Fact]
    public void AutocastComputesProductsAndConvolutionsIn16BitsUntilItEnds()
    {
        using var scope = NewDisposeScope();
        var (x, matrix, kernel) = (randn(4, 8), randn(6, 8), randn(5, 8, 3, 3));
        var images = randn(2, 8, 6, 6);
        Tensor Product() => nn.functional.linear(x, matrix);
        Tensor Convolution() => nn.functional.conv2d(images, kernel);
        using (LibTorch.Autocast(DeviceType.CPU, ScalarType.BFloat16))
        {
            Assert.Equal(ScalarType.BFloat16, Product().dtype);
            using (LibTorch.Autocast(DeviceType.CPU, ScalarType.BFloat16))
                Assert.Equal(ScalarType.BFloat16, Convolution().dtype);
            // The inner one has ended, the outer one has not.
            Assert.Equal(ScalarType.BFloat16, Convolution().dtype);
        }
        Assert.Equal(ScalarType.Float32, Product().dtype);
        Assert.Equal(ScalarType.Float32, Convolution().dtype);
    }

    [Fact]
    public void AWeightThatChangedIsCastAnewByTheNextAutocast()
    {
        using var scope = NewDisposeScope();
        var weight = ones(1, 1).requires_grad_();
        float Product()
        {
            using (LibTorch.Autocast(DeviceType.CPU, ScalarType.BFloat16))
                return nn.functional.linear(ones(1, 1), weight).to(ScalarType.Float32).item<float>();
        }
        Assert.Equal(1, Product());
        using (no_grad())
            weight.fill_(3);
        Assert.Equal(3, Product());
    }

    [Fact]
    public void SwitchesOfTheContextStayAsTheyAreSet()
    {
        try
        {
            LibTorch.CudnnBenchmark = true;
            LibTorch.DeterministicAlgorithms = true;
            Assert.True(LibTorch.CudnnBenchmark);
            Assert.True(LibTorch.DeterministicAlgorithms);
        }
        finally
        {
            LibTorch.CudnnBenchmark = false;
            LibTorch.DeterministicAlgorithms = false;
        }
        Assert.False(LibTorch.CudnnBenchmark);
        Assert.False(LibTorch.DeterministicAlgorithms);
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd, 0.05)]
    [InlineData(OptimizerKind.AdamW, 0.01)]
    public void ATrainingIn16BitsLearnsWithWeightsIn32(OptimizerKind optimizer, double rate)
    {
        using var set = new TinySet().WithFashionMnist();
        using var training = ClassificationTraining.Load(
            Some.Training with
            {
                Epochs = 6,
                Precision = Precision.BFloat16,
                Optimizer = optimizer,
                LearningRate = rate,
                WeightAverage = 0.9,
                MeasureLatency = true,
                LatencyRepeats = 3,
            },
            set.Data
        );
        var trained = Assert.IsType<TrainingOutcome.Trained>(training.Run(Some.SmallNetwork(), 1));
        Assert.True(trained.Metrics[Evolution.Metrics.Top1] > 0.8, trained.ToString());
    }

    [Fact]
    public void TheCpuHasNoFloat16AndChoosesFloat32ByItself()
    {
        var error = Assert.Throws<RequestException>(() => ComputeDevice.Open("cpu", 1, Precision.Float16));
        Assert.Contains("float32 or bfloat16", error.Message);
        Assert.Equal(Precision.Float32, ComputeDevice.Resolve(Precision.Auto, CPU));
        Assert.Equal(Precision.BFloat16, ComputeDevice.Resolve(Precision.BFloat16, CPU));
    }

    [Fact]
    public void TheReasonOfAFailedLoadIsTheLineThatIsNotAboutAMissingFile()
    {
        var fault = new DllNotFoundException(
            "Unable to load shared library 'LibTorchSharp' or one of its dependencies.\n"
                + "/app/LibTorchSharp.so: cannot open shared object file: No such file or directory\n"
                + "/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found (required by /app/libLibTorchSharp.so)\n"
                + "LibTorchSharp: cannot open shared object file: No such file or directory\n"
        );
        Assert.StartsWith("/lib/libstdc++.so.6: version `GLIBCXX_3.4.32' not found", LibTorch.Reason(fault));
        Assert.Equal("it is gone", LibTorch.Reason(new DllNotFoundException("it is gone")));
    }

    [Theory]
    [InlineData("", 7, null)]
    [InlineData("7, 512\n", 7, 512L << 20)]
    [InlineData("7, 512\n8, 100\n7, 1\n", 7, 513L << 20)]
    [InlineData("8, 100\n", 7, null)]
    [InlineData("7, [N/A]\n", 7, null)]
    [InlineData("NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.\n", 7, null)]
    public void MemoryOfAProcessIsTheSumOverItsGpus(string answer, int process, long? bytes) =>
        Assert.Equal(bytes, Gpu.ParseMemory(answer, process));
}
