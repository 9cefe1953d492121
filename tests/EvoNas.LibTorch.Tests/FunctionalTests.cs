using TorchSharp;
using static EvoNas.LibTorch.Tests.TensorTests;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace EvoNas.LibTorch.Tests;

public sealed class FunctionalTests : IDisposable
{
    readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void ConvolutionsSlideTheirKernels()
    {
        var line = tensor(new[] { 1f, 2, 3, 4 }, [1, 1, 4]);
        var kernel = tensor(new[] { 1f, 10 }, [1, 1, 2]);
        Assert.Equal([21f, 32, 43], Elements(functional.conv1d(line, kernel)));
        Assert.Equal([21f, 43], Elements(functional.conv1d(line, kernel, stride: 2)));
        Assert.Equal([10f, 21, 32, 43, 4], Elements(functional.conv1d(line, kernel, padding: 1)));
        Assert.Equal([32f, 43], Elements(functional.conv1d(line, kernel, tensor(new[] { 1f }), dilation: 2)));
        var square = arange(1, 10).to(float32).reshape(1, 1, 3, 3);
        Assert.Equal([12f, 16, 24, 28], Elements(functional.conv2d(square, ones(1, 1, 2, 2))));
        Assert.Equal([45f, 90], Elements(functional.conv2d(cat([square, square * 2], 1), ones(2, 1, 3, 3), groups: 2)));
        Assert.Equal([2f], Elements(functional.conv3d(ones([1, 1, 1, 1, 2]), ones([1, 1, 1, 1, 2]))));
        Assert.Equal([1f, 12, 23, 34, 40], Elements(functional.conv_transpose1d(line, kernel)));
        Assert.Equal([1, 1, 7, 7], functional.conv_transpose2d(square, ones(1, 1, 3, 3), strides: [2, 2]).shape);
        Assert.Equal([1, 1, 3, 3, 3], functional.conv_transpose3d(ones([1, 1, 2, 2, 2]), ones([1, 1, 2, 2, 2])).shape);
    }

    [Fact]
    public void PoolingTakesTheGreatestOrTheMean()
    {
        var square = arange(1, 17).to(float32).reshape(1, 1, 4, 4);
        Assert.Equal([6f, 8, 14, 16], Elements(functional.max_pool2d(square, 2)));
        Assert.Equal([3.5f, 5.5f, 11.5f, 13.5f], Elements(functional.avg_pool2d(square, 2)));
        Assert.Equal([8.5f], Elements(functional.adaptive_avg_pool2d(square, 1)));
        Assert.Equal([1, 1, 2, 3], functional.adaptive_avg_pool2d(square, [2, 3]).shape);
        Assert.Equal([2f, 4], Elements(functional.max_pool1d(square[0, 0, 0].reshape(1, 1, 4), 2)));
        Assert.Equal([1.5f, 3.5f], Elements(functional.avg_pool1d(square[0, 0, 0].reshape(1, 1, 4), 2)));
        Assert.Equal([16f], Elements(functional.max_pool3d(square.unsqueeze(0), [1, 4, 4])));
        Assert.Equal([8.5f], Elements(functional.avg_pool3d(square.unsqueeze(0), [1, 4, 4])));
        Assert.Equal(
            [2.5f, 6.5f],
            Elements(functional.adaptive_avg_pool1d(square.flatten(1).narrow(1, 0, 8).unsqueeze(1), 2))
        );
        Assert.Equal([1, 1, 1, 1, 1], functional.adaptive_avg_pool3d(square.unsqueeze(0), 1).shape);
    }

    [Fact]
    public void ActivationsHaveTheirFormulas()
    {
        var x = tensor(new[] { -4f, -1, 0, 2, 8 });
        Assert.Equal([0f, 0, 0, 2, 8], Elements(functional.relu(x)));
        Assert.Equal([0f, 0, 0, 2, 6], Elements(functional.relu6(x)));
        Assert.Equal([0f, -1f / 3, 0, 5f / 3, 8], Elements(functional.hardswish(x)));
        Assert.Equal([0f, 1f / 3, 0.5f, 5f / 6, 1], Elements(functional.hardsigmoid(x)));
        Assert.Equal([-0.4f, -0.1f, 0, 2, 8], Elements(functional.leaky_relu(x, 0.1)));
        Assert.Equal([-1f, -1, 0, 1, 1], Elements(functional.hardtanh(x)));
        Close(v => v / (1 + Math.Exp(-v)), functional.silu(x));
        Close(v => 1 / (1 + Math.Exp(-v)), functional.sigmoid(x));
        Close(Math.Tanh, functional.tanh(x));
        Close(v => v > 0 ? v : Math.Exp(v) - 1, functional.elu(x, 1.0));
        Close(v => v * Math.Tanh(Math.Log(1 + Math.Exp(v))), functional.mish(x));
        Close(v => Math.Log(1 + Math.Exp(v)), functional.softplus(x));
        Assert.Equal(0.8413447f * 1, functional.gelu(tensor(new[] { 1f })).item<float>(), 5);
        Assert.Equal(1f, functional.softmax(x, 0).sum().item<float>(), 6);
        Assert.Same(x, functional.relu(x, inplace: true));

        void Close(Func<double, double> formula, Tensor result)
        {
            foreach (var (given, got) in new[] { -4f, -1, 0, 2, 8 }.Zip(Elements(result)))
                Assert.Equal(formula(given), got, 5);
        }
    }

    [Fact]
    public void NormalizationCentersAndScales()
    {
        var x = tensor(new[] { 1f, 3, 5, 7 }, [2, 2]);
        Tensor mean = zeros(2),
            variance = ones(2);
        Assert.Equal([-1f, -1, 1, 1], Rounded(functional.batch_norm(x, mean, variance, training: true)));
        Assert.Equal([0.3f, 0.5f], Rounded(mean, 4));
        Assert.Equal([1.7f, 1.7f], Rounded(variance, 4));
        Assert.Equal([-1f, 1, -1, 1], Rounded(functional.layer_norm(x, [2])));
        Assert.Equal([-1f, 1, -1, 1], Rounded(functional.group_norm(x.unsqueeze(2), 1).squeeze(2)));
        Assert.Equal([0.6f, 0.8f], Rounded(functional.normalize(tensor(new[] { 3f, 4 }, [1, 2])), 4));
    }

    [Fact]
    public void DropoutKeepsTheMeanInTrainingAndEverythingElsewhere()
    {
        manual_seed(3);
        var x = ones(1, 50, 10, 10);
        Assert.Equal(Elements(x), Elements(functional.dropout(x, 0.5, training: false)));
        var dropped = functional.dropout(x, 0.5);
        Assert.Equal([0f, 2], Elements(dropped).Distinct().Order());
        Assert.InRange(dropped.mean().item<float>(), 0.9, 1.1);
        var channels = functional.dropout2d(x, 0.5).sum([0, 2, 3]);
        Assert.Equal([0f, 200], Elements(channels).Distinct().Order());
    }

    [Fact]
    public void CrossEntropySmoothsLabelsAndIgnoresAnIndex()
    {
        var logits = tensor(new[] { 2f, 0, 0, 0, 2, 0 }, [2, 3]);
        var right = -Math.Log(Math.Exp(2) / (Math.Exp(2) + 2));
        var wrong = right + 2;
        Assert.Equal(right, functional.cross_entropy(logits, tensor(new[] { 0L, 1 })).item<float>(), 5);
        Assert.Equal((right + wrong) / 2, functional.cross_entropy(logits, tensor(new[] { 0L, 2 })).item<float>(), 5);
        Assert.Equal(right, functional.cross_entropy(logits, tensor(new[] { 0L, -100 })).item<float>(), 5);
        Assert.Equal(
            0.7 * right + 0.1 * (right + 2 * wrong),
            functional.cross_entropy(logits, tensor(new[] { 0L, 1 }), label_smoothing: 0.3).item<float>(),
            5
        );
        Assert.Equal(
            2 * right,
            functional.cross_entropy(logits, tensor(new[] { 0L, 1 }), reduction: Reduction.Sum).item<float>(),
            5
        );
        Assert.Equal(
            right,
            functional.nll_loss(functional.log_softmax(logits, 1), tensor(new[] { 0L, 1 })).item<float>(),
            5
        );
        var (one, three) = (tensor(new[] { 1f }), tensor(new[] { 3f }));
        Assert.Equal(4f, functional.mse_loss(one, three).item<float>());
        Assert.Equal(2f, functional.l1_loss(one, three).item<float>());
        Assert.Equal(1.5f, functional.smooth_l1_loss(one, three).item<float>());
        Assert.Equal(
            Math.Log(1 + Math.Exp(-1)),
            functional.binary_cross_entropy_with_logits(one, one).item<float>(),
            5
        );
    }

    [Fact]
    public void ImagesAreResizedPaddedAndSampled()
    {
        var x = tensor(new[] { 1f, 2, 3, 4 }, [1, 1, 2, 2]);
        Assert.Equal([1f, 1, 2, 2], Elements(functional.interpolate(x, [4, 4])).Take(4));
        Assert.Equal(
            [1, 1, 3, 3],
            functional.interpolate(x, scale_factor: [1.5, 1.5], mode: InterpolationMode.Bilinear).shape
        );
        Assert.Equal(
            [1f, 1.5f, 2, 2, 2.5f, 3, 3, 3.5f, 4],
            Elements(functional.interpolate(x, [3, 3], mode: InterpolationMode.Bilinear, align_corners: true))
        );
        Assert.Throws<ArgumentException>(() => functional.interpolate(x));
        Assert.Equal([0f, 1, 2, 0], Elements(functional.pad(x, (1, 1))).Take(4));
        Assert.Equal([1, 1, 4, 3], functional.pad(x, (0, 1, 1, 1)).shape);
        Assert.Equal([2f, 1, 2, 1], Elements(functional.pad(x, [1, 1, 0, 0], PaddingModes.Reflect)).Take(4));
        var grid = functional.affine_grid(tensor(new[] { -1f, 0, 0, 0, 1, 0 }, [1, 2, 3]), [1, 1, 2, 2]);
        Assert.Equal(
            [2f, 1, 4, 3],
            Elements(functional.grid_sample(x, grid, padding_mode: GridSamplePaddingMode.Border))
        );
        Assert.Equal([0L, 1, 0], functional.one_hot(tensor(1L), 3).data<long>().ToArray());
        Assert.Equal([3f, 4], Elements(functional.embedding(tensor(new[] { 1L }), x[0, 0])));
    }

    [Fact]
    public void FirstValuesHaveTheirDeviations()
    {
        manual_seed(5);
        var w = empty(200, 50, 3, 3);
        Assert.Equal(
            Math.Sqrt(2.0 / 450),
            init.kaiming_normal_(w, nonlinearity: init.NonlinearityType.ReLU).std().item<float>(),
            0.001
        );
        Assert.Equal(
            Math.Sqrt(2.0 / 1800),
            init.kaiming_normal_(w, mode: init.FanInOut.FanOut).std().item<float>(),
            0.001
        );
        Assert.InRange(
            init.kaiming_uniform_(w).abs().max().item<float>(),
            Math.Sqrt(6.0 / 450) * 0.99,
            Math.Sqrt(6.0 / 450)
        );
        Assert.Equal(Math.Sqrt(2.0 / 2250), init.xavier_normal_(w).std().item<float>(), 0.001);
        Assert.InRange(init.trunc_normal_(w, std: 0.02, a: -0.03, b: 0.03).abs().max().item<float>(), 0.0299, 0.03);
        Assert.Equal([1f, 1], Elements(init.ones_(empty(2))));
        Assert.Throws<ArgumentException>(() => init.kaiming_normal_(empty(2)));
    }

    static float[] Rounded(Tensor t, int digits = 3) => [.. Elements(t).Select(v => MathF.Round(v, digits))];
}
