using System.Collections;

namespace TorchSharp.Utils;

/// <summary>A tensor's elements in the order of its indices, whatever its layout; a tensor on a GPU is read through a
/// copy, and not written.</summary>
public sealed class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    readonly torch.Tensor _tensor;
    readonly torch.Tensor? _copy;
    readonly long[] _shape;
    readonly long[] _strides;
    readonly bool _contiguous;

    internal TensorAccessor(torch.Tensor tensor)
    {
        if (tensor.device_type != DeviceType.CPU)
            _copy = tensor.cpu().DetachFromDisposeScope();
        _tensor = _copy ?? tensor;
        _shape = _tensor.shape;
        _strides = _tensor.stride();
        _contiguous = _tensor.is_contiguous();
    }

    /// <summary>How many elements.</summary>
    public long Count => _tensor.NumberOfElements;

    /// <summary>One element by its place in row-major order, or by an index for every dimension.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such element.</exception>
    public T this[params long[] indices]
    {
        get => _tensor.Element<T>(Offset(indices));
        set
        {
            if (_copy is not null)
                throw new InvalidOperationException("The tensor is not on the processor; write to its cpu() copy.");
            _tensor.Element<T>(Offset(indices)) = value;
        }
    }

    /// <summary>A copy of all elements.</summary>
    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    /// <summary>Copies from element <paramref name="tensorIndex"/> on, as many as fit.</summary>
    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    /// <summary>Copies from element <paramref name="tensorIndex"/> on, as many as fit.</summary>
    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var target = array[arrayIndex..];
        var count = (int)Math.Min(target.Length, Count - tensorIndex);
        if (count <= 0)
            return;
        if (_contiguous)
            System
                .Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan(ref _tensor.Element<T>(tensorIndex), count)
                .CopyTo(target);
        else
            for (var i = 0; i < count; i++)
                target[i] = _tensor.Element<T>(Offset(tensorIndex + i));
    }

    /// <summary>Writes from element <paramref name="tensorIndex"/> on.</summary>
    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) =>
        CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    /// <summary>Writes from element <paramref name="tensorIndex"/> on.</summary>
    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var source = array[arrayIndex..];
        var count = (int)Math.Min(source.Length, Count - tensorIndex);
        for (var i = 0; i < count; i++)
            this[tensorIndex + i] = source[i];
    }

    /// <summary>Frees the copy of a tensor that is not on the processor.</summary>
    public void Dispose() => _copy?.Dispose();

    /// <summary>The elements in row-major order.</summary>
    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++)
            yield return _tensor.Element<T>(Offset(i));
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    long Offset(long[] indices)
    {
        if (indices.Length == 1 && _shape.Length != 1)
            return Offset(indices[0]);
        if (indices.Length != _shape.Length)
            throw new IndexOutOfRangeException($"{indices.Length} indices for a tensor of {_shape.Length} dimensions.");
        var offset = 0L;
        for (var d = 0; d < indices.Length; d++)
        {
            if (indices[d] < 0 || indices[d] >= _shape[d])
                throw new IndexOutOfRangeException($"Index {indices[d]} of dimension {d}, whose size is {_shape[d]}.");
            offset += indices[d] * _strides[d];
        }

        return offset;
    }

    long Offset(long place)
    {
        if (place < 0 || place >= Count)
            throw new IndexOutOfRangeException($"Element {place} of {Count}.");
        if (_contiguous)
            return place;
        var offset = 0L;
        for (var d = _shape.Length - 1; d >= 0; d--)
        {
            offset += place % _shape[d] * _strides[d];
            place /= _shape[d];
        }

        return offset;
    }
}
