using EvoNas.Evolution;
using EvoNas.Networks;
using EvoNas.Tasks;
using EvoNas.Torch.Export;
using EvoNas.Torch.Tests.Support;
using EvoNas.Torch.Training;

namespace EvoNas.Torch.Tests.Training;

/// <summary>Trainings that are done in parts.</summary>
public sealed class CheckpointTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("evonas-checkpoints-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    string PathOf(string name) => Path.Combine(_folder, name);

    // A third of the channels is dropped at random: parts agree only if random numbers go on too.
    static Network Dropping =>
        Network.Of(
            Node.Input(Shape.Of(1, 28, 28))
                .In("stem")
                .Conv(6, 3, stride: 4)
                .Norm()
                .Relu()
                .Dropout(0.3)
                .In("head")
                .Dense(10)
        );

    static TrainingSettings Settings(OptimizerKind optimizer) =>
        Some.Training with
        {
            Epochs = 4,
            Optimizer = optimizer,
            LearningRate = 0.01,
            WarmUp = 0.4,
            WeightAverage = 0.9,
            Shift = 1,
            Mirror = true,
        };

    static TrainingOutcome.Trained Run(
        TrainingSettings settings,
        TrainingStage? stage,
        ulong seed = 1,
        Network? network = null
    )
    {
        using var set = new TinySet().WithFashionMnist();
        using var training = ProxyTraining.Load(TaskCatalog.Classification, settings, set.Data);
        return Assert.IsType<TrainingOutcome.Trained>(training.Run(network ?? Dropping, seed, stage: stage));
    }

    TrainingStage First(int until, string name = "first") => new(until, "night") { Keeps = PathOf(name) };

    TrainingStage Next(int from, int until, List<string>? said = null, string name = "first") =>
        new(until, "night")
        {
            Continues = PathOf(name),
            From = from,
            Keeps = PathOf("next"),
            Warn = said is null ? null : said.Add,
        };

    [Theory]
    [InlineData(OptimizerKind.Sgd)]
    [InlineData(OptimizerKind.RmsProp)]
    [InlineData(OptimizerKind.AdamW)]
    [InlineData(OptimizerKind.AmsGrad)]
    [InlineData(OptimizerKind.Novograd)]
    public void PartsOfATrainingGiveTheCurveOfTheWholeToTheLastBit(OptimizerKind optimizer)
    {
        var settings = Settings(optimizer);
        var whole = Run(settings, null);

        var first = Run(settings, First(1));
        // The birth of another number has another seed; the checkpoint knows its own.
        var second = Run(settings, Next(1, 2), seed: 77);
        var third = Run(settings, Next(2, 4, name: "next") with { Keeps = null }, seed: 78);

        Assert.Equal(whole.Curve.Take(1), first.Curve);
        Assert.Equal(whole.Curve.Take(2), second.Curve);
        Assert.Equal(whole.Curve, third.Curve);
        Assert.Equal((0, 1, 2), (first.From, second.From, third.From));
        Assert.Equal(
            (1, 2, 4),
            (first.Metrics[MetricNames.Epochs], second.Metrics[MetricNames.Epochs], third.Metrics[MetricNames.Epochs])
        );
    }

    [Fact]
    public void TheScheduleIsThatOfTheFullTraining()
    {
        var settings = Settings(OptimizerKind.Sgd) with { WarmUp = 0 };

        Assert.NotEqual(Run(settings with { Epochs = 1 }, null).Curve, Run(settings, First(1)).Curve);
    }

    [Theory]
    [InlineData("cut")]
    [InlineData("flipped")]
    [InlineData("fact")]
    [InlineData("longer")]
    [InlineData("empty")]
    [InlineData("gone")]
    public void ADamagedCheckpointIsSaidAndTheTrainingBeginsAtZero(string how)
    {
        var settings = Settings(OptimizerKind.Sgd);
        Run(settings, First(1));
        var (path, bytes) = (PathOf("first"), File.ReadAllBytes(PathOf("first")));
        switch (how)
        {
            case "cut":
                File.WriteAllBytes(path, bytes[..^40]);
                break;
            case "flipped":
                bytes[^5] ^= 1;
                File.WriteAllBytes(path, bytes);
                break;
            case "fact":
                var text = System.Text.Encoding.Latin1.GetString(bytes);
                File.WriteAllText(path, text.Replace("\"step\":\"8\"", "\"step\":\"7\""), System.Text.Encoding.Latin1);
                break;
            case "longer":
                File.WriteAllBytes(path, [.. bytes, 0, 0, 0, 0]);
                break;
            case "empty":
                File.WriteAllBytes(path, []);
                break;
            default:
                File.Delete(path);
                break;
        }
        var said = new List<string>();

        var trained = Run(settings, Next(1, 2, said));

        Assert.Equal((0, 2), (trained.From, trained.Curve.Count));
        Assert.Contains(how == "gone" ? "There is no checkpoint" : "is damaged", Assert.Single(said));
        Assert.Equal(Run(settings, new(2, "night")).Curve, trained.Curve);
    }

    [Theory]
    [InlineData("network")]
    [InlineData("training")]
    [InlineData("search")]
    [InlineData("epoch")]
    public void ACheckpointOfSomethingElseIsSaidAndTheTrainingBeginsAtZero(string what)
    {
        var settings = Settings(OptimizerKind.Sgd);
        Run(
            what == "training" ? settings with { LearningRate = 0.02 } : settings,
            First(1) with
            {
                Search = what == "search" ? "day" : "night",
            },
            network: what == "network" ? Some.TinyNetwork : null
        );
        var said = new List<string>();

        var trained = Run(settings, Next(what == "epoch" ? 2 : 1, 3, said));

        Assert.Equal((0, 3), (trained.From, trained.Curve.Count));
        Assert.Contains(what == "epoch" ? "written after 8 steps" : $"another {what}", Assert.Single(said));
    }

    [Fact]
    public void ACheckpointThatCannotBeWrittenCostsNoScore()
    {
        File.WriteAllText(PathOf("file"), "");
        var said = new List<string>();

        var trained = Run(
            Settings(OptimizerKind.Sgd),
            new(1, "night") { Keeps = Path.Combine(PathOf("file"), "first"), Warn = said.Add }
        );

        Assert.NotNull(trained.Metrics[Metrics.Top1]);
        Assert.Contains("cannot be written", Assert.Single(said));
    }
}
