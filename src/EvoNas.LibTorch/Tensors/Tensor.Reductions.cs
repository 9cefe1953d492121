namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Whether all are true (or not 0).</summary>
        public Tensor all() => Ops.All.Call(this);

        /// <summary>Whether all along the dimension are.</summary>
        public Tensor all(long dim, bool keepdim = false) => Ops.AllDim.Call(this, dim, keepdim);

        /// <summary>Whether one is true (or not 0).</summary>
        public Tensor any() => Ops.Any.Call(this);

        /// <summary>Whether one along the dimension is.</summary>
        public Tensor any(long dim, bool keepdim = false) => Ops.AnyDim.Call(this, dim, keepdim);

        /// <summary>The index of the greatest in the flattened tensor.</summary>
        public Tensor argmax() => Ops.Argmax.Call(this);

        /// <summary>The index of the greatest along the dimension.</summary>
        public Tensor argmax(long dim, bool keepdim = false) => Ops.Argmax.Call(this, dim, keepdim);

        /// <summary>The index of the least in the flattened tensor.</summary>
        public Tensor argmin() => Ops.Argmin.Call(this);

        /// <summary>The index of the least along the dimension.</summary>
        public Tensor argmin(long dim, bool keepdim = false) => Ops.Argmin.Call(this, dim, keepdim);

        /// <summary>The indices that would sort along the dimension.</summary>
        public Tensor argsort(long dim = -1, bool descending = false) => Ops.Argsort.Call(this, dim, descending);

        /// <summary>Sorted along the dimension, and where each came from.</summary>
        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false) =>
            Ops.Sort.Two(this, stable, dim, descending);

        /// <summary>The greatest k along the dimension (or the least), and their indices.</summary>
        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true) =>
            Ops.Topk.Two(this, k, dim, largest, sorted);

        /// <summary>The greatest.</summary>
        public Tensor max() => Ops.Max.Call(this);

        /// <summary>The greater of two, element by element.</summary>
        public Tensor max(Tensor other) => maximum(other);

        /// <summary>The greatest along the dimension, and its index.</summary>
        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) =>
            Ops.MaxDim.Two(this, dim, keepdim);

        /// <summary>The least.</summary>
        public Tensor min() => Ops.Min.Call(this);

        /// <summary>The lesser of two, element by element.</summary>
        public Tensor min(Tensor other) => minimum(other);

        /// <summary>The least along the dimension, and its index.</summary>
        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) =>
            Ops.MinDim.Two(this, dim, keepdim);

        /// <summary>The greatest along the dimensions.</summary>
        public Tensor amax(params long[] dims) => Ops.Amax.Call(this, dims, false);

        /// <summary>The largest along the dimensions.</summary>
        public Tensor amax(long[] dims, bool keepDim) => Ops.Amax.Call(this, dims, keepDim);

        /// <summary>The least along the dimensions.</summary>
        public Tensor amin(params long[] dims) => Ops.Amin.Call(this, dims, false);

        /// <summary>The mean of all.</summary>
        public Tensor mean() => Ops.Mean.Call(this);

        /// <summary>The mean along the dimensions.</summary>
        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) =>
            Ops.MeanDim.Call(this, dimensions, keepdim, type);

        /// <summary>The middle one; of an even count the lower.</summary>
        public Tensor median() => Ops.Median.Call(this);

        /// <summary>The sum of all.</summary>
        public Tensor sum(ScalarType? type = null) => Ops.Sum.Call(this, type);

        /// <summary>The sum along the dimensions.</summary>
        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) =>
            Ops.SumDim.Call(this, dim, keepdim, type);

        /// <summary>The sum along the dimension.</summary>
        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) =>
            Ops.SumDim.Call(this, new[] { dim }, keepdim, type);

        /// <summary>The product of all.</summary>
        public Tensor prod(ScalarType? type = null) => Ops.Prod.Call(this, type);

        /// <summary>The standard deviation of all; unbiased divides by n − 1.</summary>
        public Tensor std(bool unbiased = true) => Ops.Std.Call(this, unbiased);

        /// <summary>The standard deviation along the dimensions.</summary>
        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            InType(Ops.StdDim.Call(this, dimensions, unbiased, keepdim), type);

        /// <summary>The variance of all; unbiased divides by n − 1.</summary>
        public Tensor var(bool unbiased = true) => Ops.Var.Call(this, unbiased);

        /// <summary>The variance along the dimensions.</summary>
        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            InType(Ops.VarDim.Call(this, dimensions, unbiased, keepdim), type);

        /// <summary>The p-norm of all.</summary>
        public Tensor norm(float p = 2.0f) => Ops.Norm.Call(this, (double)p);

        /// <summary>The p-norm along the dimension.</summary>
        public Tensor norm(int dim, bool keepdim = false, float p = 2.0f) =>
            Ops.NormDim.Call(this, (double)p, new long[] { dim }, keepdim);

        /// <summary>ln Σ eˣ along the dimension, without overflow.</summary>
        public Tensor logsumexp(long dim, bool keepdim = false) => Ops.Logsumexp.Call(this, new[] { dim }, keepdim);

        /// <summary>eˣ / Σ eˣ along the dimension.</summary>
        public Tensor softmax(long dim, ScalarType? dtype = null) => Ops.Softmax.Call(this, dim, dtype);

        /// <summary>ln(eˣ / Σ eˣ) along the dimension.</summary>
        public Tensor log_softmax(long dim, ScalarType? dtype = null) => Ops.LogSoftmax.Call(this, dim, dtype);

        /// <summary>The running sum along the dimension.</summary>
        public Tensor cumsum(long dim, ScalarType? type = null) => Ops.Cumsum.Call(this, dim, type);

        /// <summary>The running product along the dimension.</summary>
        public Tensor cumprod(long dim, ScalarType? type = null) => Ops.Cumprod.Call(this, dim, type);

        /// <summary>How many are not 0.</summary>
        public Tensor count_nonzero(long[]? dims = null) =>
            dims is null ? Ops.CountNonzero.Call(this) : Ops.CountNonzeroDim.Call(this, dims);

        /// <summary>How often each of 0, 1, … occurs; at least <paramref name="minlength"/> counts.</summary>
        public Tensor bincount(Tensor? weights, long minlength = 0) => Ops.Bincount.Call(this, weights, minlength);

        static Tensor InType(Tensor tensor, ScalarType? type) => type is { } wanted ? tensor.to_type(wanted) : tensor;
    }
}
