using EvoNas.Tasks;
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

    [Fact]
    public void ADeviceIsOpenedWithoutNnpack()
    {
        LibTorch.Nnpack = true;
        ComputeDevice.Open("cpu", 1, Precision.Auto);
        Assert.False(LibTorch.Nnpack);
    }

    [Theory]
    [InlineData(OptimizerKind.Sgd, 0.05)]
    [InlineData(OptimizerKind.AdamW, 0.01)]
    public void ATrainingIn16BitsLearnsWithWeightsIn32(OptimizerKind optimizer, double rate)
    {
        using var set = new TinySet().WithFashionMnist();
        using var training = ProxyTraining.Load(
            TaskCatalog.Classification,
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
    public async Task ALibtorchAndABindingInOtherFoldersAreUsed()
    {
        var folder = ((string)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES")!) // the runtime always sets it
            .Split(Path.PathSeparator)
            .First(folder => File.Exists(Path.Combine(folder, "libtorch_cpu.so")));
        var said = await LibTorchChild.StartAsync(LibTorch.FolderVariable, folder);
        Assert.StartsWith("3 on TorchSharp", said);
        Assert.Contains($"with the libtorch in {folder}", said);
        Assert.StartsWith("3 on TorchSharp", await LibTorchChild.StartAsync(LibTorch.BindingVariable, folder));
    }

    [Fact]
    public async Task AFolderWithoutALibtorchIsNamed()
    {
        var folder = Directory.CreateTempSubdirectory("evonas-libtorch-").FullName;
        try
        {
            Assert.Contains(
                $"{LibTorch.FolderVariable}={folder} has no libtorch_cpu.so",
                await LibTorchChild.StartAsync(LibTorch.FolderVariable, folder)
            );
            File.WriteAllText(Path.Combine(folder, "libLibTorchSharp.so"), "no library");
            Assert.Matches(
                $"{LibTorch.BindingVariable}: .*libLibTorchSharp.so cannot be loaded: .*(invalid ELF|too short)",
                await LibTorchChild.StartAsync(LibTorch.BindingVariable, folder)
            );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
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
