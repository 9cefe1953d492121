namespace EvoNas.Tasks.Metrics;

/// <summary>Distances between two surfaces, in the unit of the spacing (mm).</summary>
/// <param name="Hausdorff">Largest distance.</param>
/// <param name="Hausdorff95">Larger of the two 95th percentiles, interpolated linearly.</param>
/// <param name="Average">Mean of the distances of both surfaces (ASSD).</param>
readonly record struct SurfaceScore(double Hausdorff, double Hausdorff95, double Average);

/// <summary>Compares the surfaces of a label in two volumes.</summary>
/// <remarks>A surface voxel has the label, and one of its six neighbours has not or lies outside the volume. Distances
/// are exact (Felzenszwalb and Huttenlocher 2012, doi:10.4086/toc.2012.v008a019).</remarks>
static class SurfaceDistances
{
    /// <summary>Compares one label.</summary>
    /// <param name="truth">Labels, last axis fastest.</param>
    /// <param name="prediction">Labels of the same shape.</param>
    /// <param name="shape">Voxels along each axis.</param>
    /// <param name="spacing">Distance of voxels along each axis.</param>
    /// <param name="label">The label to compare.</param>
    /// <returns>Null if one of the volumes has no such voxel.</returns>
    public static SurfaceScore? Of(
        ReadOnlySpan<ushort> truth,
        ReadOnlySpan<ushort> prediction,
        (int A, int B, int C) shape,
        (double A, double B, double C) spacing,
        int label
    )
    {
        var (first, second) = (Surface(truth, shape, label), Surface(prediction, shape, label));
        if (first.Length == 0 || second.Length == 0)
            return null;
        var (there, back) = (Distances(first, second, shape, spacing), Distances(second, first, shape, spacing));
        return new(
            Math.Max(there[^1], back[^1]),
            Math.Max(Percentile(there, 0.95), Percentile(back, 0.95)),
            (there.Sum() + back.Sum()) / (there.Length + back.Length)
        );
    }

    static int[] Surface(ReadOnlySpan<ushort> labels, (int A, int B, int C) shape, int label)
    {
        var (sizeA, sizeB, sizeC) = shape;
        List<int> surface = [];
        var i = 0;
        for (var a = 0; a < sizeA; a++)
        for (var b = 0; b < sizeB; b++)
        for (var c = 0; c < sizeC; c++, i++)
        {
            if (labels[i] != label)
                continue;
            var inside =
                a > 0
                && labels[i - sizeB * sizeC] == label
                && a < sizeA - 1
                && labels[i + sizeB * sizeC] == label
                && b > 0
                && labels[i - sizeC] == label
                && b < sizeB - 1
                && labels[i + sizeC] == label
                && c > 0
                && labels[i - 1] == label
                && c < sizeC - 1
                && labels[i + 1] == label;
            if (!inside)
                surface.Add(i);
        }
        return [.. surface];
    }

    /// <summary>From each voxel of one surface to the nearest of the other, sorted.</summary>
    static double[] Distances(int[] from, int[] to, (int A, int B, int C) shape, (double A, double B, double C) spacing)
    {
        var squares = new double[shape.A * shape.B * shape.C];
        Array.Fill(squares, double.PositiveInfinity);
        foreach (var voxel in to)
            squares[voxel] = 0;
        Sweep(squares, shape.C, 1, shape.A * shape.B, line => line * shape.C, spacing.C);
        Sweep(
            squares,
            shape.B,
            shape.C,
            shape.A * shape.C,
            line => line / shape.C * shape.B * shape.C + line % shape.C,
            spacing.B
        );
        Sweep(squares, shape.A, shape.B * shape.C, shape.B * shape.C, line => line, spacing.A);
        var distances = new double[from.Length];
        for (var i = 0; i < from.Length; i++)
            distances[i] = Math.Sqrt(squares[from[i]]);
        Array.Sort(distances);
        return distances;
    }

    // Along each line, the lower envelope of one parabola a voxel.
    static void Sweep(double[] squares, int length, int stride, int lines, Func<int, int> start, double spacing)
    {
        var (values, centres, borders) = (new double[length], new int[length], new double[length + 1]);
        for (var line = 0; line < lines; line++)
        {
            var origin = start(line);
            var last = -1;
            for (var i = 0; i < length; i++)
            {
                values[i] = squares[origin + i * stride];
                if (double.IsPositiveInfinity(values[i]))
                    continue;
                var border = double.NegativeInfinity;
                while (last >= 0)
                {
                    var centre = centres[last];
                    border =
                        (values[i] - values[centre] + spacing * spacing * ((double)i * i - (double)centre * centre))
                        / (2 * spacing * spacing * (i - centre));
                    if (border > borders[last])
                        break;
                    last--;
                }
                last++;
                centres[last] = i;
                borders[last] = last == 0 ? double.NegativeInfinity : border;
            }
            if (last < 0)
                continue;
            borders[last + 1] = double.PositiveInfinity;
            for (int i = 0, k = 0; i < length; i++)
            {
                while (borders[k + 1] < i)
                    k++;
                var steps = (i - centres[k]) * spacing;
                squares[origin + i * stride] = steps * steps + values[centres[k]];
            }
        }
    }

    static double Percentile(double[] sorted, double share)
    {
        var at = share * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 == sorted.Length
            ? sorted[below]
            : sorted[below] + (at - below) * (sorted[below + 1] - sorted[below]);
    }
}
