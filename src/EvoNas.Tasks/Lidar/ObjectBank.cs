using EvoNas.Tasks.Data;
using EvoNas.Torch.Data;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Lidar;

/// <summary>The objects of all training scans with their points, to be put into other scans (ground-truth
/// sampling).</summary>
/// <remarks>Source: Yan, Mao and Li 2018, doi:10.3390/s18103337, §3.4.2. An object stays at its place; one that would
/// meet another is left out, and so is another that it would meet, as in OpenPCDet.</remarks>
sealed class ObjectBank : IDisposable
{
    // Objects of fewer points teach nothing.
    const int PointsMin = 5;

    // Near objects have more; these are enough for a pillar each.
    const int PointsMax = 256;

    readonly Tensor _points,
        _counts,
        _boxes;

    ObjectBank(Tensor points, Tensor counts, Tensor boxes) => (_points, _counts, _boxes) = (points, counts, boxes);

    /// <summary>How many there are.</summary>
    public int Count => (int)_counts.size(0);

    /// <summary>Gathers objects.</summary>
    /// <param name="frames">The training scans.</param>
    /// <param name="takes">Which objects.</param>
    /// <param name="device">Where they live.</param>
    public static ObjectBank Of(IEnumerable<LabelledFrame> frames, Func<LidarObject, bool> takes, torch.Device device)
    {
        var (all, boxes) = (new List<float[]>(), new List<float>());
        foreach (var frame in frames)
        foreach (var one in frame.Objects)
            if (
                takes(one)
                && LidarPoints.Inside(frame.Points, one.Box) is { Length: >= PointsMin * PointCloud.ColumnsMax } inside
            )
            {
                all.Add(inside);
                boxes.AddRange(LidarPoints.Numbers(one.Box));
            }
        var most = Math.Min(PointsMax, all.Count == 0 ? 1 : all.Max(points => points.Length / PointCloud.ColumnsMax));
        var (values, counts) = (new float[Math.Max(1, all.Count) * most * PointCloud.ColumnsMax], new long[all.Count]);
        foreach (var (i, points) in all.Index())
        {
            counts[i] = Math.Min(most, points.Length / PointCloud.ColumnsMax);
            points
                .AsSpan(0, (int)counts[i] * PointCloud.ColumnsMax)
                .CopyTo(values.AsSpan(i * most * PointCloud.ColumnsMax));
        }
        using var scope = NewDisposeScope();
        return new(
            tensor(values, [Math.Max(1, all.Count), most, PointCloud.ColumnsMax], device: device)
                .DetachFromDisposeScope(),
            tensor(counts, [all.Count], device: device).DetachFromDisposeScope(),
            tensor(boxes.ToArray(), [all.Count, Boxes3.Numbers], device: device).DetachFromDisposeScope()
        );
    }

    /// <summary>Puts objects into scans.</summary>
    /// <param name="scans">What there is.</param>
    /// <param name="chosen">[n, S], indices of objects.</param>
    /// <returns>With more points and boxes; the caller's, or its scope's.</returns>
    public Scans PutInto(Scans scans, Tensor chosen)
    {
        using var quiet = no_grad();
        using var scope = NewDisposeScope();
        var (n, some) = (chosen.size(0), chosen.size(1));
        var flat = chosen.flatten();
        var boxes = _boxes.index_select(0, flat).view(n, some, Boxes3.Numbers);
        var existing = scans.Kinds.ge(0);
        var wanted = arange(some, dtype: ScalarType.Int64, device: chosen.device)
            .unsqueeze(0)
            .lt(some - existing.sum(1, keepdim: true));
        var meets = Boxes3.Meet(boxes, scans.Boxes).logical_and(scans.Kinds.ne(Scans.Nothing).unsqueeze(1)).any(2);
        var self = eye(some, dtype: ScalarType.Bool, device: chosen.device).unsqueeze(0);
        var others = Boxes3.Meet(boxes, boxes).logical_and(self.logical_not()).logical_and(wanted.unsqueeze(1)).any(2);
        var put = wanted.logical_and(meets.logical_not()).logical_and(others.logical_not());

        // What stood where an object is put is seen no more.
        var covered = Boxes3.Contain(scans.Points, boxes).logical_and(put.unsqueeze(1)).any(2);
        var most = _points.size(1);
        var points = _points.index_select(0, flat).view(n, some * most, PointCloud.ColumnsMax);
        var there = arange(most, dtype: ScalarType.Int64, device: chosen.device)
            .view(1, 1, -1)
            .lt(_counts.index_select(0, flat).view(n, some, 1))
            .logical_and(put.unsqueeze(2))
            .view(n, some * most);
        return new(
            cat([scans.Points, points], 1).MoveToOuterDisposeScope(),
            cat([scans.Exist.logical_and(covered.logical_not()), there], 1).MoveToOuterDisposeScope(),
            cat([scans.Boxes, boxes], 1).MoveToOuterDisposeScope(),
            cat([scans.Kinds, put.to(ScalarType.Int64) * 2 + Scans.Nothing], 1).MoveToOuterDisposeScope()
        );
    }

    public void Dispose()
    {
        _points.Dispose();
        _counts.Dispose();
        _boxes.Dispose();
    }
}
