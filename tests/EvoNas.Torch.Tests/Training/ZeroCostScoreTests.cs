using EvoNas.Networks;
using EvoNas.Tasks;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Tests.Support;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Tests.Training;

/// <summary>Scores against small networks whose scores are known in closed form.</summary>
public class ZeroCostScoreTests
{
    const double Offset = 1e-5;

    static readonly TrainingSettings OneBatch = Some.Training with { BatchSize = 256 };

    static Sequence<ZeroCostScore> Score(
        Network network,
        ulong seed = 1,
        Sequence<string> names = default,
        TrainingSettings? settings = null
    )
    {
        using var set = new TinySet().WithFashionMnist();
        using var training = ProxyTraining.Load(TaskCatalog.Classification, settings ?? Some.Training, set.Data);
        return training.Score(network, seed, names);
    }

    static double SynFlow(Network network)
    {
        manual_seed(1);
        using var module = new NetworkModule(network, Initialization.Kaiming, CPU, ScalarType.Float64);
        return ZeroCostBatch.SynFlow(module);
    }

    static double[,] Matrix(Tensor weights)
    {
        using var scope = NewDisposeScope();
        var numbers = weights.to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        var made = new double[weights.size(0), weights.size(1)];
        Buffer.BlockCopy(numbers, 0, made, 0, numbers.Length * sizeof(double));
        return made;
    }

    [Fact]
    public void SynflowOfTwoLinearLayersIsTheirPathsCountedOnceALayer()
    {
        var network = Network.Of(Node.Input(Shape.Of(3, 1, 1)).Dense(4).Dense(2));
        manual_seed(1);
        using var module = new NetworkModule(network, Initialization.Kaiming, CPU, ScalarType.Float64);
        var (first, second) = (Matrix(module.Memory.Parameters[0]), Matrix(module.Memory.Parameters[1]));
        var paths = 0.0;
        for (var input = 0; input < 3; input++)
        for (var hidden = 0; hidden < 4; hidden++)
        for (var output = 0; output < 2; output++)
            paths += Math.Abs(first[hidden, input] * second[output, hidden]);

        Assert.Equal(Math.Log(2 * paths), ZeroCostBatch.SynFlow(module), 10);
    }

    [Fact]
    public void SynflowSeesNoNormalisation()
    {
        static Network Net(Func<Node, Node> norm) =>
            Network.Of(norm(norm(Node.Input(Shape.Of(2, 5, 5)).Conv(4, 3)).Relu().Conv(4, 3)).Relu().Dense(3));
        Assert.Equal(SynFlow(Net(node => node)), SynFlow(Net(node => node.Norm(epsilon: 0.1))), 10);
    }

    [Fact]
    public void SynflowOfADeepNetworkIsBeyondFloat32()
    {
        var node = Node.Input(Shape.Of(64, 3, 3));
        for (var layer = 0; layer < 40; layer++)
            node = node.Conv(64, 3).Relu();
        var score = SynFlow(Network.Of(node.Dense(2)));
        Assert.InRange(score, Math.Log(float.MaxValue), Math.Log(double.MaxValue));
    }

    [Theory]
    [InlineData(ActivationKind.Relu)]
    [InlineData(ActivationKind.Swish)]
    public void NaswotOfKnownCodes(ActivationKind kind)
    {
        using var scope = NewDisposeScope();
        using var module = new NetworkModule(Network.Of(Node.Input(Shape.Of(2, 1, 1)).Activate(kind).Dense(2)));
        // Codes 11, 10 and 01: K is 2 1 1, 1 2 0, 1 0 2, whose determinant is 4.
        var images = tensor(new float[] { 3, 1, 2, -1, -5, 0.5f }).view(3, 2, 1, 1);
        Assert.Equal(Math.Log(4), ZeroCostBatch.NasWot(module, [images]), 10);
    }

    [Fact]
    public void JacobiansThatAreAllTheSameHaveOneEigenvalue()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var module = new NetworkModule(Network.Of(Node.Input(Shape.Of(6, 1, 1)).Dense(3)));
        var score = ZeroCostBatch.JacobianCovariance(module, randn(4, 6, 1, 1));
        var all = Math.Log(4 + Offset) + 1 / (4 + Offset);
        var none = Math.Log(Offset) + 1 / Offset;
        // An eigenvalue of 0 is known to 1e-15, its reciprocal with the offset to 1e-5.
        Assert.Equal(-(all + 3 * none), score, 2);
    }

    [Fact]
    public void JacobiansWithoutCorrelationHaveEigenvaluesOfOne()
    {
        using var scope = NewDisposeScope();
        using var module = new NetworkModule(Network.Of(Node.Input(Shape.Of(4, 1, 1)).Relu().Dense(1)));
        using (no_grad())
            module.Memory.Values.fill_(1);
        var images = tensor(new float[] { 1, 1, -1, -1, 1, -1, 1, -1 }).view(2, 4, 1, 1);
        Assert.Equal(
            -2 * (Math.Log(1 + Offset) + 1 / (1 + Offset)),
            ZeroCostBatch.JacobianCovariance(module, images),
            8
        );
    }

    [Fact]
    public void GradientsOfASoftmaxRegressionAreThoseOfItsFormula()
    {
        var network = Network.Of(Node.Input(Shape.Of(1, 28, 28)).Dense(10));
        using var set = new TinySet().WithFashionMnist();
        using var training = ProxyTraining.Load(TaskCatalog.Classification, OneBatch, set.Data);
        var scores = training.Score(network, 5, [ZeroCostScore.GradientNorm, ZeroCostScore.Snip]);

        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        manual_seed(5);
        using var module = new NetworkModule(network, OneBatch.Initialization);
        using var data = TaskCatalog.Classification.Open(OneBatch, set.Data, 0, CPU);
        // All samples are in the one batch; the order does not matter.
        var batch = data.Train.Plain(0, OneBatch.TrainImages);
        var x = batch.Images.to(ScalarType.Float64).flatten(1);
        var weights = module.Memory.Parameters[0].to(ScalarType.Float64);
        var said = x.mm(weights.t()).softmax(1);
        var truth = nn.functional.one_hot(batch.Truth[0].to(ScalarType.Int64), 10).to(ScalarType.Float64);
        var gradient = (said - truth).t().mm(x) / OneBatch.TrainImages;
        var norm = gradient.norm().item<double>();
        var snip = (gradient * weights).abs().sum().item<double>();

        Assert.True(norm > 0.01, $"{norm}");
        Assert.InRange(scores[0].Value!.Value / norm, 0.9999, 1.0001);
        Assert.InRange(scores[1].Value!.Value / snip, 0.9999, 1.0001);
    }

    [Fact]
    public void EveryScoreOfASmallNetworkIsANumberThatItsSeedDecides()
    {
        var one = Score(Some.SmallNetwork());
        var two = Score(Some.SmallNetwork());
        Assert.Equal(ZeroCostScore.Names, one.Select(score => score.Name));
        Assert.All(one, score => Assert.True(score.Value is { } value && double.IsFinite(value), score.ToString()));
        Assert.All(one, score => Assert.True(score.Seconds >= 0 && score.Failure is null));
        Assert.Equal(one.Select(score => score.Value), two.Select(score => score.Value));
        var other = Score(Some.SmallNetwork(), seed: 2);
        Assert.NotEqual(one[0].Value, other[0].Value);
        Assert.Equal(one[^1].Value, other[^1].Value);
        // Whatever else is asked for.
        Assert.Equal(one[4].Value, Assert.Single(Score(Some.SmallNetwork(), names: [ZeroCostScore.Snip])).Value);
        var cost = Cost.Of(Some.SmallNetwork());
        Assert.Equal(Math.Log(cost.Parameters), one[^2].Value);
        Assert.Equal(Math.Log(cost.MultiplyAdds), one[^1].Value);
    }

    [Fact]
    public void AScoreThatIsNoNumberSaysWhy()
    {
        var linear = Network.Of(Node.Input(Shape.Of(1, 28, 28)).Dense(10));
        Assert.Equal((null, "needs an activation"), Only(linear, ZeroCostScore.NasWot));
        var instance = Network.Of(Node.Input(Shape.Of(1, 28, 28)).Conv(4, 3, 4).InstanceNorm().Relu().Dense(10));
        Assert.Equal((null, "not defined with instance normalisations"), Only(instance, ZeroCostScore.SynFlow));
        // One code for all images: K is singular.
        var alike = Network.Of(Node.Input(Shape.Of(1, 28, 28)).GlobalAveragePool().Sigmoid().Dense(10));
        Assert.Equal((null, "not finite"), Only(alike, ZeroCostScore.NasWot));

        static (double?, string?) Only(Network network, string name)
        {
            var score = Assert.Single(Score(network, names: [name]));
            return (score.Value, score.Failure);
        }
    }

    [Fact]
    public void WhatIsUnknownOrDoesNotFitIsRefused()
    {
        var unknown = Assert.Throws<RequestException>(() => Score(Some.TinyNetwork, names: ["synflo"]));
        Assert.Contains("synflow", unknown.Hint);
        var wide = Network.Of(Node.Input(Shape.Of(3, 28, 28)).Dense(10));
        Assert.Throws<RequestException>(() => Score(wide));
    }

    [Fact]
    public void ScoresLeaveNoTensorBehind()
    {
        using var set = new TinySet().WithFashionMnist();
        using var training = ProxyTraining.Load(TaskCatalog.Classification, Some.Training, set.Data);
        training.Score(Some.TinyNetwork, 1);
        var before = Living.TensorsAtFirst();
        training.Score(Some.TinyNetwork, 2);
        // Five of the scores build a network.
        Assert.Equal(before, Living.Tensors(parametersMade: 5 * Some.TinyParameters));
    }
}
