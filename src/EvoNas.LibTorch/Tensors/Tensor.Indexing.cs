using System.Runtime.CompilerServices;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>A slice, seen or written: numbers, ranges, tensors of indices or truths, <c>None</c> and
        /// <c>Ellipsis</c>.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        /// <summary>The elements at the tensors' indices.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => Ops.Index.Call(this, indices);
            set => Ops.IndexPut_.Run(this, indices, value);
        }

        /// <summary>A slice along the first dimension.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => index_put_(value, i1);
        }

        /// <summary>A slice along the first two dimensions.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index(i1, i2);
            set => index_put_(value, i1, i2);
        }

        /// <summary>A slice along the first three dimensions.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index(i1, i2, i3);
            set => index_put_(value, i1, i2, i3);
        }

        /// <summary>A slice along the first four dimensions.</summary>
        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index(i1, i2, i3, i4);
            set => index_put_(value, i1, i2, i3, i4);
        }

        /// <summary>A slice: a view unless a tensor is among the indices.</summary>
        public Tensor index(params TensorIndex[] indices)
        {
            using var scope = NewDisposeScope();
            var (seen, tensors) = View(indices);
            return (tensors is null ? seen.alias() : Ops.Index.Call(seen, tensors)).MoveToOuterDisposeScope();
        }

        /// <summary>The elements at the tensors' indices.</summary>
        public Tensor index(params Tensor[] indices) => Ops.Index.Call(this, indices);

        /// <summary>Writes the value, broadcast, into a slice.</summary>
        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            using var scope = NewDisposeScope();
            var (seen, tensors) = View(indices);
            if (tensors is null)
                Ops.Copy_.Run(seen, value);
            else
                Ops.IndexPut_.Run(seen, tensors, value);
            return this;
        }

        // Walks the indices from the left: what is a view is taken at once, tensors are kept for their dimension.
        (Tensor Seen, Tensor?[]? Tensors) View(TensorIndex[] indices)
        {
            var taken = 0;
            foreach (var index in indices)
                if (index.kind is TensorIndex.Kind.Single or TensorIndex.Kind.Slice)
                    taken++;
                else if (index.kind is TensorIndex.Kind.Tensor)
                    taken += index.tensor!.dtype == ScalarType.Bool ? (int)index.tensor.Dimensions : 1;
            var seen = this;
            var dim = 0;
            List<Tensor?>? tensors = null;
            foreach (var index in indices)
            {
                switch (index.kind)
                {
                    case TensorIndex.Kind.Single:
                        seen = seen.select(
                            dim,
                            index.start ?? throw new ArgumentException("An index without a number.", nameof(indices))
                        );
                        break;
                    case TensorIndex.Kind.Slice:
                        if (index.start is not null || index.stop is not null || index.step is not null)
                            seen = Ops.Slice.Call(seen, dim, index.start, index.stop, index.step ?? 1);
                        dim++;
                        break;
                    case TensorIndex.Kind.None or TensorIndex.Kind.Null:
                        seen = seen.unsqueeze(dim++);
                        break;
                    case TensorIndex.Kind.Ellipsis:
                        dim += (int)Dimensions - taken;
                        break;
                    case TensorIndex.Kind.Tensor:
                        tensors ??= [];
                        while (tensors.Count < dim)
                            tensors.Add(null);
                        tensors.Add(index.tensor);
                        dim += index.tensor!.dtype == ScalarType.Bool ? (int)index.tensor.Dimensions : 1;
                        break;
                    default:
                        throw new NotSupportedException(
                            $"An index of kind {index.kind} is not taken; index with a tensor of truths instead."
                        );
                }
            }

            return (seen, tensors?.ToArray());
        }

        /// <summary>The slices of these indices along the dimension.</summary>
        public Tensor index_select(long dim, Tensor index) => Ops.IndexSelect.Call(this, dim, index);

        /// <summary>Adds alpha·source's slices at these indices, in place.</summary>
        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) =>
            InPlace(Ops.IndexAdd_, this, dim, index, source, alpha);

        /// <summary>Copies source's slices to these indices, in place.</summary>
        public Tensor index_copy_(long dim, Tensor index, Tensor source) =>
            InPlace(Ops.IndexCopy_, this, dim, index, source);

        /// <summary>One slice along the dimension, without it.</summary>
        public Tensor select(long dim, long index) => Ops.Select.Call(this, dim, index);

        /// <summary>From start, so many along the dimension; a view.</summary>
        public Tensor narrow(long dim, long start, long length) => Ops.Narrow.Call(this, dim, start, length);

        /// <summary>From start to before finish by step along the dimension; a view.</summary>
        public Tensor slice(long dim, long start, long finish, long step) =>
            Ops.Slice.Call(this, dim, start, finish, step);

        /// <summary>out[i][j] = this[index[i][j]][j] for dim 0, and so on.</summary>
        public Tensor gather(long dim, Tensor index) => Ops.Gather.Call(this, dim, index);

        /// <summary>out[index[i][j]][j] = src[i][j] for dim 0, and so on.</summary>
        public Tensor scatter(long dim, Tensor index, Tensor src) => Ops.Scatter.Call(this, dim, index, src);

        /// <summary>As <see cref="scatter"/>, in place.</summary>
        public Tensor scatter_(long dim, Tensor index, Tensor src) => InPlace(Ops.Scatter_, this, dim, index, src);

        /// <summary>As <see cref="scatter"/>, adding instead of writing.</summary>
        public Tensor scatter_add(long dim, Tensor index, Tensor src) => Ops.ScatterAdd.Call(this, dim, index, src);

        /// <summary>As <see cref="scatter_add"/>, in place.</summary>
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) =>
            InPlace(Ops.ScatterAdd_, this, dim, index, src);

        /// <summary>The elements at these indices of the flattened tensor.</summary>
        public Tensor take(Tensor index) => Ops.Take.Call(this, index);

        /// <summary>The indices of what is not 0, [count, dimensions].</summary>
        public Tensor nonzero() => Ops.Nonzero.Call(this);
    }

    /// <summary>One of the indices between the brackets.</summary>
    public struct TensorIndex
    {
        internal enum Kind
        {
            None,
            Single,
            Null,
            Ellipsis,
            Bool,
            Tensor,
            Slice,
        }

        internal long? start;
        internal long? stop;
        internal long? step;
        internal Kind kind;
        internal Tensor? tensor;

        /// <summary>From start to before stop by step; null: from the beginning, to the end, by 1.</summary>
        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new()
            {
                start = start,
                stop = stop,
                step = step,
                kind = Kind.Slice,
            };

        /// <summary>A range.</summary>
        public static TensorIndex Slice(Range range) =>
            Slice(
                range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
                !range.End.IsFromEnd ? range.End.Value
                    : range.End.Value == 0 ? null
                    : -range.End.Value
            );

        /// <summary>One index; negative ones count from the end.</summary>
        public static TensorIndex Single(long? index) => new() { start = index, kind = Kind.Single };

        /// <summary>A tensor of indices, or of truths.</summary>
        public static TensorIndex Tensor(Tensor tensor) => new() { tensor = tensor, kind = Kind.Tensor };

        /// <summary>As many whole dimensions as are missing.</summary>
        public static TensorIndex Ellipsis = new() { kind = Kind.Ellipsis };

        /// <summary>A new dimension of size 1.</summary>
        public static TensorIndex None = new() { kind = Kind.None };

        /// <summary>A new dimension of size 1.</summary>
        public static TensorIndex Null = new() { kind = Kind.Null };

        /// <summary>The whole dimension.</summary>
        public static TensorIndex Colon = Slice();

        /// <summary>One index.</summary>
        public static implicit operator TensorIndex(long value) => Single(value);

        /// <summary>A range.</summary>
        public static implicit operator TensorIndex(Range range) => Slice(range);

        /// <summary>One index, maybe from the end.</summary>
        public static implicit operator TensorIndex(Index index) =>
            Single(index.IsFromEnd ? -index.Value : index.Value);
    }
}
