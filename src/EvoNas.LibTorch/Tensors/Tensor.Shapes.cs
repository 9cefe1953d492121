namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The same elements in another shape, without a copy; −1 once is worked out.</summary>
        public Tensor view(params long[] shape) => Ops.View.Call(this, shape);

        /// <summary>The same elements in the other's shape, without a copy.</summary>
        public Tensor view_as(Tensor other) => Ops.View.Call(this, other.shape);

        /// <summary>The same elements in another shape, copied only if they must be; −1 once is worked out.</summary>
        public Tensor reshape(params long[] shape) => Ops.Reshape.Call(this, shape);

        /// <summary>The dimensions from start to end made one.</summary>
        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Ops.Flatten.Call(this, start_dim, end_dim);

        /// <summary>One dimension made several.</summary>
        public Tensor unflatten(long dim, params long[] sizes)
        {
            var old = shape;
            var at = (int)(dim < 0 ? dim + old.Length : dim);
            return reshape([.. old.AsSpan(0, at), .. sizes, .. old.AsSpan(at + 1)]);
        }

        /// <summary>The dimensions in another order.</summary>
        public Tensor permute(params long[] permutation) => Ops.Permute.Call(this, permutation);

        /// <summary>Two dimensions exchanged.</summary>
        public Tensor transpose(long dim0, long dim1) => Ops.Transpose.Call(this, dim0, dim1);

        /// <summary>A matrix transposed.</summary>
        public Tensor t() => Ops.T.Call(this);

        /// <summary>A matrix transposed.</summary>
        public Tensor T => t();

        /// <summary>A new dimension of size 1 at this place.</summary>
        public Tensor unsqueeze(long dim) => Ops.Unsqueeze.Call(this, dim);

        /// <summary>Without dimensions of size 1, or without this one if its size is 1.</summary>
        public Tensor squeeze(long? dim = null) =>
            dim is { } one ? Ops.SqueezeDim.Call(this, one) : Ops.Squeeze.Call(this);

        /// <summary>Dimensions of size 1 repeated without a copy; −1 keeps a size.</summary>
        public Tensor expand(params long[] sizes) => Ops.Expand.Call(this, sizes);

        /// <summary>Expanded to the other's shape.</summary>
        public Tensor expand_as(Tensor other) => Ops.Expand.Call(this, other.shape);

        /// <summary>Expanded to the shape.</summary>
        public Tensor broadcast_to(params long[] shape) => Ops.BroadcastTo.Call(this, shape);

        /// <summary>Copied so many times along each dimension.</summary>
        public Tensor repeat(params long[] sizes) => Ops.Repeat.Call(this, sizes);

        /// <summary>Every slice so many times, one after the other.</summary>
        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) =>
            Ops.RepeatInterleave.Call(this, repeats, dim, output_size);

        /// <summary>Backwards along the dimensions.</summary>
        public Tensor flip(params long[] dims) => Ops.Flip.Call(this, dims);

        /// <summary>Shifted along the dimension, what leaves at one end entering at the other; without one, the
        /// flattened tensor.</summary>
        public Tensor roll(long shifts, long? dims = null) =>
            Ops.Roll.Call(this, new[] { shifts }, dims is { } dim ? new[] { dim } : Array.Empty<long>());

        /// <summary>Shifted along each of the dimensions.</summary>
        public Tensor roll(long[] shifts, long[] dims) => Ops.Roll.Call(this, shifts, dims);

        /// <summary>Turned by 90° so many times in the plane of two dimensions.</summary>
        public Tensor rot90(long k = 1, (long, long)? dims = null) =>
            Ops.Rot90.Call(this, k, new[] { dims?.Item1 ?? 0, dims?.Item2 ?? 1 });

        /// <summary>Pieces of this size along the dimension; the last may be smaller.</summary>
        public Tensor[] split(long size, int dim = 0) => Ops.Split.List(this, size, (long)dim);

        /// <summary>Pieces of these sizes along the dimension.</summary>
        public Tensor[] split(long[] sizes, long dim = 0) => Ops.SplitSizes.List(this, sizes, dim);

        /// <summary>So many pieces along the dimension.</summary>
        public Tensor[] chunk(long chunks, long dim = 0L) => Ops.Chunk.List(this, chunks, dim);

        /// <summary>The slices along the dimension, without it.</summary>
        public Tensor[] unbind(long dimension = 0L) => Ops.Unbind.List(this, dimension);

        /// <summary>The lower triangle; 0 above.</summary>
        public Tensor tril(long diagonal = 0) => Ops.Tril.Call(this, diagonal);

        /// <summary>The upper triangle; 0 below.</summary>
        public Tensor triu(long diagonal = 0) => Ops.Triu.Call(this, diagonal);

        /// <summary>Itself if it is contiguous, else a copy that is.</summary>
        public Tensor contiguous() => Ops.Contiguous.Call(this);

        /// <summary>A copy of its own memory; gradients flow through.</summary>
        public Tensor clone() => Ops.Clone.Call(this);

        /// <summary>Another name for the same memory that no gradient flows through.</summary>
        public Tensor detach() => Ops.Detach.Call(this);

        /// <summary>Cuts it off from what it was computed of.</summary>
        public Tensor detach_() => InPlace(Ops.Detach_, this);

        /// <summary>Another name for the same memory.</summary>
        public Tensor alias() => Ops.Alias.Call(this);

        /// <summary>Takes the other's elements, converted and broadcast.</summary>
        public Tensor copy_(Tensor source, bool nonBlocking = false) => InPlace(Ops.Copy_, this, source, nonBlocking);

        /// <summary>All set to the value.</summary>
        public Tensor fill_(Scalar value) => InPlace(Ops.Fill_, this, value);

        /// <summary>All set to 0.</summary>
        public Tensor zero_() => InPlace(Ops.Zero_, this);
    }
}
