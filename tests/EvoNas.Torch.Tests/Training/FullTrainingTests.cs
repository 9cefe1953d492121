using System.Buffers.Binary;
using System.Text.Json;
using EvoNas.Tasks;
using EvoNas.Torch.Data;
using EvoNas.Torch.Tests.Support;
using EvoNas.Torch.Training;

namespace EvoNas.Torch.Tests.Training;

public class FullTrainingTests
{
    static readonly TrainingSettings Settings = Some.Training with
    {
        TrainImages = 0,
        ValidationImages = 0,
        Epochs = 6,
        WeightAverage = 0.9,
    };

    [Fact]
    public void TheTestPartIsJudgedAtTheEndAndTheWeightsAreKept()
    {
        using var set = new TinySet().WithFashionMnist();
        var file = Path.Combine(set.Root, "runs", "weights.safetensors");
        var epochs = new List<EpochPoint>();
        var trained = Assert.IsType<TrainingOutcome.Trained>(
            FullTraining.Run(
                TaskCatalog.Classification,
                Some.SmallNetwork(),
                Settings,
                set.Data,
                weightsFile: file,
                epochEnded: epochs.Add
            )
        );
        Assert.True(trained.Metrics[MetricNames.TestTop1] > 0.8, trained.ToString());
        Assert.Equal(trained.Curve, [.. epochs]);
        Assert.All(epochs, point => Assert.Null(point.Score));

        var content = File.ReadAllBytes(file);
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(content);
        var header = JsonDocument.Parse(content.AsMemory(8, length)).RootElement;
        Assert.Equal(
            Some.SmallNetwork().Fingerprint,
            header.GetProperty("__metadata__").GetProperty("network").GetString()
        );
        Assert.Equal(
            TrainingSettings.FromJson(header.GetProperty("__metadata__").GetProperty("training").GetString()!),
            Settings
        );
        var kernel = header.GetProperty("stem.conv.weight");
        Assert.Equal([8L, 1, 3, 3], kernel.GetProperty("shape").EnumerateArray().Select(side => side.GetInt64()));
        Assert.True(header.TryGetProperty("stem.norm.running_var", out _));
        var ends = header
            .EnumerateObject()
            .Where(part => part.Name != "__metadata__")
            .Max(part => part.Value.GetProperty("data_offsets")[1].GetInt64());
        Assert.Equal(8 + length + ends, content.Length);
    }

    [Fact]
    public void AFileThatCannotBeWrittenIsOneClearError()
    {
        using var set = new TinySet().WithFashionMnist();
        var taken = Path.Combine(set.Root, "taken");
        File.WriteAllText(taken, "");
        var error = Assert.Throws<RequestException>(() =>
            FullTraining.Run(
                TaskCatalog.Classification,
                Some.SmallNetwork(),
                Settings with
                {
                    Epochs = 1,
                },
                set.Data,
                weightsFile: Path.Combine(taken, "w")
            )
        );
        Assert.Contains(taken, error.Message);
    }

    [Fact]
    public void ADeviceThatIsNotThereIsNamed()
    {
        using var set = new TinySet().WithFashionMnist();
        Assert.Contains(
            "tpu",
            Assert
                .Throws<RequestException>(() =>
                    FullTraining.Run(TaskCatalog.Classification, Some.SmallNetwork(), Settings, set.Data, device: "tpu")
                )
                .Message
        );
        Assert.Contains(
            "float32",
            Assert
                .Throws<RequestException>(() =>
                    FullTraining.Run(
                        TaskCatalog.Classification,
                        Some.SmallNetwork(),
                        Settings with
                        {
                            Precision = Precision.Float16,
                        },
                        set.Data
                    )
                )
                .Message
        );
    }
}
