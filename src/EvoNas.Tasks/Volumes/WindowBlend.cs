using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Volumes;

/// <summary>Puts the predictions of overlapping windows together: their mean, weighted with
/// <see cref="WindowPlan.Gaussian"/>.</summary>
sealed class WindowBlend : IDisposable
{
    // Maps of more bytes are kept in the host's memory, so that a large volume does not fill a GPU's.
    const long DeviceBytesMax = 1L << 30;

    readonly Grid _window;
    readonly Tensor _sum,
        _weights,
        _weight;

    /// <param name="channels">Of the predictions.</param>
    /// <param name="size">Voxels of the volume.</param>
    /// <param name="window">Voxels of a window.</param>
    /// <param name="device">Where the predictions are.</param>
    public WindowBlend(int channels, Grid size, Grid window, torch.Device device)
    {
        using var scope = NewDisposeScope();
        _window = window;
        var home = (channels + 1L) * size.Voxels * sizeof(float) > DeviceBytesMax ? CPU : device;
        _sum = zeros([channels, size.X, size.Y, size.Z], device: home).DetachFromDisposeScope();
        _weights = zeros([size.X, size.Y, size.Z], device: home).DetachFromDisposeScope();
        _weight = tensor(WindowPlan.Gaussian(window), [window.X, window.Y, window.Z], device: home)
            .DetachFromDisposeScope();
    }

    /// <summary>Adds a window.</summary>
    /// <param name="start">Its first voxel.</param>
    /// <param name="prediction">[channels, X, Y, Z] of the window.</param>
    public void Add((int X, int Y, int Z) start, Tensor prediction)
    {
        using var scope = NewDisposeScope();
        Part(_sum.narrow(1, start.X, _window.X), 2).add_(prediction.to(_sum.device) * _weight);
        Part(_weights.narrow(0, start.X, _window.X), 1).add_(_weight);

        Tensor Part(Tensor map, int axis) => map.narrow(axis, start.Y, _window.Y).narrow(axis + 1, start.Z, _window.Z);
    }

    /// <summary>The mean, [channels, X, Y, Z]; the caller's, or its scope's. Every voxel must have been in a
    /// window.</summary>
    public Tensor Mean() => _sum / _weights;

    public void Dispose()
    {
        _sum.Dispose();
        _weights.Dispose();
        _weight.Dispose();
    }
}
