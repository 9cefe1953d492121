using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Pictures;

/// <summary>Samples of equal size, a byte a value: on the device where they fit, else gathered for each batch from
/// where they lie, the next batch while the device works on this one.</summary>
sealed class ByteStore : IDisposable
{
    // What one training may keep in memory: a machine with many slots has as many of them.
    const long ResidentMaxOnCpu = 1L << 30,
        ResidentMaxOnGpu = 8L << 30;

    // So much is copied to the device at a time.
    const long PartMax = 1L << 28;

    readonly int[] _chosen;
    readonly long[] _shape;
    readonly int _size;
    readonly CopySample _copy;
    readonly torch.Device _device;
    readonly Tensor? _resident;
    (Memory<long> Chosen, Task<byte[]> Bytes)? _next;

    /// <param name="chosen">Indices of the samples to take.</param>
    /// <param name="shape">Of one sample.</param>
    /// <param name="copy">Copies one of all samples.</param>
    /// <param name="device">Where batches are wanted.</param>
    /// <param name="residentMax">Bytes that may be kept on the device; null: as many as suit it.</param>
    public ByteStore(int[] chosen, long[] shape, CopySample copy, torch.Device device, long? residentMax = null)
    {
        (_chosen, _shape, _copy, _device) = (chosen, shape, copy, device);
        _size = checked((int)shape.Aggregate(1L, static (all, side) => all * side));
        if ((long)chosen.Length * _size > (residentMax ?? Most(device)))
            return;
        using var scope = NewDisposeScope();
        using var quiet = no_grad();
        var all = empty([chosen.Length, .. shape], dtype: ScalarType.Byte, device: device);
        var part = (int)Math.Max(1, PartMax / _size);
        for (var start = 0; start < chosen.Length; start += part)
        {
            using var step = NewDisposeScope();
            var count = Math.Min(part, chosen.Length - start);
            all.narrow(0, start, count).copy_(OnDevice(Gather(Indices(start, count))));
        }
        _resident = all.DetachFromDisposeScope();
    }

    /// <summary>Whether all samples lie on the device.</summary>
    public bool IsResident => _resident is not null;

    /// <summary>Samples in a row, [n, …]; the caller's, or its scope's.</summary>
    public Tensor Range(int start, int count) =>
        _resident is not null ? _resident.narrow(0, start, count).alias() : OnDevice(Gather(Indices(start, count)));

    /// <summary>Samples of a part of an epoch, [n, …]; the caller's, or its scope's.</summary>
    /// <param name="chosen">[n], their indices, on the device.</param>
    /// <param name="order">The same indices.</param>
    /// <param name="after">Those of the next part; empty: there is none.</param>
    public Tensor Some(Tensor chosen, Memory<long> order, Memory<long> after)
    {
        if (_resident is not null)
            return _resident.index_select(0, chosen);
        var bytes =
            _next is { } next && next.Chosen.Equals(order) ? next.Bytes.GetAwaiter().GetResult() : Gather(order);
        _next?.Bytes.Wait();
        _next = after.IsEmpty ? null : (after, Task.Run(() => Gather(after)));
        return OnDevice(bytes);
    }

    static long Most(torch.Device device) => device.type == DeviceType.CPU ? ResidentMaxOnCpu : ResidentMaxOnGpu;

    static Memory<long> Indices(int start, int count)
    {
        var all = new long[count];
        for (var i = 0; i < count; i++)
            all[i] = start + i;
        return all;
    }

    byte[] Gather(Memory<long> indices)
    {
        var bytes = new byte[checked(indices.Length * _size)];
        for (var i = 0; i < indices.Length; i++)
            _copy(_chosen[indices.Span[i]], bytes.AsSpan(i * _size, _size));
        return bytes;
    }

    Tensor OnDevice(byte[] bytes) => tensor(bytes, [bytes.Length / _size, .. _shape], device: _device);

    public void Dispose()
    {
        _next?.Bytes.Wait(); // It reads what its owner is about to close.
        _next = null;
        _resident?.Dispose();
    }
}
