using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.LibTorch.Tests;

public sealed class TensorTests : IDisposable
{
    readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void ATensorOfAnArrayHasItsShapeTypeAndElements()
    {
        var t = tensor(new[] { 1f, 2, 3, 4, 5, 6 }, [2, 3]);
        Assert.Equal([2, 3], t.shape);
        Assert.Equal(ScalarType.Float32, t.dtype);
        Assert.Equal(6, t.numel());
        Assert.Equal(4, t.element_size());
        Assert.Equal(6f, t[1, 2].item<float>());
        Assert.Equal([1f, 2, 3, 4, 5, 6], t.data<float>().ToArray());
        Assert.Equal("[2x3], type = Float32, device = cpu", t.ToString());
    }

    [Fact]
    public void ArithmeticBroadcastsAndTakesNumbersOnBothSides()
    {
        var a = tensor(new[] { 1f, 2, 3, 4 }, [2, 2]);
        var b = tensor(new[] { 10f, 20 });
        Assert.Equal([11f, 22, 13, 24], Elements(a + b));
        Assert.Equal([-9f, -18, -7, -16], Elements(a - b));
        Assert.Equal([10f, 40, 30, 80], Elements(a * b));
        Assert.Equal([0.1f, 0.1f, 0.3f, 0.2f], Elements(a / b));
        Assert.Equal([9f, 8, 7, 6], Elements(10 - a));
        Assert.Equal([12f, 6, 4, 3], Elements(12 / a));
        Assert.Equal([1f, 0, 1, 0], Elements(a % 2));
        Assert.Equal([-1f, -2, -3, -4], Elements(-a));
        Assert.Equal([1f, 4, 9, 16], Elements(a.pow(2)));
        Assert.Equal([21f, 42, 23, 44], Elements(a.add(b, alpha: 2)));
    }

    [Fact]
    public void MethodsWithAnUnderscoreWriteInPlaceAndReturnTheSameObject()
    {
        var a = tensor(new[] { 1f, 2 });
        Assert.Same(a, a.add_(1).mul_(3).sub_(tensor(new[] { 1f, 1 })).div_(5));
        Assert.Equal([1f, 1.6f], Elements(a));
        a.zero_();
        Assert.Equal([0f, 0], Elements(a));
        a.fill_(7).clamp_(max: 5);
        Assert.Equal([5f, 5], Elements(a));
    }

    [Fact]
    public void MatrixProductsAreTheTextbooks()
    {
        var a = tensor(new[] { 1f, 2, 3, 4, 5, 6 }, [2, 3]);
        var b = tensor(new[] { 1f, 0, 2, 1, 0, 3 }, [3, 2]);
        Assert.Equal([5f, 11, 14, 23], Elements(a.matmul(b)));
        Assert.Equal([5f, 11, 14, 23], Elements(a.unsqueeze(0).bmm(b.unsqueeze(0))));
        Assert.Equal(32f, tensor(new[] { 1f, 2, 3 }).dot(tensor(new[] { 4f, 5, 6 })).item<float>());
    }

    [Fact]
    public void ReductionsGoOverAllOrOverDimensions()
    {
        var a = tensor(new[] { 3f, 1, 2, 6, 5, 4 }, [2, 3]);
        Assert.Equal(21f, a.sum().item<float>());
        Assert.Equal([6f, 15], Elements(a.sum(1)));
        Assert.Equal([4.5f, 3, 3], Elements(a.mean([0])));
        Assert.Equal([2, 1], a.mean([1], keepdim: true).shape);
        Assert.Equal(3L, a.argmax().item<long>());
        Assert.Equal([0L, 0], a.argmax(1).data<long>().ToArray());
        Assert.Equal(1f, a.min().item<float>());
        var (values, indexes) = a.topk(2, 1);
        Assert.Equal([3f, 2, 6, 5], Elements(values));
        Assert.Equal([0L, 2, 0, 1], indexes.data<long>().ToArray());
        Assert.Equal([3f, 4, 6, 6, 11, 15], Elements(a.cumsum(1)));
        Assert.Equal(MathF.Sqrt(91), a.norm().item<float>(), 5);
        Assert.Equal(3.5, a.var().item<float>(), 5);
        Assert.Equal([1f, 2, 3], Elements(a[0].sort().Values));
    }

    [Fact]
    public void ComparisonsGiveTruths()
    {
        var a = tensor(new[] { 1f, 2, 3 });
        Assert.Equal([false, true, true], (a >= 2).data<bool>().ToArray());
        Assert.Equal([true, false, false], (a == tensor(new[] { 1f, 0, 0 })).data<bool>().ToArray());
        Assert.True((a > 0).all().item<bool>());
        Assert.False((a > 3).any().item<bool>());
        Assert.Equal([1f, 0, 0], Elements(a.where(a < 2, zeros(3))));
        var wild = tensor(new[] { 1f, float.NaN, float.PositiveInfinity });
        Assert.Equal([true, false, false], wild.isfinite().data<bool>().ToArray());
        Assert.Equal([false, true, false], wild.isnan().data<bool>().ToArray());
        Assert.True(a.allclose(a + 1e-7));
    }

    [Fact]
    public void ShapesAreViewsUntilTheyMustBeCopies()
    {
        var a = arange(24).reshape(2, 3, 4);
        Assert.Equal([3, 2, 4], a.permute(1, 0, 2).shape);
        Assert.Equal([2, 12], a.flatten(1).shape);
        Assert.Equal([2, 3, 2, 2], a.unflatten(2, 2, 2).shape);
        Assert.Equal([2, 1, 3, 4], a.unsqueeze(1).shape);
        Assert.Equal([2, 3, 4], a.unsqueeze(1).squeeze(1).shape);
        Assert.Equal([5, 2, 3, 4], a.expand(5, -1, -1, -1).shape);
        Assert.False(a.transpose(0, 2).is_contiguous());
        Assert.True(a.transpose(0, 2).contiguous().is_contiguous());
        Assert.Equal([3L, 2, 1, 0], a[0, 0].flip(0).data<long>().ToArray());
        Assert.Equal([3L, 0, 1, 2], a[0, 0].roll(1, 0).data<long>().ToArray());
        Assert.Equal(
            [0L, 12, 4, 16],
            a.transpose(0, 1)[TensorIndex.Slice(0, 2), TensorIndex.Colon, 0].data<long>().ToArray()
        );
        Assert.Equal([2L, 2, 0], a.split(2, 2).Select(t => t.shape[2]).Append(0).ToArray());
        Assert.Equal(2, a.unbind().Length);
        Assert.Equal([4, 3, 4], cat([a, a]).shape);
        Assert.Equal([2, 2, 3, 4], stack([a, a]).shape);
    }

    [Fact]
    public void IndexesTakeNumbersRangesTensorsEllipsisAndNewDimensions()
    {
        var a = arange(24).reshape(2, 3, 4);
        Assert.Equal(23L, a[-1, -1, -1].item<long>());
        Assert.Equal([2, 2], a[.., 1, 1..3].shape);
        Assert.Equal([5L, 6, 17, 18], a[.., 1, 1..3].data<long>().ToArray());
        Assert.Equal([2, 3], a[TensorIndex.Ellipsis, 0].shape);
        Assert.Equal([2, 1, 3, 4], a[TensorIndex.Colon, TensorIndex.None].shape);
        Assert.Equal([0L, 2], a[0, 0, TensorIndex.Slice(step: 2)].data<long>().ToArray());
        Assert.Equal([3, 3, 4], a[tensor(new[] { 1L, 0, 1 })].shape);
        Assert.Equal([2, 2, 4], a[TensorIndex.Colon, TensorIndex.Tensor(tensor(new[] { 0L, 2 }))].shape);
        Assert.Equal([20L, 21, 22, 23], a[TensorIndex.Tensor(a >= 20)].data<long>().ToArray());
        a[0, 0] = zeros(4, int64);
        a[1, 1, 1..3] = tensor(new[] { 7L, 7 });
        a[TensorIndex.Tensor(a >= 22)] = tensor(-1L);
        Assert.Equal([0L, 0, 0, 0], a[0, 0].data<long>().ToArray());
        Assert.Equal([16L, 7, 7, 19], a[1, 1].data<long>().ToArray());
        Assert.Equal([20L, 21, -1, -1], a[1, 2].data<long>().ToArray());
    }

    [Fact]
    public void GatherAndScatterAreEachOthersInverse()
    {
        var a = tensor(new[] { 10f, 20, 30, 40 }, [2, 2]);
        var at = tensor(new[] { 1L, 0, 0, 1 }, [2, 2]);
        Assert.Equal([20f, 10, 30, 40], Elements(a.gather(1, at)));
        Assert.Equal([20f, 10, 30, 40], Elements(zeros(2, 2).scatter(1, at, a)));
        Assert.Equal(
            [60f, 40],
            Elements(zeros(2).scatter_add_(0, tensor(new[] { 0L, 1, 0, 1 }), tensor(new[] { 20f, 10, 40, 30 })))
        );
        Assert.Equal([30f, 40, 10, 20], Elements(a.index_select(0, tensor(new[] { 1L, 0 }))));
        Assert.Equal([2f, 0, 1], Elements(tensor(new[] { 0L, 0, 2 }).bincount(null).to(float32)));
    }

    [Fact]
    public void TypesConvertAndElementsAreReadOnlyAsWhatTheyAre()
    {
        var a = tensor(new[] { 1.6f, -1.6f });
        Assert.Equal([1L, -1], a.@long().data<long>().ToArray());
        Assert.Equal(ScalarType.BFloat16, a.bfloat16().dtype);
        Assert.Equal(ScalarType.Float16, a.half().dtype);
        Assert.Equal((Half)1.6f, a.half().data<Half>()[0]);
        Assert.Equal([(byte)1, (byte)0], tensor(new[] { true, false }).@byte().data<byte>().ToArray());
        Assert.Contains("convert it with to_type", Assert.Throws<ArgumentException>(() => a.data<double>()).Message);
        Assert.Contains("not one", Assert.Throws<ArgumentException>(() => a.item<float>()).Message);
        Assert.Equal(3, tensor(3L).ToScalar().ToInt32());
        Assert.Equal(ScalarType.Int64, arange(3).dtype);
        Assert.Equal(ScalarType.Float32, arange(0, 1, 0.5).dtype);
        Assert.Equal(ScalarType.Float64, from_array(new double[2, 2]).dtype);
        Assert.Equal([2, 2], from_array(new double[2, 2], float32).shape);
    }

    [Fact]
    public void BytesAreTheTensorsOwnMemory()
    {
        var a = zeros(2, int32);
        a.bytes[4] = 5;
        Assert.Equal([0, 5], a.data<int>().ToArray());
        Assert.Throws<InvalidOperationException>(() => zeros(2, 2).t().narrow(0, 0, 1).t().bytes.Length);
        var strided = arange(6).reshape(2, 3).t();
        Assert.Equal([0L, 3, 1, 4, 2, 5], strided.data<long>().ToArray());
        Assert.Equal(4L, strided.data<long>()[1, 1]);
    }

    [Fact]
    public void ShapesThatDoNotFitAreRefusedWithBothCounts() =>
        Assert.Contains(
            "has 6 elements, and 5 were given",
            Assert.Throws<ArgumentException>(() => tensor(new float[5], [2, 3])).Message
        );

    [Fact]
    public void DevicesAreReadFromTheirNames()
    {
        Assert.Equal(new Device(DeviceType.CUDA, 1), device("cuda:1"));
        Assert.Equal("cuda:1", device("cuda:1").ToString());
        Assert.Equal("cpu", zeros(1).device.ToString());
        Assert.Contains("write e.g. cpu", Assert.Throws<ArgumentException>(() => device("gpu")).Message);
    }

    internal static float[] Elements(Tensor t) => t.data<float>().ToArray();
}
