namespace TorchSharp;

// What PyTorch offers as functions beside the methods of tensors.
public static partial class torch
{
    /// <summary>Joined along a dimension that they have.</summary>
    public static Tensor cat(IList<Tensor> tensors, long dim = 0) => Ops.Cat.Call(AsArray(tensors), dim);

    /// <summary>Joined along a dimension that they have.</summary>
    public static Tensor concat(IList<Tensor> tensors, long dim = 0) => cat(tensors, dim);

    /// <summary>Joined along a new dimension.</summary>
    public static Tensor stack(IEnumerable<Tensor> tensors, long dim = 0) =>
        Ops.Stack.Call(tensors as Tensor[] ?? [.. tensors], dim);

    /// <summary>x where the condition holds, else y.</summary>
    public static Tensor where(Tensor condition, Tensor x, Tensor y) => x.where(condition, y);

    /// <summary>The product of matrices, with batches broadcast.</summary>
    public static Tensor matmul(Tensor input, Tensor target) => input.matmul(target);

    /// <summary>The product of matrices.</summary>
    public static Tensor mm(Tensor input, Tensor target) => input.mm(target);

    /// <summary>Products of matrices.</summary>
    public static Tensor bmm(Tensor input, Tensor target) => input.bmm(target);

    /// <summary>The sum, element by element.</summary>
    public static Tensor add(Tensor left, Tensor right) => left.add(right);

    /// <summary>The product, element by element.</summary>
    public static Tensor mul(Tensor left, Tensor right) => left.mul(right);

    /// <summary>The greater of two, element by element.</summary>
    public static Tensor maximum(Tensor input, Tensor other) => input.maximum(other);

    /// <summary>The lesser of two, element by element.</summary>
    public static Tensor minimum(Tensor input, Tensor other) => input.minimum(other);

    /// <summary>|x|, of every element.</summary>
    public static Tensor abs(Tensor input) => input.abs();

    /// <summary>e to the power of every element.</summary>
    public static Tensor exp(Tensor input) => input.exp();

    /// <summary>The natural logarithm of every element.</summary>
    public static Tensor log(Tensor input) => input.log();

    /// <summary>The square root of every element.</summary>
    public static Tensor sqrt(Tensor input) => input.sqrt();

    /// <summary>1 / (1 + e^−x), of every element.</summary>
    public static Tensor sigmoid(Tensor input) => input.sigmoid();

    /// <summary>The hyperbolic tangent of every element.</summary>
    public static Tensor tanh(Tensor input) => input.tanh();

    /// <summary>The sine of every element.</summary>
    public static Tensor sin(Tensor input) => input.sin();

    /// <summary>The cosine of every element.</summary>
    public static Tensor cos(Tensor input) => input.cos();

    /// <summary>Held between the bounds.</summary>
    public static Tensor clamp(Tensor input, Scalar? min = null, Scalar? max = null) => input.clamp(min, max);

    /// <summary>The sum of all.</summary>
    public static Tensor sum(Tensor input, ScalarType? type = null) => input.sum(type);

    /// <summary>The mean of all.</summary>
    public static Tensor mean(Tensor input) => input.mean();

    /// <summary>Where it is not a number.</summary>
    public static Tensor isnan(Tensor input) => input.isnan();

    /// <summary>Where it is finite.</summary>
    public static Tensor isfinite(Tensor input) => input.isfinite();

    /// <summary>Whether all elements are within atol + rtol·|target|.</summary>
    public static bool allclose(
        Tensor tensor,
        Tensor target,
        double rtol = 1e-05,
        double atol = 1e-08,
        bool equal_nan = false
    ) => tensor.allclose(target, rtol, atol, equal_nan);

    /// <summary>Backwards along the dimensions.</summary>
    public static Tensor flip(Tensor input, params long[] dims) => input.flip(dims);

    /// <summary>The running sum along the dimension.</summary>
    public static Tensor cumsum(Tensor input, long dim, ScalarType? type = null) => input.cumsum(dim, type);

    static Tensor[] AsArray(IList<Tensor> tensors) => tensors as Tensor[] ?? [.. tensors];
}
