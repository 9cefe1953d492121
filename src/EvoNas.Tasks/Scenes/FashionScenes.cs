using System.Buffers.Binary;
using System.Security.Cryptography;
using EvoNas.Torch.Data;

namespace EvoNas.Tasks.Scenes;

/// <summary>The derived data set <c>fashion-scenes</c>: garments of Fashion-MNIST on coloured ground, with exact boxes
/// and masks. Made once for each side of the image, and kept in the data folder.</summary>
static class FashionScenes
{
    /// <summary>As <c>--data-set</c> names it.</summary>
    public const string Name = "fashion-scenes";

    /// <summary>As people call it.</summary>
    public const string Title = "Fashion scenes";

    /// <summary>Scenes of the training part, of garments of the training part; validation is taken from it.</summary>
    public const int TrainCount = 1400;

    /// <summary>Scenes of the test part, of garments of the test part.</summary>
    public const int TestCount = 200;

    /// <summary>The side where none is asked for, in pixels.</summary>
    public const int UsualSide = 128;

    /// <summary>The smallest side, in pixels.</summary>
    public const int SideMin = 32;

    /// <summary>The largest side, in pixels: an array holds no more of them.</summary>
    public const int SideMax = 640;

    // Another number for other scenes: a file of the old ones is not read then.
    const int Version = 1;

    static readonly byte[] _magic = "EVOSCENE"u8.ToArray();

    /// <summary>The names of the classes, as of Fashion-MNIST.</summary>
    public static readonly Sequence<string> Classes =
    [
        "T-shirt",
        "trouser",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
    ];

    /// <summary>Where the scenes of a part lie.</summary>
    public static string PathOf(DataFolder data, int side, Part part) =>
        Path.Combine(data.Root, Name, $"{side}-{(part == Part.Train ? "train" : "test")}.scenes");

    /// <summary>Reads the scenes of a part; makes and keeps them first if they are not there, or not whole.</summary>
    /// <param name="data">Holds Fashion-MNIST.</param>
    /// <param name="side">Of an image, in pixels.</param>
    /// <param name="part">Training or test.</param>
    /// <param name="say">Is told what is made; null: not told.</param>
    /// <exception cref="RequestException">Fashion-MNIST is not there.</exception>
    public static SceneSet Read(DataFolder data, int side, Part part, Action<string>? say = null)
    {
        var path = PathOf(data, side, part);
        if (TryRead(path, side) is { } kept)
            return kept;
        var source = ImageDataSet.FashionMnist;
        var garments = source.Read(data.Locate(source), part);
        var count = part == Part.Train ? TrainCount : TestCount;
        say?.Invoke($"Making {count} scenes of {side}×{side} pixels in {Path.GetDirectoryName(path)}.");
        // Garments of the two parts differ, so one seed serves both.
        var made = SceneMaker.Of(garments, count, side, seed: part == Part.Train ? 1UL : 2UL);
        TryKeep(path, made);
        return made;
    }

    /// <summary>Makes what is not there yet.</summary>
    public static void Make(DataFolder data, int side, Action<string> say)
    {
        foreach (var part in (Part[])[Part.Train, Part.Test])
            if (!IsKept(PathOf(data, side, part)))
                Read(data, side, part, say);
    }

    static bool IsKept(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            Span<byte> head = stackalloc byte[HeadSize];
            return file.ReadAtLeast(head, HeadSize, throwOnEndOfStream: false) == HeadSize
                && head[..8].SequenceEqual(_magic)
                && BinaryPrimitives.ReadInt32LittleEndian(head[8..]) == Version;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // Magic, version, side, count, SHA-256 of what follows.
    const int HeadSize = 8 + 3 * 4 + 32;

    // Several workers may make the same scenes at once: each keeps its own, and the last rename stands.
    static void TryKeep(string path, SceneSet set)
    {
        var partial = $"{path}.{Guid.NewGuid():n}.partial";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!); // It has a folder.
            using (var file = File.Create(partial))
            {
                var boxes = Boxes(set.Objects);
                using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
                foreach (var part in (byte[][])[boxes, set.Labels, set.Pixels])
                    hash.AppendData(part);
                var head = new byte[HeadSize];
                _magic.CopyTo(head, 0);
                BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), Version);
                BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(12), set.Side);
                BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(16), set.Count);
                hash.GetCurrentHash().CopyTo(head, 20);
                foreach (var part in (byte[][])[head, boxes, set.Labels, set.Pixels])
                    file.Write(part);
            }
            File.Move(partial, path, overwrite: true);
        }
        // They are in memory: a folder that cannot be written only costs the next worker the same work.
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            TryDelete(partial);
        }
    }

    static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException) { }
    }

    // Per scene the number of objects, per object six numbers of 16 bits.
    static byte[] Boxes(SceneObject[][] objects)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        foreach (var scene in objects)
        {
            writer.Write((ushort)scene.Length);
            foreach (var one in scene)
            foreach (var number in (int[])[one.Class, one.Left, one.Top, one.Width, one.Height, one.Area])
                writer.Write((ushort)number);
        }
        return stream.ToArray();
    }

    static SceneSet? TryRead(string path, int side)
    {
        try
        {
            var content = File.ReadAllBytes(path);
            if (
                content.Length < HeadSize
                || !content.AsSpan(0, 8).SequenceEqual(_magic)
                || BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(8)) != Version
                || BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(12)) != side
                || !SHA256.HashData(content.AsSpan(HeadSize)).AsSpan().SequenceEqual(content.AsSpan(20, 32))
            )
                return null;
            var reader = new BinaryReader(new MemoryStream(content, HeadSize, content.Length - HeadSize));
            var objects = new SceneObject[BinaryPrimitives.ReadInt32LittleEndian(content.AsSpan(16))][];
            for (var i = 0; i < objects.Length; i++)
            {
                objects[i] = new SceneObject[reader.ReadUInt16()];
                for (var j = 0; j < objects[i].Length; j++)
                    objects[i][j] = new(
                        reader.ReadUInt16(),
                        reader.ReadUInt16(),
                        reader.ReadUInt16(),
                        reader.ReadUInt16(),
                        reader.ReadUInt16(),
                        reader.ReadUInt16()
                    );
            }
            var area = objects.Length * side * side;
            var labels = reader.ReadBytes(area);
            return new(side, reader.ReadBytes(3 * area), labels, objects);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
