using EvoNas.Genetics;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Drawings;
using EvoNas.Tasks.Metrics;
using EvoNas.Torch.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Lidar;

/// <summary>Some scans on the device.</summary>
/// <param name="Points">[n, M, 5]: x, y, z, intensity, elongation.</param>
/// <param name="Exist">[n, M]; false where a shorter scan has no point.</param>
/// <param name="Boxes">[n, B, 7], see <see cref="Boxes3"/>.</param>
/// <param name="Kinds">[n, B], int64: 1 for an object to learn from, <see cref="Hard"/>, or
/// <see cref="Nothing"/>.</param>
readonly record struct Scans(Tensor Points, Tensor Exist, Tensor Boxes, Tensor Kinds)
{
    /// <summary>There is no object.</summary>
    public const int Nothing = -1;

    /// <summary>An object that is not learnt from: of level 2.</summary>
    public const int Hard = -2;
}

/// <summary>Scans with the boxes of their objects, on the device. The truth of a batch is boxes [n, B, 7] and kinds
/// [n, B], as of <see cref="Scans"/>.</summary>
sealed class LidarSamples : Samples
{
    readonly Pillars _pillars;
    readonly LidarGrid _grid;
    readonly LidarVariation _variation;
    readonly ObjectBank? _bank;
    readonly KittiCalibration?[] _calibrations;
    readonly Scans _all;

    /// <param name="frames">Those to take.</param>
    /// <param name="takes">Which objects count.</param>
    /// <param name="grid">The image from above; what is outside of it does not count.</param>
    /// <param name="pillars">Of this grid; disposed with the samples.</param>
    /// <param name="variation">How <see cref="Begin"/> varies them.</param>
    /// <param name="device">Where they live.</param>
    public LidarSamples(
        LabelledFrame[] frames,
        Func<LidarObject, bool> takes,
        LidarGrid grid,
        Pillars pillars,
        LidarVariation variation,
        torch.Device device
    )
    {
        (_pillars, _grid, _variation) = (pillars, grid, variation);
        bool Counts(LidarObject one) => takes(one) && LidarPoints.IsOn(grid, one.Box);

        Names = [.. frames.Select(frame => frame.Name)];
        _calibrations = Array.ConvertAll(frames, static frame => frame.Calibration);
        Class = frames.SelectMany(frame => frame.Objects).FirstOrDefault(takes).Class ?? "vehicle";
        Truths = new LidarTruth[frames.Length][];
        var (clouds, objects) = (new float[frames.Length][], new List<(LidarObject One, bool IsEmpty)>[frames.Length]);
        for (var i = 0; i < frames.Length; i++)
        {
            clouds[i] = LidarPoints.OnGrid(grid, frames[i], (ulong)i);
            objects[i] =
            [
                .. frames[i]
                    .Objects.Where(Counts)
                    .Select(one => (one, LidarPoints.Inside(frames[i].Points, one.Box).Length == 0)),
            ];
            // What no ray met cannot be found.
            Truths[i] =
            [
                .. objects[i].Where(one => !one.IsEmpty).Select(one => new LidarTruth(one.One.Box, one.One.Level)),
            ];
        }
        var (pointsMax, boxesMax) = (
            Math.Max(1, clouds.Max(cloud => cloud.Length / PointCloud.ColumnsMax)),
            Math.Max(1, objects.Max(some => some.Count))
        );
        using var scope = NewDisposeScope();
        var points = zeros([frames.Length, pointsMax, PointCloud.ColumnsMax]);
        var (boxes, kinds) = (new float[frames.Length * boxesMax * Boxes3.Numbers], new long[frames.Length * boxesMax]);
        Array.Fill(kinds, Scans.Nothing);
        for (var i = 0; i < frames.Length; i++)
        {
            var count = clouds[i].Length / PointCloud.ColumnsMax;
            if (count > 0)
                points[i].narrow(0, 0, count).copy_(tensor(clouds[i], [count, PointCloud.ColumnsMax]));
            foreach (var (j, (one, isEmpty)) in objects[i].Index())
            {
                kinds[i * boxesMax + j] = one.Level == 1 && !isEmpty ? 1 : Scans.Hard;
                LidarPoints.Numbers(one.Box).CopyTo(boxes, (i * boxesMax + j) * Boxes3.Numbers);
            }
        }
        var counts = tensor(Array.ConvertAll(clouds, cloud => (long)cloud.Length / PointCloud.ColumnsMax));
        _all = new(
            points.to(device).DetachFromDisposeScope(),
            arange(pointsMax, dtype: ScalarType.Int64)
                .unsqueeze(0)
                .lt(counts.unsqueeze(1))
                .to(device)
                .DetachFromDisposeScope(),
            tensor(boxes, [frames.Length, boxesMax, Boxes3.Numbers], device: device).DetachFromDisposeScope(),
            tensor(kinds, [frames.Length, boxesMax], device: device).DetachFromDisposeScope()
        );
        if (variation.Paste > 0)
            _bank = ObjectBank.Of(frames, one => Counts(one) && one.Level == 1, device);
    }

    public override int Count => Truths.Length;

    /// <summary>Of the frames.</summary>
    public string[] Names { get; }

    /// <summary>What the objects are called.</summary>
    public string Class { get; }

    /// <summary>The objects of each scan that a detector can find.</summary>
    public LidarTruth[][] Truths { get; }

    /// <summary>Writes what was found in a scan, in the format that its labels have.</summary>
    public void Write(string folder, int index, LidarObject[] found)
    {
        var path = Path.Combine(folder, Names[index] + ".txt");
        if (_calibrations[index] is { } calibration)
            KittiLabels.Write(path, found.Select(one => calibration.ToCamera(one)));
        else
            File.WriteAllText(path, LidarLabels.Text(found, scored: true));
    }

    /// <summary>A scan from above, with its truth and what was found in it.</summary>
    /// <param name="index">Of the scan.</param>
    /// <param name="found">What is drawn.</param>
    public Sample Drawing(int index, IReadOnlyList<LidarDetection> found)
    {
        var (xMin, xMax, yMin, yMax) = _grid.Bounds;
        var count = (int)_all.Exist[index].sum().item<long>();
        var points = _all.Points[index].narrow(0, 0, count).cpu().contiguous().data<float>().ToArray();
        return Sample.OfFrame(
            new(
                $"{Names[index]}: {Truths[index].Length} objects, {found.Count} found",
                new(PointCloud.ColumnsMax, points, 0),
                [.. found.Select(one => new LidarObject(one.Box, Class, 1, one.Score))]
            ),
            [(xMin, xMax), (yMin, yMax)],
            Truths[index]
        );
    }

    public override SampledEpoch Begin(SeededRandom random) =>
        new Epoch(this, _variation.Roll(Count, _bank?.Count ?? 0, random, _all.Points.device));

    public override Batch Plain(int start, int count) =>
        Batch(
            new(
                _all.Points.narrow(0, start, count),
                _all.Exist.narrow(0, start, count),
                _all.Boxes.narrow(0, start, count),
                _all.Kinds.narrow(0, start, count)
            )
        );

    Batch Varied(LidarMoves moves)
    {
        using var scope = NewDisposeScope();
        var scans = new Scans(
            _all.Points.index_select(0, moves.Chosen),
            _all.Exist.index_select(0, moves.Chosen),
            _all.Boxes.index_select(0, moves.Chosen),
            _all.Kinds.index_select(0, moves.Chosen)
        );
        if (_bank is { Count: > 0 })
            scans = _bank.PutInto(scans, moves.Pasted);
        var boxes = moves.Boxes(scans.Boxes);
        // What was turned off the grid is no object.
        var (xMin, xMax, yMin, yMax) = _grid.Bounds;
        var (x, y) = (boxes.select(2, 0), boxes.select(2, 1));
        var isOn = x.ge(xMin).logical_and(x.lt(xMax)).logical_and(y.ge(yMin)).logical_and(y.lt(yMax));
        var kinds = where(isOn, scans.Kinds, (long)Scans.Nothing);
        var batch = Batch(new(moves.Points(scans.Points), scans.Exist, boxes, kinds));
        foreach (var tensor in batch.Inputs.Concat(batch.Truth))
            tensor.MoveToOuterDisposeScope();
        return batch;
    }

    Batch Batch(Scans scans)
    {
        var (features, places) = _pillars.Of(scans.Points, scans.Exist);
        return new(features, [scans.Boxes, scans.Kinds]) { More = [places] };
    }

    public override void Dispose()
    {
        _pillars.Dispose();
        _bank?.Dispose();
        foreach (var part in (Tensor[])[_all.Points, _all.Exist, _all.Boxes, _all.Kinds])
            part.Dispose();
    }

    sealed class Epoch(LidarSamples samples, LidarMoves moves) : SampledEpoch
    {
        public override Batch Batch(int start, int count) => samples.Varied(moves.Part(start, count));

        public override void Dispose() => moves.Dispose();
    }
}
