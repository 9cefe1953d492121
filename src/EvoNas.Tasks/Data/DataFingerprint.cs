using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EvoNas.Tasks.Data;

/// <summary>What the contents of a data set are known by: SHA-256 over the names of all files, the contents of
/// annotations, and the sizes of the rest. Pictures are not read: a hundred thousand take minutes.</summary>
static class DataFingerprint
{
    static readonly string[] _annotationEndings = [".json", ".xml", ".txt", ".csv"];

    // Whose files are annotations whatever their ending.
    static readonly string[] _annotationFolders =
    [
        "annotations",
        "masks",
        "labels",
        "gtFine",
        "SegmentationClass",
        "label_2",
        "calib",
        "labelsTr",
    ];

    /// <summary>The fingerprint of a folder, the same on every machine.</summary>
    /// <returns>16 hexadecimal digits.</returns>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static string Of(string folder)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> size = stackalloc byte[8];
        foreach (var (name, path) in Files(folder))
        {
            all.AppendData(Encoding.UTF8.GetBytes(name));
            var file = new FileInfo(path);
            BinaryPrimitives.WriteInt64LittleEndian(size, (file.ResolveLinkTarget(true) as FileInfo ?? file).Length);
            all.AppendData([0]);
            all.AppendData(size);
            if (!IsAnnotation(name))
                continue;
            using var content = File.OpenRead(path);
            all.AppendData(SHA256.HashData(content));
        }
        return Convert.ToHexStringLower(all.GetCurrentHash().AsSpan(0, 8));
    }

    // Hidden files and pages that were written to look at the set belong to no data set.
    static IEnumerable<(string Name, string Path)> Files(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(path => (Name: Path.GetRelativePath(folder, path).Replace('\\', '/'), Path: path))
            .Where(file => !file.Name.Split('/').Any(part => part.StartsWith('.')))
            .Where(file => !file.Name.EndsWith(".html", StringComparison.OrdinalIgnoreCase))
            .OrderBy(file => file.Name, StringComparer.Ordinal);

    static bool IsAnnotation(string name) =>
        _annotationEndings.Any(ending => name.EndsWith(ending, StringComparison.OrdinalIgnoreCase))
        || name.Split('/').SkipLast(1).Any(part => _annotationFolders.Contains(part));
}
