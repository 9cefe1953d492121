using EvoNas.Tasks.Data;

namespace EvoNas.Tasks.Lidar;

/// <summary>A folder of plain frames as a data set: its parts, and whether there is something to learn.</summary>
static class LidarFrames
{
    /// <summary>Whether an object is one that networks learn to find: a car or a vehicle.</summary>
    public static bool IsCar(LidarObject one) =>
        one.Class.Equals("car", StringComparison.OrdinalIgnoreCase)
        || one.Class.Equals("vehicle", StringComparison.OrdinalIgnoreCase);

    /// <summary>Opens a folder.</summary>
    /// <exception cref="RequestException">It has too few frames.</exception>
    public static (LidarFolder Frames, PartsOf<string> Parts) Of(string folder)
    {
        var frames = LidarFolder.Open(folder)!; // The layout says so.
        return (frames, PartsOf<string>.Of(folder, [.. frames.Frames], null, null));
    }

    /// <summary>Reads every frame and counts what there is to find.</summary>
    /// <exception cref="RequestException">A frame is malformed, or none has a car.</exception>
    public static int CheckObjects(LidarFolder frames, string folder, DataReport report)
    {
        var (cars, others) = (0, new SortedSet<string>(StringComparer.Ordinal));
        foreach (var name in frames.Frames)
        {
            var frame = frames.Read(name);
            if (frame.Points.Dropped > 0)
                report.Count("frames with points that are NaN or infinite: these are left out", name);
            cars += frame.Objects.Count(IsCar);
            others.UnionWith(frame.Objects.Select(one => one.Class));
        }
        return cars > 0
            ? cars
            : throw new RequestException(
                $"'{folder}' has no object of class car or vehicle in {frames.Frames.Length} frames; its classes are "
                    + $"{(others.Count == 0 ? "none" : string.Join(", ", others))}.",
                "Give what is to be found the class 'vehicle'."
            );
    }
}
