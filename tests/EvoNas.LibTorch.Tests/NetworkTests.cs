using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace EvoNas.LibTorch.Tests;

public sealed class NetworkTests : IDisposable
{
    readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    // Convolution, normalization, depthwise convolution, pooling, linear: in doubles, so that differences are exact
    // enough.
    sealed class Small : Module<Tensor, Tensor>
    {
        readonly Parameter _first = new(randn(4, 2, 3, 3, float64));
        readonly Parameter _depthwise = new(randn(4, 1, 3, 3, float64));
        readonly Parameter _scale = new(ones(4, float64));
        readonly Parameter _shift = new(zeros(4, float64));
        readonly Parameter _last = new(randn(3, 4, float64));
        readonly Tensor _mean = zeros(4, float64);
        readonly Tensor _variance = ones(4, float64);

        internal Small()
            : base("small") => RegisterComponents();

        public override Tensor forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            x = functional.conv2d(x, _first, strides: [2, 2], padding: [1, 1]);
            x = functional.batch_norm(x, _mean, _variance, _scale, _shift, training);
            x = functional.silu(x);
            x = x + functional.conv2d(x, _depthwise, padding: [1, 1], groups: 4);
            x = functional.adaptive_avg_pool2d(functional.avg_pool2d(x, 2), 1);
            return functional.linear(x.flatten(1), _last).MoveToOuterDisposeScope();
        }
    }

    [Fact]
    public void GradientsAreTheFiniteDifferences()
    {
        manual_seed(1);
        using var model = new Small();
        var images = randn(5, 2, 8, 8, float64);
        var labels = tensor(new[] { 0L, 1, 2, 1, 0 });
        Loss().backward();
        const double step = 1e-5;
        foreach (var (name, parameter) in model.named_parameters())
        {
            var gradient = parameter.grad!.data<double>();
            using var _ = no_grad();
            for (var i = 0L; i < parameter.numel(); i += 5)
            {
                var elements = parameter.data<double>();
                var kept = parameter.flatten()[i].item<double>();
                parameter.flatten()[i] = tensor(kept + step);
                var above = Loss().item<double>();
                parameter.flatten()[i] = tensor(kept - step);
                var below = Loss().item<double>();
                parameter.flatten()[i] = tensor(kept);
                Assert.True(Math.Abs((above - below) / (2 * step) - gradient.ToArray()[i]) < 1e-7, $"{name}[{i}]");
            }
        }

        Tensor Loss() => functional.cross_entropy(model.call(images), labels, label_smoothing: 0.1);
    }

    [Fact]
    public void AModuleNamesMovesAndFreesItsParts()
    {
        var before = Tensor.TotalCount;
        var model = new Small();
        Assert.Equal(
            ["_first", "_depthwise", "_scale", "_shift", "_last"],
            model.named_parameters().Select(p => p.name)
        );
        Assert.Equal(["_mean", "_variance"], model.named_buffers().Select(b => b.name));
        Assert.Equal(7, model.state_dict().Count);
        var first = model.parameters().First();
        model.to(float32);
        Assert.Same(first, model.parameters().First());
        Assert.All(model.state_dict().Values, t => Assert.Equal(float32, t.dtype));
        Assert.True(first.requires_grad && first.is_leaf);
        model.eval();
        Assert.False(model.training);
        model.Dispose();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void AStateDictionaryCopiesOneModelIntoAnother()
    {
        using Small one = new(),
            other = new();
        other.load_state_dict(one.state_dict());
        var x = randn(2, 2, 8, 8, float64);
        Assert.True(one.call(x).allclose(other.call(x)));
        var few = one.state_dict();
        few.Remove("_last");
        Assert.Contains(
            "missing [_last]",
            Assert.Throws<InvalidOperationException>(() => other.load_state_dict(few)).Message
        );
    }

    [Fact]
    public void TheSameSeedTrainsTheSameBits()
    {
        Assert.Equal(Train(7), Train(7));
        Assert.NotEqual(Train(7), Train(8));

        static float[] Train(long seed)
        {
            using var scope = NewDisposeScope();
            manual_seed(seed);
            using var model = new Small().to(float32);
            using var optimizer = optim.SGD(model.parameters(), 0.1, momentum: 0.9, weight_decay: 1e-4);
            for (var i = 0; i < 5; i++)
            {
                using var step = NewDisposeScope();
                optimizer.zero_grad();
                functional.cross_entropy(model.call(functional.dropout(randn(8, 2, 8, 8))), randint(3, [8])).backward();
                optimizer.step();
            }

            return [.. model.parameters().SelectMany(p => p.data<float>().ToArray())];
        }
    }

    [Fact]
    public void WithoutGradNothingIsRecorded()
    {
        var weight = new Parameter(ones(2));
        using (no_grad())
        {
            Assert.False(is_grad_enabled());
            Assert.False((weight * 2).requires_grad);
            using (enable_grad())
                Assert.True((weight * 2).requires_grad);
        }

        Assert.True(is_grad_enabled());
        using (inference_mode())
            Assert.True(is_inference_mode_enabled() && !(weight * 2).requires_grad);
        Assert.False(is_inference_mode_enabled());
        (weight * 3).sum().backward();
        Assert.Equal([3f, 3], weight.grad!.data<float>().ToArray());
        (weight * 3).backward([tensor(new[] { 1f, 2 })]);
        Assert.Equal([6f, 9], weight.grad!.data<float>().ToArray());
        weight.grad = null;
        Assert.Null(weight.grad);
        Assert.False((weight * 2).detach().requires_grad);
    }

    [Fact]
    public void AutocastComputesProductsInBrainFloat()
    {
        Tensor a = randn(4, 4),
            b = new Parameter(randn(4, 4));
        using (LibTorchExtras.autocast(DeviceType.CPU))
        {
            Assert.Equal(bfloat16, a.matmul(b).dtype);
            Assert.Equal(bfloat16, functional.conv2d(randn(1, 2, 4, 4), randn(3, 2, 3, 3)).dtype);
            using (LibTorchExtras.autocast(DeviceType.CPU, enabled: false))
                Assert.Equal(float32, a.matmul(b).dtype);
            Assert.Equal(bfloat16, a.matmul(b).dtype);
            a.matmul(b).@float().sum().backward();
        }

        Assert.Equal(float32, a.matmul(b).dtype);
        Assert.Equal(float32, b.grad!.dtype);
        Assert.Throws<ArgumentException>(() => LibTorchExtras.autocast(DeviceType.CPU, float16));
    }

    [Fact]
    public void ChannelsLastStaysThroughConvolutions()
    {
        using var model = new Small().to(float32).to_channels_last();
        Assert.True(model.parameters().First().is_channels_last());
        var x = randn(2, 2, 8, 8);
        var y = functional.conv2d(x.to_memory_format(memory_format.channels_last), model.parameters().First());
        Assert.True(y.is_channels_last());
        Assert.True(functional.relu(y).is_channels_last());
        Assert.True(functional.conv2d(x, model.parameters().First()).allclose(y, atol: 1e-5));
    }

    [Fact]
    public void DeterministicModeIsTheProcesss()
    {
        LibTorchExtras.use_deterministic_algorithms(true);
        Assert.True(LibTorchExtras.are_deterministic_algorithms_enabled());
        LibTorchExtras.use_deterministic_algorithms(false);
        Assert.False(LibTorchExtras.are_deterministic_algorithms_enabled());
    }

    [Fact]
    public void WithoutAGpuCudaSaysSo()
    {
        if (cuda.is_available())
            return;
        Assert.Equal(0, cuda.device_count());
        Assert.Throws<LibTorchException>(() => zeros(1, device: CUDA));
    }

    [Fact]
    public void ANewThreadMayUseAsManyThreadsAsTheProcessWasTold()
    {
        var count = 0;
        var thread = new Thread(() => count = get_num_threads());
        thread.Start();
        thread.Join();
        Assert.Equal((1, 1), (get_num_threads(), count));
    }

    [Fact]
    public void ThreadsTrainBesideEachOther()
    {
        var failures = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        var threads = Enumerable
            .Range(0, 4)
            .Select(n => new Thread(() =>
            {
                try
                {
                    using var scope = NewDisposeScope();
                    var weight = new Parameter(full([3], (float)n));
                    for (var i = 0; i < 50; i++)
                    {
                        using var step = NewDisposeScope();
                        weight.grad = null;
                        (weight * weight).sum().backward();
                        Assert.Equal(2f * n, weight.grad!.data<float>()[0]);
                    }
                }
                catch (Exception e)
                {
                    failures.Enqueue(e);
                }
            }))
            .ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Assert.Empty(failures);
    }
}
