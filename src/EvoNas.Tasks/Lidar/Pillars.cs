using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Lidar;

/// <summary>Which numbers describe a point of a pillar.</summary>
enum PillarFeatures
{
    /// <summary>Offsets to the mean of the pillar, intensity, elongation, the mean, x and y of the cell's corner.
    /// Places without a point have them too, with the point at the origin (the released trainer of
    /// PointPillars).</summary>
    Released,

    /// <summary>x, y, z, reflectance, offsets to the mean, offsets to the centre of the pillar; 0 where there is no
    /// point (OpenPCDet).</summary>
    Kitti,
}

/// <summary>Points → pillars, all scans of a batch at once, on their device.</summary>
/// <remarks>Of a cell with too many points the first count; of a scan with too many pillars those whose cells come
/// first in a random order that is always the same.</remarks>
sealed class Pillars : IDisposable
{
    /// <summary>Numbers of a point.</summary>
    public const int Features = 10;

    // Values of a point as it comes: x, y, z, intensity, elongation.
    const int Columns = 5;

    readonly LidarGrid _grid;
    readonly PillarFeatures _features;
    readonly int _pillarsMax,
        _pointsMax;

    // [cells]: the turn of each cell, and the cell of each turn.
    readonly Tensor _turns,
        _cells;

    /// <param name="grid">The image from above.</param>
    /// <param name="features">Which numbers.</param>
    /// <param name="pillarsMax">Of a scan.</param>
    /// <param name="pointsMax">Of a pillar.</param>
    /// <param name="device">Where it computes.</param>
    public Pillars(LidarGrid grid, PillarFeatures features, int pillarsMax, int pointsMax, torch.Device device)
    {
        (_grid, _features, _pillarsMax, _pointsMax) = (grid, features, pillarsMax, pointsMax);
        using var scope = NewDisposeScope();
        var order = Torch.Data.Split.Shuffled(grid.Side * grid.Side, Genetics.SeededRandom.For(0, "order of cells"));
        _cells = tensor(Array.ConvertAll(order, cell => (long)cell), device: device).DetachFromDisposeScope();
        _turns = _cells.argsort().DetachFromDisposeScope();
    }

    /// <summary>The pillars of scans.</summary>
    /// <param name="points">[n, M, 5]: x, y, z in metres, intensity, elongation; float32 or float64.</param>
    /// <param name="exists">[n, M]: false where a shorter scan has no point.</param>
    /// <returns>Features [n, 10, P, N], channels last in memory, and row and column of each pillar [n, 2, P], −1 where
    /// a scan has fewer. P is that of the fullest scan. The caller's, or its scope's.</returns>
    public (Tensor Features, Tensor Places) Of(Tensor points, Tensor exists)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var (scans, device, cells) = (points.size(0), points.device, (long)_grid.Side * _grid.Side);
        var (x, y, z) = (points.select(2, 0), points.select(2, 1), points.select(2, 2));
        var column = (x / _grid.Cell).floor().to(ScalarType.Int64) + _grid.Left;
        var row = _grid.OriginRow - (y / _grid.Cell).floor().to(ScalarType.Int64);
        var counts = exists
            .logical_and(column.ge(0).logical_and(column.lt(_grid.Side)))
            .logical_and(row.ge(0).logical_and(row.lt(_grid.Side)))
            .logical_and(z.ge(_grid.ZMin).logical_and(z.le(_grid.ZMax)));

        // Points sorted by scan and by the turn of their cell; those that do not count come last.
        var scan = arange(scans, dtype: ScalarType.Int64, device: device).unsqueeze(1);
        var turn = _turns.index_select(0, where(counts, row * _grid.Side + column, 0L).flatten()).view_as(row);
        var (keys, order) = where(counts, scan * cells + turn, scans * cells).flatten().sort(0, stable: true);
        var inside = keys.lt(scans * cells);

        // A pillar begins where the key changes; a point's place in it is how far behind the beginning it lies.
        var places = arange(keys.size(0), dtype: ScalarType.Int64, device: device);
        var begins = cat([ones(1, dtype: ScalarType.Bool, device: device), keys[1..].ne(keys[..^1])]);
        var start = where(begins, places, 0L).cummax(0).values;
        var rank = places - start;
        // Pillars are numbered from 0 on in each scan.
        var number = begins.to(ScalarType.Int64).cumsum(0) - 1;
        var ofScan = keys.div(cells, RoundingMode.floor);
        var ends = searchsorted(keys, arange(scans + 1, dtype: ScalarType.Int64, device: device) * cells);
        var first = number.index_select(0, ends.clamp(max: keys.size(0) - 1));
        var inScan = number - first.index_select(0, ofScan);
        var kept = inside.logical_and(rank.lt(_pointsMax)).logical_and(inScan.lt(_pillarsMax));
        var longest = Math.Max(1, where(kept, inScan + 1, 0L).max().item<long>());

        // What is not kept goes to one place too many.
        var slots = scans * longest * _pointsMax;
        var slot = where(kept, (ofScan * longest + inScan) * _pointsMax + rank, slots);
        var laid = zeros([slots + 1, Columns], dtype: points.dtype, device: device);
        laid.index_copy_(0, slot, points.reshape(-1, Columns).index_select(0, order));
        var filled = zeros([slots + 1], dtype: points.dtype, device: device)
            .index_fill_(0, slot, 1)
            .narrow(0, 0, slots)
            .view(scans, longest, _pointsMax, 1);
        laid = laid.narrow(0, 0, slots).view(scans, longest, _pointsMax, Columns);

        var pillar = where(kept, ofScan * longest + inScan, scans * longest);
        var cell = full([scans * longest + 1], -1L, dtype: ScalarType.Int64, device: device);
        cell.index_copy_(0, pillar, _cells.index_select(0, keys.remainder(cells)));
        cell = cell.narrow(0, 0, scans * longest).view(scans, longest);
        var exist = cell.ge(0);
        var rows = where(exist, cell.div(_grid.Side, RoundingMode.floor), -1L);
        var columns = where(exist, cell.remainder(_grid.Side), -1L);
        return (
            Described(laid, filled, rows.clamp(min: 0), columns.clamp(min: 0))
                .permute(0, 3, 1, 2)
                .MoveToOuterDisposeScope(),
            stack([rows, columns], 1).MoveToOuterDisposeScope()
        );
    }

    // [n, P, N, 10].
    Tensor Described(Tensor points, Tensor filled, Tensor rows, Tensor columns)
    {
        var xyz = points.narrow(3, 0, 3);
        var mean = xyz.sum(2, keepdim: true) / filled.sum(2, keepdim: true).clamp(min: 1);
        // Whole numbers times a real one are float32 whatever the points are.
        var corner = (stack([columns - _grid.Left, _grid.OriginRow - rows], 2).to(points.dtype) * _grid.Cell).unsqueeze(
            2
        );
        if (_features == PillarFeatures.Released)
            return cat(
                [xyz - mean, points.narrow(3, 3, 2), mean.expand_as(xyz), corner.expand(-1, -1, _pointsMax, -1)],
                3
            );
        var centre = cat(
            [corner + _grid.Cell / 2, full_like(corner.narrow(3, 0, 1), (_grid.ZMin + _grid.ZMax) / 2)],
            3
        );
        return cat([points.narrow(3, 0, 4), xyz - mean, xyz - centre], 3) * filled;
    }

    public void Dispose()
    {
        _turns.Dispose();
        _cells.Dispose();
    }
}
