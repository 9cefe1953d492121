using System.Runtime.InteropServices;

namespace EvoNas.Tasks.Data;

/// <summary>Points of a lidar frame.</summary>
/// <param name="Columns">Values of a point: x, y, z and intensity, perhaps elongation.</param>
/// <param name="Values">Point after point; none is NaN or infinite.</param>
/// <param name="Dropped">Points that had such a value.</param>
sealed record PointCloud(int Columns, float[] Values, int Dropped)
{
    /// <summary>x, y, z, intensity and elongation.</summary>
    public const int ColumnsMax = 5;

    /// <summary>How many points there are.</summary>
    public int Count => Values.Length / Columns;

    /// <summary>Reads a file of little-endian float32.</summary>
    /// <param name="path">The file.</param>
    /// <param name="columns">Values of a point, 4 for KITTI.</param>
    /// <exception cref="RequestException">Its size is no multiple of a point's.</exception>
    public static PointCloud Read(string path, int columns = 4)
    {
        using var file = MappedFile.Open(path);
        var size = columns * sizeof(float);
        if (file.Bytes.Length % size != 0)
            throw new RequestException(
                $"'{path}' has {file.Bytes.Length} bytes, which is no multiple of {size}: {columns} float32 a point "
                    + "were expected."
            );
        var all = MemoryMarshal.Cast<byte, float>(file.Bytes);
        var (kept, at) = (new float[all.Length], 0);
        for (var i = 0; i < all.Length; i += columns)
        {
            var point = all.Slice(i, columns);
            var finite = true;
            foreach (var value in point)
                finite &= float.IsFinite(value);
            if (!finite)
                continue;
            point.CopyTo(kept.AsSpan(at));
            at += columns;
        }
        return new(columns, kept[..at], (all.Length - at) / columns);
    }
}
