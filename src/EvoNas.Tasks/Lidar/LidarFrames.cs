using System.Collections.Immutable;
using EvoNas.Tasks.Data;

namespace EvoNas.Tasks.Lidar;

/// <summary>A folder of lidar frames as a data set: its parts, and whether there is something to learn.</summary>
static class LidarFrames
{
    // Enough to find the cause.
    const int NamedMax = 5;

    /// <summary>Whether an object is one that networks learn to find: a car or a vehicle.</summary>
    public static bool IsCar(LidarObject one) =>
        one.Class.Equals("car", StringComparison.OrdinalIgnoreCase)
        || one.Class.Equals("vehicle", StringComparison.OrdinalIgnoreCase);

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">Of plain frames or of KITTI's layout.</param>
    /// <param name="report">Says whether frames that are missing or damaged are left out, and counts them.</param>
    /// <exception cref="RequestException">It has too few frames, or some are missing.</exception>
    public static (LidarFolder Frames, PartsOf<string> Parts) Of(string folder, DataReport report)
    {
        var frames = LidarFolder.Open(folder)!; // The layout says so.
        var (train, validation, test) = frames.Lists(report);
        string[] all = [.. train, .. validation ?? [], .. test ?? []];
        var usable = all.Distinct().Where(name => IsUsable(frames, name, report)).ToHashSet(StringComparer.Ordinal);
        var missing = all.Where(name => frames.Missing(name) is not null).ToArray();
        if (missing.Length > 0 && !report.SkipMissing)
            throw new RequestException(
                $"{missing.Length} of {all.Length} frames of '{folder}' are not whole: "
                    + string.Join(", ", missing.Take(NamedMax).Select(frames.Missing))
                    + (missing.Length > NamedMax ? ", …" : "")
                    + ".",
                "Bring these files, or leave the frames out: --skip-missing."
            );
        return (frames, PartsOf<string>.Of(folder, Usable(train), Some(validation), Some(test)));

        ImmutableArray<string> Usable(IEnumerable<string> names) => [.. names.Where(usable.Contains)];

        ImmutableArray<string>? Some(string[]? names) => names is null ? null : Usable(names);
    }

    static bool IsUsable(LidarFolder frames, string name, DataReport report)
    {
        if (frames.Missing(name) is { } file)
        {
            report.Count("frames without all of their files: left out", file);
            return false;
        }
        if (!report.SkipDamaged)
            return true;
        try
        {
            frames.ForTraining(name);
            return true;
        }
        catch (RequestException damaged)
        {
            report.Count("frames that cannot be used: left out", damaged.Message);
            return false;
        }
    }

    /// <summary>Reads every frame and counts what there is to find.</summary>
    /// <param name="frames">Of the folder.</param>
    /// <param name="parts">Their names.</param>
    /// <param name="folder">Its path.</param>
    /// <param name="grid">What is outside of it does not count.</param>
    /// <param name="report">Counts what was repaired.</param>
    /// <returns>A sentence: what there is, and how much of it lies on the grid.</returns>
    /// <exception cref="RequestException">A frame is malformed, or no car lies on the grid.</exception>
    public static string CheckObjects(
        LidarFolder frames,
        PartsOf<string> parts,
        string folder,
        LidarGrid grid,
        DataReport report
    )
    {
        long points = 0,
            pointsOn = 0;
        var (count, cars, carsOn, empty) = (0, 0, 0, 0);
        var others = new SortedSet<string>(StringComparer.Ordinal);
        var (xMin, xMax, yMin, yMax) = grid.Bounds;
        foreach (var name in (IEnumerable<string>)[.. parts.Train, .. parts.Validation ?? [], .. parts.Test])
        {
            var frame = frames.ForTraining(name);
            count++;
            if (frame.Points.Dropped > 0)
                report.Count("frames with points that are NaN or infinite: these are left out", name);
            if (frame.Points.Count == 0)
                report.Count("frames without a point", name);
            points += frame.Points.Count;
            pointsOn += LidarPoints.CountOn(grid, frame.Points);
            foreach (var one in frame.Objects)
            {
                others.Add(one.Class);
                if (!IsCar(one))
                    continue;
                cars++;
                carsOn += LidarPoints.IsOn(grid, one.Box) ? 1 : 0;
                empty += LidarPoints.Inside(frame.Points, one.Box).Length == 0 ? 1 : 0;
            }
        }
        if (cars == 0)
            throw new RequestException(
                $"'{folder}' has no object of class car or vehicle in {count} frames; its classes are "
                    + $"{(others.Count == 0 ? "none" : string.Join(", ", others))}.",
                "Give what is to be found the class 'vehicle'."
            );
        var range = FormattableString.Invariant(
            $"x {xMin:0.#} to {xMax:0.#}, y {yMin:0.#} to {yMax:0.#}, z {grid.ZMin:0.#} to {grid.ZMax:0.#} m"
        );
        if (carsOn == 0)
            throw new RequestException(
                $"None of the {cars} cars of '{folder}' lies in the range that is learnt ({range}).",
                "Its axes, its units, or whether z is 0 at the sensor or on the ground, are not what was expected."
            );
        if (empty > cars / 2)
            report.Count(
                "more than half of the cars hold no point: check centre or bottom, axes and calibration",
                $"{empty} of {cars}"
            );
        var (ofPoints, ofCars) = (100.0 * pointsOn / Math.Max(1, points), 100.0 * carsOn / cars);
        return FormattableString.Invariant($"{cars} cars and vehicles in {count} frames of '{folder}'; in the range ")
            + FormattableString.Invariant($"that is learnt ({range}) lie {ofPoints:0.#} % of the points ")
            + FormattableString.Invariant($"and {ofCars:0.#} % of them.");
    }
}
