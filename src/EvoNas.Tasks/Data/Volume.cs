namespace EvoNas.Tasks.Data;

/// <summary>A volume: values on a grid, and where the grid lies in the patient.</summary>
/// <param name="Shape">Voxels along each axis; three for space, then perhaps channels or times.</param>
/// <param name="Spacing">Millimetres between voxels along the first three axes.</param>
/// <param name="Affine">Voxel indices to millimetres, to the right, to the front and up: three rows of four.</param>
/// <param name="Values">Scaled values, first axis fastest; none is NaN or infinite.</param>
/// <param name="Replaced">Values that were NaN or infinite in the file, and are 0 here.</param>
sealed record Volume(int[] Shape, double[] Spacing, double[,] Affine, float[] Values, int Replaced)
{
    /// <summary>Where the first three axes point to: R or L, A or P, S or I.</summary>
    public string Orientation =>
        string.Concat(Axes().Select(static axis => (axis.Forward ? "RAS" : "LPI")[axis.World]));

    /// <summary>Lengths beyond the first three axes multiplied: channels or times.</summary>
    public int Channels => Shape.Skip(3).Aggregate(1, static (product, length) => product * length);

    /// <summary>Voxels of one channel.</summary>
    public int Voxels => Shape[0] * Shape[1] * Shape[2];

    /// <summary>The same volume with its axes turned and flipped so that they point right, front and up as nearly as
    /// they can.</summary>
    public Volume ToRas()
    {
        var axes = Axes();
        if (axes is [(0, true), (1, true), (2, true)])
            return this;
        var (shape, spacing) = ((int[])Shape.Clone(), new double[3]);
        // Of each world axis: which index steps along it, and from where.
        Span<int> strides = stackalloc int[3];
        Span<int> own = [1, Shape[0], Shape[0] * Shape[1]];
        var start = 0;
        var affine = new double[3, 4];
        for (var row = 0; row < 3; row++)
            affine[row, 3] = Affine[row, 3];
        for (var axis = 0; axis < 3; axis++)
        {
            var (world, forward) = axes[axis];
            shape[world] = Shape[axis];
            spacing[world] = Spacing[axis];
            strides[world] = forward ? own[axis] : -own[axis];
            start += forward ? 0 : own[axis] * (Shape[axis] - 1);
            for (var row = 0; row < 3; row++)
            {
                affine[row, world] = forward ? Affine[row, axis] : -Affine[row, axis];
                if (!forward)
                    affine[row, 3] += Affine[row, axis] * (Shape[axis] - 1);
            }
        }
        var turned = new float[Values.Length];
        var to = 0;
        for (var channel = 0; channel < Channels; channel++)
        for (var z = 0; z < shape[2]; z++)
        for (var y = 0; y < shape[1]; y++)
        {
            var from = channel * Voxels + start + z * strides[2] + y * strides[1];
            for (var x = 0; x < shape[0]; x++, from += strides[0])
                turned[to++] = Values[from];
        }
        return new(shape, spacing, affine, turned, Replaced);
    }

    /// <summary>Its values as labels.</summary>
    /// <param name="path">What errors call it.</param>
    /// <exception cref="RequestException">It has several channels or times, or a value that is not within 0.001 of a
    /// whole number from 0 to 65535.</exception>
    public ushort[] ToLabels(string path)
    {
        if (Channels != 1)
            throw new RequestException(
                $"'{path}' has {Channels} channels or times ({string.Join(" x ", Shape)}); labels have one."
            );
        var labels = new ushort[Values.Length];
        for (var i = 0; i < labels.Length; i++)
        {
            var whole = MathF.Round(Values[i]);
            if (MathF.Abs(whole - Values[i]) > 1e-3f || whole is < 0 or > ushort.MaxValue)
                throw new RequestException(
                    $"'{path}', voxel {Place(i)}: a label is a whole number from 0 to 65535, found {Values[i]}."
                );
            labels[i] = (ushort)whole;
        }
        return labels;
    }

    /// <summary>Whether both lie on one grid, to a thousandth of the spacing.</summary>
    public bool SharesGridWith(Volume other)
    {
        for (var axis = 0; axis < 3; axis++)
            if (Shape[axis] != other.Shape[axis])
                return false;
        for (var row = 0; row < 3; row++)
        for (var column = 0; column < 4; column++)
            if (Math.Abs(Affine[row, column] - other.Affine[row, column]) > 1e-3 * Spacing.Max())
                return false;
        return true;
    }

    /// <summary>The indices of a voxel, as errors write them.</summary>
    public string Place(int index) =>
        $"({index % Shape[0]}, {index / Shape[0] % Shape[1]}, {index / (Shape[0] * Shape[1]) % Shape[2]})";

    // The assignment of axes to directions with the largest sum of cosines.
    (int World, bool Forward)[] Axes()
    {
        int[][] orders =
        [
            [0, 1, 2],
            [0, 2, 1],
            [1, 0, 2],
            [1, 2, 0],
            [2, 0, 1],
            [2, 1, 0],
        ];
        double Cosine(int world, int axis)
        {
            var length = Math.Sqrt(
                Affine[0, axis] * Affine[0, axis]
                    + Affine[1, axis] * Affine[1, axis]
                    + Affine[2, axis] * Affine[2, axis]
            );
            return length > 0 ? Affine[world, axis] / length : 0;
        }
        var best = orders.MaxBy(order => Enumerable.Range(0, 3).Sum(axis => Math.Abs(Cosine(order[axis], axis))))!;
        return [.. Enumerable.Range(0, 3).Select(axis => (best[axis], Cosine(best[axis], axis) >= 0))];
    }
}
