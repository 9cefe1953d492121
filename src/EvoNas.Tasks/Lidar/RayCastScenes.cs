using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using EvoNas.Genetics;
using EvoNas.Tasks.Data;
using EvoNas.Torch.Data;

namespace EvoNas.Tasks.Lidar;

/// <summary>The derived data set <c>ray-cast</c>: scans of made-up streets with exact boxes, as folders of plain frames
/// in the data folder. Made once.</summary>
static class RayCastScenes
{
    /// <summary>As <c>--data-set</c> names it.</summary>
    public const string Name = "ray-cast";

    /// <summary>As people call it.</summary>
    public const string Title = "Ray-cast scans";

    /// <summary>Frames of the training part; validation is taken from it.</summary>
    public const int TrainCount = 380;

    /// <summary>Frames of the test part.</summary>
    public const int TestCount = 80;

    // Another number for other scans: a folder of the old ones is made anew then.
    const int Version = 1;

    const string Checksum = "checksum",
        Columns = """{"columns": ["x", "y", "z", "intensity", "elongation"]}""";

    /// <summary>Where the frames of a part lie.</summary>
    public static string PathOf(DataFolder data, Part part) =>
        Path.Combine(data.Root, Name, part == Part.Train ? "train" : "test");

    /// <summary>Reads the frames of a part; makes and keeps them first if they are not there, or not whole.</summary>
    /// <param name="data">Where data sets lie.</param>
    /// <param name="part">Training or test.</param>
    /// <param name="say">Is told what is made; null: not told.</param>
    public static LabelledFrame[] Read(DataFolder data, Part part, Action<string>? say = null)
    {
        var path = PathOf(data, part);
        if (IsWhole(path))
            return [.. Folder(path).Frames.Select(Folder(path).Read)];
        var count = part == Part.Train ? TrainCount : TestCount;
        say?.Invoke($"Making {count} lidar scans in {path}.");
        var frames = new LabelledFrame[count];
        Parallel.For(
            0,
            count,
            i =>
                frames[i] = RayCaster.Cast(
                    $"{i:000000}",
                    SeededRandom.For(part == Part.Train ? 1UL : 2UL, $"lidar scan {i}")
                )
        );
        TryKeep(path, frames);
        return frames;
    }

    /// <summary>Makes what is not there yet.</summary>
    public static void Make(DataFolder data, Action<string> say)
    {
        foreach (var part in (Part[])[Part.Train, Part.Test])
            if (!IsWhole(PathOf(data, part)))
                Read(data, part, say);
    }

    static LidarFolder Folder(string path) => LidarFolder.Open(path)!; // It was found whole.

    static bool IsWhole(string path)
    {
        try
        {
            return File.Exists(Path.Combine(path, Checksum))
                && File.ReadAllText(Path.Combine(path, Checksum)) == SumOf(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Of the names and contents of all files.
    static string SumOf(string path)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var folder in (string[])["points", "labels"])
        foreach (var file in Directory.GetFiles(Path.Combine(path, folder)).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(file)));
            hash.AppendData(File.ReadAllBytes(file));
        }
        return $"{Version} {Convert.ToHexStringLower(hash.GetCurrentHash())}\n";
    }

    // Several workers may make the same frames at once: each makes a folder of its own, and one of them is renamed.
    static void TryKeep(string path, LabelledFrame[] frames)
    {
        var partial = $"{path}.{Guid.NewGuid():n}.partial";
        try
        {
            Directory.CreateDirectory(Path.Combine(partial, "points"));
            Directory.CreateDirectory(Path.Combine(partial, "labels"));
            foreach (var frame in frames)
            {
                File.WriteAllBytes(
                    Path.Combine(partial, "points", frame.Name + ".bin"),
                    MemoryMarshal.AsBytes(frame.Points.Values.AsSpan())
                );
                File.WriteAllText(
                    Path.Combine(partial, "labels", frame.Name + ".txt"),
                    LidarLabels.Text(frame.Objects, scored: false)
                );
            }
            File.WriteAllText(Path.Combine(partial, "frames.json"), Columns);
            File.WriteAllText(Path.Combine(partial, Checksum), SumOf(partial));
            if (Directory.Exists(path) && !IsWhole(path))
                Directory.Delete(path, recursive: true);
            if (!Directory.Exists(path))
                Directory.Move(partial, path);
        }
        // They are in memory: a folder that cannot be written only costs the next worker the same work.
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException) { }
        finally
        {
            TryDelete(partial);
        }
    }

    static void TryDelete(string folder)
    {
        try
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException) { }
    }
}
