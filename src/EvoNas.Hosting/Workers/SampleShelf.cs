using System.Globalization;
using System.IO.Compression;
using EvoNas.Hosting.Messages;

namespace EvoNas.Hosting.Workers;

/// <summary>The folder in which a search keeps drawings of samples with what its best candidates say of them. All its
/// workers on a machine share it.</summary>
/// <remarks>A drawing is worth less than a training: what cannot be written or removed is left.</remarks>
/// <param name="folder">Made when something is kept.</param>
public sealed class SampleShelf(string folder)
{
    /// <summary>Drawings that are kept: those of the best scores.</summary>
    public const int Most = 20;

    /// <summary>Bytes of a compressed drawing that fit into a message between nodes, which has 1 MiB.</summary>
    public const int MessageMax = 900_000;

    const string Extension = ".svg",
        Begun = ".new";

    /// <summary>Keeps a drawing, in the place of an older one of the same birth, if its score is among the
    /// best.</summary>
    /// <param name="birth">What is drawn.</param>
    /// <param name="score">The greater, the better.</param>
    /// <param name="svg">The drawing.</param>
    public void Keep(long birth, double score, string svg)
    {
        try
        {
            Directory.CreateDirectory(folder);
            var kept = All();
            foreach (var older in kept.Where(one => one.Birth == birth))
                File.Delete(older.Path);
            var others = kept.Where(one => one.Birth != birth).OrderByDescending(one => one.Score).ToArray();
            if (others.Length >= Most && score <= others[Most - 1].Score)
                return;
            var path = Path.Combine(
                folder,
                string.Create(CultureInfo.InvariantCulture, $"{birth}-{score:R}{Extension}")
            );
            File.WriteAllText(path + Begun, svg);
            File.Move(path + Begun, path, overwrite: true);
            foreach (var worse in others.Skip(Most - 1))
                File.Delete(worse.Path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException) { }
    }

    /// <summary>The drawing of a birth; null: there is none.</summary>
    public string? Find(long birth)
    {
        try
        {
            return All().FirstOrDefault(one => one.Birth == birth).Path;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>No drawing.</summary>
    public static SamplesAnswer Nothing { get; } = new(null, 0);

    /// <summary>The drawing of a birth as it is sent to another node: one longer than
    /// <see cref="MessageMax"/> is not.</summary>
    public SamplesAnswer Read(long birth)
    {
        if (Find(birth) is not { } path)
            return Nothing;
        try
        {
            using var file = File.OpenRead(path);
            using var compressed = new MemoryStream();
            using (var packer = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
                file.CopyTo(packer);
            return new(compressed.Length <= MessageMax ? compressed.ToArray() : null, compressed.Length);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return Nothing; // It was removed meanwhile, for a better one.
        }
    }

    (string Path, long Birth, double Score)[] All() =>
        !Directory.Exists(folder)
            ? []
            :
            [
                .. from path in Directory.EnumerateFiles(folder, "*" + Extension)
                let parts = Path.GetFileNameWithoutExtension(path).Split('-', 2)
                where parts.Length == 2
                let birth = long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? number
                    : 0
                where birth > 0
                select (
                    path,
                    birth,
                    double.TryParse(parts[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var score)
                        ? score
                        : double.NegativeInfinity
                ),
            ];
}
