using EvoNas.Tasks.Data;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace EvoNas.Tasks.Volumes;

/// <summary>A case as networks see it: cut to what is not 0, resampled, normalised, padded to at least a window; and
/// what is needed to bring predictions back to its own grid.</summary>
sealed class PreparedCase : IDisposable
{
    // So many labelled voxels are remembered, spread evenly: enough to centre windows on.
    const int PlacesMax = 100_000;

    readonly Grid _own,
        _corner,
        _box,
        _prepared,
        _before;

    readonly byte[] _labels;

    // Of the own grid: what is 0 in every channel. Nothing was measured there, and normalisation makes noise of it: of
    // the phantom's errors most lay in the air. Null where 0 is a value.
    readonly bool[]? _isEmpty;

    // Without values.
    readonly Volume _place;

    /// <param name="name">Of its file of labels, without its ending.</param>
    /// <param name="channels">Of its image, in RAS orientation, on one grid.</param>
    /// <param name="classes">Of each voxel, from 0, the background's.</param>
    /// <param name="labels">By class the label that files have.</param>
    /// <param name="recipe">How it is prepared.</param>
    /// <param name="isLearntFrom">Whether random windows are cut from it: then it is not normalised here if each
    /// window is.</param>
    public PreparedCase(
        string name,
        Volume[] channels,
        byte[] classes,
        byte[] labels,
        VolumeRecipe recipe,
        bool isLearntFrom
    )
    {
        using var scope = NewDisposeScope();
        var first = channels[0];
        (_labels, _place) = (labels, first with { Values = [] });
        (Name, Truth, Spacing) = (name, classes, (first.Spacing[0], first.Spacing[1], first.Spacing[2]));
        _own = new(first.Shape[0], first.Shape[1], first.Shape[2]);
        _isEmpty = recipe.Intensity is Intensity.Standard ? Empty(channels) : null;
        // What lies around a head is 0; of a range it is air, which has a value.
        (_corner, _box) = recipe.Intensity is Intensity.Standard ? Bounds(channels) : (default, _own);
        _prepared = recipe.Spacing is { } wanted
            ? new(
                Resampled(_box.X, Spacing.X / wanted.X),
                Resampled(_box.Y, Spacing.Y / wanted.Y),
                Resampled(_box.Z, Spacing.Z / wanted.Z)
            )
            : _box;
        Size = Grid.Max(_prepared, recipe.Window);
        _before = new((Size.X - _prepared.X) / 2, (Size.Y - _prepared.Y) / 2, (Size.Z - _prepared.Z) / 2);
        var image = stack([.. channels.Select(channel => Cut(tensor(channel.Values)))]);
        var map = Cut(tensor(classes));
        if (_prepared != _box)
        {
            image = Resized(image, _prepared);
            map = Nearest(Nearest(Nearest(map, 0, _prepared.X), 1, _prepared.Y), 2, _prepared.Z);
        }
        if (recipe.Intensity is not Intensity.Standard { OfCrop: true } || !isLearntFrom)
            image = recipe.Intensity.Applied(image);
        Image = Padded(image).contiguous().DetachFromDisposeScope();
        map = Padded(map).contiguous();
        Places = PlacesOf(map);
        Labels = map.DetachFromDisposeScope();
    }

    /// <summary>Of its file of labels, without its ending.</summary>
    public string Name { get; }

    /// <summary>[C, X, Y, Z].</summary>
    public Tensor Image { get; private set; }

    /// <summary>The class of each voxel of <see cref="Image"/>, [X, Y, Z], bytes.</summary>
    public Tensor Labels { get; private set; }

    /// <summary>Of <see cref="Image"/>.</summary>
    public Grid Size { get; }

    /// <summary>The first channel of <see cref="Image"/>, to be drawn.</summary>
    public Volume Drawn() =>
        _place with
        {
            Shape = [Size.X, Size.Y, Size.Z],
            Values = Image[0].cpu().permute(2, 1, 0).contiguous().data<float>().ToArray(),
        };

    /// <summary>The indices of some labelled voxels in <see cref="Labels"/>.</summary>
    public int[] Places { get; }

    /// <summary>The class of each voxel of the case's own grid, first axis fastest.</summary>
    public byte[] Truth { get; }

    /// <summary>Voxels of the case's own grid.</summary>
    public Grid OwnGrid => _own;

    /// <summary>Millimetres between voxels of the own grid.</summary>
    public (double X, double Y, double Z) Spacing { get; }

    /// <summary>Bytes of image and labels.</summary>
    public long Bytes => Image.numel() * sizeof(float) + Labels.numel();

    /// <summary>Moves image and labels to a device; they are in the host's memory at first.</summary>
    public void MoveTo(torch.Device device)
    {
        using var scope = NewDisposeScope();
        var (image, labels) = (Image, Labels);
        Image = image.to(device).DetachFromDisposeScope();
        Labels = labels.to(device).DetachFromDisposeScope();
        image.Dispose();
        labels.Dispose();
    }

    /// <summary>Brings a prediction to the case's own grid.</summary>
    /// <param name="probabilities">[channels, X, Y, Z] of <see cref="Size"/>.</param>
    /// <returns>[channels, X, Y, Z] of what is not 0 in the case.</returns>
    public Tensor Own(Tensor probabilities)
    {
        using var scope = NewDisposeScope();
        var inside = probabilities
            .narrow(1, _before.X, _prepared.X)
            .narrow(2, _before.Y, _prepared.Y)
            .narrow(3, _before.Z, _prepared.Z);
        return (_prepared == _box ? inside.alias() : Resized(inside, _box)).MoveToOuterDisposeScope();
    }

    /// <summary>Labels of the whole own grid, first axis fastest; 0 where every channel is 0, unless 0 is a
    /// value.</summary>
    /// <param name="inside">Bytes [X, Y, Z] on the grid of <see cref="Own"/>.</param>
    public byte[] Whole(Tensor inside)
    {
        using var scope = NewDisposeScope();
        var bytes = inside.to(ScalarType.Byte).cpu().permute(2, 1, 0).contiguous().data<byte>().ToArray();
        var whole = new byte[_own.Voxels];
        for (var z = 0; z < _box.Z; z++)
        for (var y = 0; y < _box.Y; y++)
            bytes
                .AsSpan((z * _box.Y + y) * _box.X, _box.X)
                .CopyTo(whole.AsSpan(((_corner.Z + z) * _own.Y + _corner.Y + y) * _own.X + _corner.X));
        for (var at = 0; _isEmpty is not null && at < whole.Length; at++)
            if (_isEmpty[at])
                whole[at] = 0;
        return whole;
    }

    /// <summary>Writes predicted labels on the own grid, as the file of labels that has the case's name.</summary>
    /// <param name="folder">Exists.</param>
    /// <param name="masks">By class without the background, 1 where it is; where several are, the last one
    /// counts.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(string folder, byte[][] masks)
    {
        var labels = new byte[Truth.Length];
        for (var one = 0; one < masks.Length; one++)
        for (var at = 0; at < labels.Length; at++)
            if (masks[one][at] == 1)
                labels[at] = _labels[one + 1];
        NiftiWriter.Write(Path.Combine(folder, Name + ".nii.gz"), _place, labels);
    }

    static int Resampled(int length, double factor) => Math.Max(1, (int)Math.Round(length * factor));

    // In memory the first axis is fastest, in tensors the last.
    Tensor Cut(Tensor values) =>
        values
            .view(_own.Z, _own.Y, _own.X)
            .permute(2, 1, 0)
            .narrow(0, _corner.X, _box.X)
            .narrow(1, _corner.Y, _box.Y)
            .narrow(2, _corner.Z, _box.Z);

    static Tensor Resized(Tensor maps, Grid size) =>
        F.interpolate(
                maps.unsqueeze(0),
                size: [size.X, size.Y, size.Z],
                mode: InterpolationMode.Trilinear,
                align_corners: false
            )
            .squeeze(0);

    // Half-voxel centres, as the image's.
    static Tensor Nearest(Tensor labels, int axis, int length)
    {
        var from = labels.size(axis);
        var places = new long[length];
        for (var i = 0; i < length; i++)
            places[i] = Math.Min(from - 1, (long)((i + 0.5) * from / length));
        return labels.index_select(axis, tensor(places));
    }

    Tensor Padded(Tensor maps) =>
        Size == _prepared
            ? maps
            : F.pad(
                maps,
                [
                    _before.Z,
                    Size.Z - _prepared.Z - _before.Z,
                    _before.Y,
                    Size.Y - _prepared.Y - _before.Y,
                    _before.X,
                    Size.X - _prepared.X - _before.X,
                ]
            );

    static bool[] Empty(Volume[] channels)
    {
        var empty = new bool[channels[0].Values.Length];
        Array.Fill(empty, true);
        foreach (var channel in channels)
            for (var at = 0; at < empty.Length; at++)
                empty[at] &= channel.Values[at] == 0;
        return empty;
    }

    static int[] PlacesOf(Tensor labels)
    {
        var bytes = labels.data<byte>().ToArray();
        var count = bytes.Length - bytes.AsSpan().Count((byte)0);
        var places = new int[Math.Min(count, PlacesMax)];
        var (seen, kept) = (0L, 0);
        for (var at = 0; at < bytes.Length; at++)
            // The first of each of as many even parts as are remembered.
            if (bytes[at] != 0 && seen++ * places.Length / count == kept)
                places[kept++] = at;
        return places;
    }

    // The smallest box with every voxel above 0; the whole grid where there is none.
    static (Grid Corner, Grid Box) Bounds(Volume[] channels)
    {
        int[] shape = channels[0].Shape;
        var (low, high) = ((int[])[shape[0], shape[1], shape[2]], (int[])[-1, -1, -1]);
        foreach (var channel in channels)
            for (int z = 0, at = 0; z < shape[2]; z++)
            for (var y = 0; y < shape[1]; y++)
            for (var x = 0; x < shape[0]; x++, at++)
                if (channel.Values[at] > 0)
                {
                    (low[0], high[0]) = (Math.Min(low[0], x), Math.Max(high[0], x));
                    (low[1], high[1]) = (Math.Min(low[1], y), Math.Max(high[1], y));
                    (low[2], high[2]) = (Math.Min(low[2], z), Math.Max(high[2], z));
                }
        return high[0] < 0
            ? (default, new(shape[0], shape[1], shape[2]))
            : (new(low[0], low[1], low[2]), new(high[0] - low[0] + 1, high[1] - low[1] + 1, high[2] - low[2] + 1));
    }

    public void Dispose()
    {
        Image.Dispose();
        Labels.Dispose();
    }
}
