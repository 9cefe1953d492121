using System.Text.Json.Nodes;
using EvoNas.Networks;
using EvoNas.Tasks.Volumes;
using EvoNas.Torch.Modules;
using EvoNas.Torch.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Tests.Volumes;

public class VolumeLossTests
{
    static readonly JsonObject _oracle = Oracle.Read("volumes");

    [Fact]
    public void DiceIsThatOfMonai()
    {
        using var scope = NewDisposeScope();
        var dice = _oracle["dice_loss"]!;
        var (x, y) = (Tensor(dice["x"]!), Tensor(dice["y"]!));
        Assert.Equal((double)dice["sigmoid_squared"]!, DiceLoss.Of(x.sigmoid(), y, squared: true).item<double>(), 1e-9);
        Assert.Equal((double)dice["sigmoid_plain"]!, DiceLoss.Of(x.sigmoid(), y, squared: false).item<double>(), 1e-9);
        Assert.Equal((double)dice["softmax_plain"]!, DiceLoss.Of(x.softmax(1), y, squared: false).item<double>(), 1e-9);
    }

    [Theory]
    [InlineData(0, "after")]
    [InlineData(0.01, "after_with_weight_decay_0_01")]
    public void NovogradIsThatOfMonai(double decay, string field)
    {
        var steps = _oracle["novograd"]![field]!.AsArray();
        var found = Steps(
            new()
            {
                Optimizer = OptimizerKind.Novograd,
                SquareDecay = 0.98,
                WeightDecay = decay,
                Epochs = 1,
            }
        );
        for (var i = 0; i < steps.Count; i++)
        for (var j = 0; j < 3; j++)
            Assert.Equal(steps[i]!.Numbers()[j], found[i][j], 1e-6);
    }

    [Theory]
    [InlineData(OptimizerKind.Adam, false)]
    [InlineData(OptimizerKind.AmsGrad, true)]
    public void AdamIsThatOfTorch(OptimizerKind kind, bool amsgrad)
    {
        using var scope = NewDisposeScope();
        var weights = new Parameter(tensor(_oracle["novograd"]!["start"]!.Numbers()));
        using var torch = optim.Adam([weights], 0.01, weight_decay: 0.01, amsgrad: amsgrad);
        var found = Steps(
            new()
            {
                Optimizer = kind,
                SquareDecay = 0.999,
                WeightDecay = 0.01,
                Epochs = 1,
            }
        );
        var gradients = _oracle["novograd"]!["gradients"]!.AsArray();
        for (var i = 0; i < gradients.Count; i++)
        {
            weights.grad = tensor(gradients[i]!.Numbers());
            torch.step();
            for (var j = 0; j < 3; j++)
                Assert.Equal(weights[j].item<double>(), found[i][j], 1e-6);
        }
    }

    [Fact]
    public void EachTensorOfWeightsHasANormOfItsOwn()
    {
        // Two kernels and a bias; ten times the gradient of one of them is the same step.
        var x = Node.Input(Shape.Of(1, 4, 4)).Conv(3, 1, bias: true).Conv(2, 3);
        var settings = new TrainingSettings
        {
            Optimizer = OptimizerKind.Novograd,
            WeightDecay = 0,
            Epochs = 1,
        };
        Assert.Equal(After(1), After(10), (one, other) => Math.Abs(one - other) < 1e-6);

        float[] After(double factor)
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            using var memory = new WeightMemory(Network.Of(x), Initialization.Kaiming, CPU);
            using var descent = new Descent(memory, settings);
            memory.Values.fill_(0);
            foreach (var (i, place) in memory.Places.Index())
                memory
                    .Gradients.narrow(0, place.Offset, place.Count)
                    .copy_(arange(1, place.Count + 1) * (i == 1 ? factor : 1));
            descent.Step(0.1);
            return memory.Values.data<float>().ToArray();
        }
    }

    [Theory]
    [InlineData(DiceKind.Softmax)]
    [InlineData(DiceKind.Sigmoid)]
    public void PartsOfABatchAddUpToTheBatch(DiceKind kind)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(1);
        var channels = kind == DiceKind.Softmax ? 3 : 2;
        var (logits, truth) = (randn([4, channels, 3, 4, 5]), randint(0, 3, [4, 3, 4, 5], ScalarType.Int64));
        var weights = kind == DiceKind.Softmax ? (float[])[0.3f, 1, 2] : null;
        using var head = new VolumeHead(3, kind, weights, 0, measuresSurfaces: false, CPU);
        var targets = head.Targets([truth]);
        var whole = head.Loss([logits], targets, 1).item<float>();
        var sum = 0f;
        foreach (var (from, count) in ((int, int)[])[(0, 1), (1, 3)])
            sum += head.Loss(
                    [logits.narrow(0, from, count)],
                    Array.ConvertAll(targets, target => target.narrow(0, from, count)),
                    count / 4.0
                )
                .item<float>();
        Assert.Equal(whole, sum, 1e-5);
        Assert.True(head.Loss([Perfect(truth, channels)], targets, 1).item<float>() < 1e-2);
    }

    // Sure of the truth.
    static Tensor Perfect(Tensor truth, int channels) =>
        nn.functional.one_hot(truth, 3).permute(0, 4, 1, 2, 3).narrow(1, 3 - channels, channels).to(ScalarType.Float32)
            * 40
        - 20;

    static double[][] Steps(TrainingSettings settings)
    {
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        using var memory = new WeightMemory(
            Network.Of(Node.Input(Shape.Of(1, 1, 1)).Conv(3, 1)),
            Initialization.Kaiming,
            CPU
        );
        using var descent = new Descent(memory, settings);
        var values = memory.Values.narrow(0, 0, 3);
        values.copy_(tensor(_oracle["novograd"]!["start"]!.Numbers()));
        var after = new List<double[]>();
        foreach (var gradient in _oracle["novograd"]!["gradients"]!.AsArray())
        {
            memory.Gradients.narrow(0, 0, 3).copy_(tensor(gradient!.Numbers()));
            descent.Step(0.01);
            after.Add(Array.ConvertAll(values.clone().data<float>().ToArray(), one => (double)one));
        }
        return [.. after];
    }

    static Tensor Tensor(JsonNode node)
    {
        var shape = new List<long>();
        for (var at = node; at is JsonArray list; at = list[0]!)
            shape.Add(list.Count);
        return tensor(Flat(node).ToArray(), [.. shape]);
    }

    static IEnumerable<double> Flat(JsonNode node) =>
        node is JsonArray list ? list.SelectMany(part => Flat(part!)) : [(double)node];
}
