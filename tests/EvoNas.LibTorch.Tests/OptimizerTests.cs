using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace EvoNas.LibTorch.Tests;

// Steps by hand: one weight, whose gradient in step t is given.
public sealed class OptimizerTests : IDisposable
{
    static readonly double[] Gradients = [1, -2, 0.5];
    readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Theory]
    [InlineData(0, 0, 0, false, false)]
    [InlineData(0, 0, 0.1, false, false)]
    [InlineData(0.9, 0, 0, false, false)]
    [InlineData(0.9, 0, 0.1, false, false)]
    [InlineData(0.9, 0.3, 0.1, false, false)]
    [InlineData(0.9, 0, 0.1, true, false)]
    [InlineData(0.9, 0.3, 0.1, false, true)]
    public void SgdFollowsItsFormula(double momentum, double dampening, double decay, bool nesterov, bool maximize)
    {
        double? velocity = null;
        Follows(
            p => optim.SGD([p], 0.1, momentum, dampening, decay, nesterov, maximize),
            (p, g, _) =>
            {
                g = (maximize ? -g : g) + decay * p;
                if (momentum != 0)
                {
                    velocity = velocity is { } v ? momentum * v + (1 - dampening) * g : g;
                    g = nesterov ? g + momentum * velocity.Value : velocity.Value;
                }

                return p - 0.1 * g;
            }
        );
    }

    [Theory]
    [InlineData(0, false, 0)]
    [InlineData(0.9, false, 0.1)]
    [InlineData(0, true, 0.1)]
    [InlineData(0.9, true, 0)]
    public void RmsPropFollowsItsFormula(double momentum, bool centered, double decay)
    {
        double square = 0,
            mean = 0,
            velocity = 0;
        Follows(
            p => optim.RMSProp([p], 0.1, alpha: 0.9, eps: 1e-3, decay, momentum, centered),
            (p, g, _) =>
            {
                g += decay * p;
                square = 0.9 * square + 0.1 * g * g;
                mean = 0.9 * mean + 0.1 * g;
                var root = Math.Sqrt(centered ? square - mean * mean : square) + 1e-3;
                velocity = momentum * velocity + g / root;
                return p - 0.1 * velocity;
            }
        );
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(0.1, false)]
    [InlineData(0.1, true)]
    public void AdamWFollowsItsFormula(double decay, bool amsgrad)
    {
        double mean = 0,
            square = 0,
            greatest = 0;
        Follows(
            p => optim.AdamW([p], 0.1, 0.8, 0.9, 1e-3, decay, amsgrad),
            (p, g, t) =>
            {
                mean = 0.8 * mean + 0.2 * g;
                square = 0.9 * square + 0.1 * g * g;
                greatest = Math.Max(greatest, square);
                var root = Math.Sqrt((amsgrad ? greatest : square) / (1 - Math.Pow(0.9, t))) + 1e-3;
                return p * (1 - 0.1 * decay) - 0.1 * mean / (1 - Math.Pow(0.8, t)) / root;
            }
        );
    }

    [Fact]
    public void GroupsHaveTheirOwnSettingsAndLearningRatesCanBeSet()
    {
        var (a, b) = (new Parameter(ones(1)), new Parameter(ones(1)));
        using var optimizer = optim.SGD(
            [
                new SGD.ParamGroup([a], new SGD.Options { weight_decay = 0 }),
                new SGD.ParamGroup([b], new SGD.Options { LearningRate = 0.5 }),
            ],
            0.1,
            weight_decay: 1
        );
        Assert.Equal([0.1, 0.5], optimizer.ParamGroups.Select(g => g.LearningRate));
        Assert.Equal([0.1, 0.5], optimizer.ParamGroups.Select(g => g.InitialLearningRate));
        foreach (var group in optimizer.ParamGroups)
            group.LearningRate *= 2;
        (a + b).sum().backward();
        optimizer.step();
        Assert.Equal(0.8f, a.item<float>(), 6);
        Assert.Equal(-1f, b.item<float>(), 6);
        Assert.Equal(2, optimizer.parameters().Count());
    }

    [Fact]
    public void ParametersWithoutAGradientAreLeft()
    {
        var (a, b) = (new Parameter(ones(1)), new Parameter(ones(1)));
        using var optimizer = optim.SGD([a, b], 0.1, momentum: 0.5, dampening: 0.5);
        optimizer.step();
        a.sum().backward();
        optimizer.step();
        Assert.Equal((0.9f, 1f), (a.item<float>(), b.item<float>()));
        (a + b).sum().backward();
        optimizer.step();
        Assert.Equal(0.9f - 0.1f * (0.5f + 0.5f * 2), a.item<float>(), 6);
        Assert.Equal(0.9f, b.item<float>(), 6);
        optimizer.zero_grad();
        Assert.Null(a.grad);
        Assert.Null(b.grad);
    }

    [Fact]
    public void ClippingScalesAllGradientsTogether()
    {
        var (a, b) = (new Parameter(zeros(1)), new Parameter(zeros(2)));
        (a * 2).sum().backward();
        (b * tensor(new[] { 3f, 6 })).sum().backward();
        Assert.Equal(7, nn.utils.clip_grad_norm_([a, b], 3.5), 5);
        Assert.Equal(1f, a.grad!.item<float>(), 5);
        Assert.Equal([1.5f, 3], b.grad!.data<float>().Select(v => MathF.Round(v, 5)));
        Assert.Equal(3.5, nn.utils.clip_grad_norm_([a, b], 100), 5);
        Assert.Equal(1f, a.grad!.item<float>(), 5);
        Assert.Equal(0, nn.utils.clip_grad_norm_([new Parameter(zeros(1))], 1));
    }

    [Fact]
    public void WrongSettingsAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => optim.SGD(Array.Empty<Parameter>(), -1));
        Assert.Throws<ArgumentException>(() => optim.SGD(Array.Empty<Parameter>(), 0.1, nesterov: true));
        Assert.Throws<ArgumentOutOfRangeException>(() => optim.AdamW(Array.Empty<Parameter>(), beta1: 1));
    }

    [Fact]
    public void AClosuresLossComesBack()
    {
        var a = new Parameter(ones(1));
        using var optimizer = optim.SGD([a], 0.1);
        var loss = optimizer.step(() =>
        {
            var squared = (a * a).sum();
            squared.backward();
            return squared;
        });
        Assert.Equal(1f, loss!.item<float>());
        Assert.Equal(0.8f, a.item<float>(), 6);
    }

    static void Follows(Func<Parameter, optim.Optimizer> make, Func<double, double, int, double> formula)
    {
        var parameter = new Parameter(tensor(new[] { 2.0 }));
        using var optimizer = make(parameter);
        var expected = 2.0;
        for (var t = 1; t <= Gradients.Length; t++)
        {
            parameter.grad = tensor(new[] { Gradients[t - 1] });
            expected = formula(expected, Gradients[t - 1], t);
            optimizer.step();
            Assert.Equal(expected, parameter.item<double>(), 12);
        }
    }
}
