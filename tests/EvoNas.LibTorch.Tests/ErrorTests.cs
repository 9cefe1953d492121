using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.LibTorch.Tests;

public sealed class ErrorTests : IDisposable
{
    readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void AnErrorNamesTheOperatorTheShapesAndTheReason()
    {
        var e = Assert.Throws<LibTorchException>(() => zeros(2, 3).matmul(zeros(4, 5)));
        Assert.Equal("aten::matmul", e.Operation);
        Assert.Contains("aten::matmul(Float32[2, 3], Float32[4, 5]): ", e.Message);
        Assert.Contains("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)", e.Reason);
        Assert.DoesNotContain('\n', e.Message);
        Assert.False(e.IsOutOfMemory || e.IsCudaFault);
    }

    [Fact]
    public void AnErrorOfListsNamesTheirShapesToo()
    {
        var e = Assert.Throws<LibTorchException>(() => cat([zeros(2, 3), zeros(2, 4, int64)]));
        Assert.Contains("[Float32[2, 3], Int64[2, 4]]", e.Message);
        Assert.Contains(
            "pad should be",
            Assert.Throws<LibTorchException>(() => nn.functional.max_pool2d(zeros(1, 1, 4, 4), 2, padding: 3)).Reason
        );
    }

    [Fact]
    public void AMissingGradientIsAnErrorOfBackward()
    {
        var e = Assert.Throws<LibTorchException>(() => ones(1).backward());
        Assert.Equal("backward", e.Operation);
        Assert.Contains("does not require grad", e.Reason);
    }

    [Fact]
    public void OutOfMemoryIsRecognized()
    {
        var e = Assert.Throws<LibTorchException>(() => zeros(1L << 50));
        Assert.True(e.IsOutOfMemory, e.Message);
    }

    [Fact]
    public void AnUnknownOperatorAndAnUnknownArgumentAreNamed()
    {
        Assert.Contains(
            "no such operator",
            Assert.Throws<LibTorchException>(() => new Operator("aten::no_such").Call()).Reason
        );
        Assert.Contains(
            "has no argument 'colour'",
            Assert.Throws<LibTorchException>(() => new Operator("aten::relu", "", "colour").Call()).Reason
        );
        Assert.Contains(
            "'self' is missing",
            Assert.Throws<LibTorchException>(() => new Operator("aten::relu").Call()).Reason
        );
        Assert.Contains(
            "at most 1",
            Assert.Throws<LibTorchException>(() => new Operator("aten::relu").Call(zeros(1), 1L)).Reason
        );
        Assert.Contains(
            "argument 'self'",
            Assert.Throws<LibTorchException>(() => new Operator("aten::relu").Call("text")).Reason
        );
    }

    [Fact]
    public void EveryOperatorThatIsOfferedExists() => Assert.Empty(Ops.Missing());

    [Fact]
    public void ArgumentsGoByNameAndTheOthersHaveTheirDefaults()
    {
        var sum = new Operator("aten::sum", "dim_IntList", "keepdim", "self", "dim");
        Assert.Equal([1, 3], sum.Call(true, ones(2, 3), new long[] { 0 }).shape);
        Assert.StartsWith("aten::sum.dim_IntList(Tensor self", sum.Schema);
    }

    [Fact]
    public void ADisposedTensorSaysSo()
    {
        var t = zeros(1);
        t.Dispose();
        Assert.Contains("was disposed", Assert.Throws<InvalidOperationException>(() => t.add(1)).Message);
        Assert.Equal("(disposed)", t.ToString());
    }
}
