using System.Collections.Immutable;

namespace EvoNas.Tasks.Data;

/// <summary>A picture and its mask.</summary>
readonly record struct MaskedPicture(string Picture, string Mask);

/// <summary>Pictures with a label a pixel.</summary>
/// <param name="Kind">The layout: cityscapes, voc or folders.</param>
/// <param name="Pairs">The pictures.</param>
sealed record SegmentationSet(string Kind, ImmutableArray<MaskedPicture> Pairs);

/// <summary>Folders of pictures and masks.</summary>
/// <remarks>Three layouts: Cityscapes (<c>leftImg8bit</c> and <c>gtFine</c>, by city), VOC (<c>JPEGImages</c> and
/// <c>SegmentationClass</c>), and two folders of files of the same names, as ADE20K has (<c>images</c> and
/// <c>annotations</c>, <c>masks</c> or <c>labels</c>), each perhaps with a folder a split.</remarks>
static class MaskFolder
{
    const int NamesMax = 5;

    // Where two folders hold files of the same names.
    static readonly string[] _maskFolders = ["annotations", "masks", "labels"];

    /// <summary>The layout of a folder, of <see cref="DataLayout"/>; null if it has no masks.</summary>
    public static string? LayoutOf(string folder) =>
        Directory.Exists(Path.Combine(folder, "gtFine")) ? DataLayout.Cityscapes
        : Directory.Exists(Path.Combine(folder, "SegmentationClass")) ? DataLayout.VocMasks
        : Directory.Exists(Path.Combine(folder, "images"))
        && _maskFolders.Any(name => AllFiles(Path.Combine(folder, name), ".png").Any())
            ? DataLayout.Folders
        : null;

    /// <summary>Reads a set.</summary>
    /// <param name="folder">The folder of the set.</param>
    /// <param name="split">Such as train or val; null: all.</param>
    /// <param name="report">Whether pictures without mask are left out, and how many there are.</param>
    /// <returns>Null if the folder has none of the layouts.</returns>
    /// <exception cref="RequestException">Pictures have no mask, or there is none at all.</exception>
    public static SegmentationSet? Read(string folder, string? split, DataReport report)
    {
        string Under(string name) => split is null ? Path.Combine(folder, name) : Path.Combine(folder, name, split);
        if (Directory.Exists(Path.Combine(folder, "gtFine")))
            return Cityscapes(Under("leftImg8bit"), Under("gtFine"), report);
        if (Directory.Exists(Path.Combine(folder, "SegmentationClass")))
            return Voc(folder, split, report);
        foreach (var masks in _maskFolders)
            if (Directory.Exists(Under("images")) && AllFiles(Under(masks), ".png").Any())
                return new("folders", Matched(Under("images"), Under(masks), static stem => stem, report));
        return null;
    }

    /// <summary>Reads the parts of a set.</summary>
    /// <param name="folder">The folder of the set.</param>
    /// <param name="layout">Of <see cref="LayoutOf"/>.</param>
    /// <param name="report">Whether pictures without mask are left out, and how many there are.</param>
    /// <exception cref="RequestException">Pictures have no mask, or there are too few.</exception>
    public static PartsOf<MaskedPicture> Parts(string folder, string layout, DataReport report)
    {
        var train =
            Array.Find(DataParts.Train, Has) ?? (layout == DataLayout.VocMasks && Has("trainval") ? "trainval" : null);
        return PartsOf<MaskedPicture>.Of(
            folder,
            Pairs(train) ?? [],
            train is null or "trainval" ? null : Named(DataParts.Validation),
            // The test masks of Cityscapes are published empty.
            train is null
            || layout == DataLayout.Cityscapes
                ? null
                : Named(DataParts.Test)
        );

        bool Has(string part) =>
            layout switch
            {
                DataLayout.VocMasks => File.Exists(Path.Combine(folder, "ImageSets", "Segmentation", part + ".txt")),
                DataLayout.Cityscapes => Directory.Exists(Path.Combine(folder, "leftImg8bit", part)),
                _ => Directory.Exists(Path.Combine(folder, "images", part)),
            };

        ImmutableArray<MaskedPicture>? Named(string[] names) => Array.Find(names, Has) is { } name ? Pairs(name) : null;

        ImmutableArray<MaskedPicture>? Pairs(string? part) => Read(folder, part, report)?.Pairs;
    }

    /// <summary>How many classes the masks need: the lines of <c>classes.txt</c>, or one more than the largest label
    /// but 255.</summary>
    /// <exception cref="RequestException">A mask is damaged, does not fit its picture, or has a label that no class
    /// has.</exception>
    public static int ClassesOf(string folder, IEnumerable<MaskedPicture> pairs, DataReport report)
    {
        var list = Path.Combine(folder, "classes.txt");
        var listed = File.Exists(list) ? TextLines.Read(list).Count(static line => line.Trim().Length > 0) : 0;
        var (all, faults) = (pairs.ToArray(), new RequestException?[1]);
        var labels = new int[all.Length];
        Parallel.For(
            0,
            all.Length,
            (i, loop) =>
            {
                try
                {
                    var mask = MaskFile.Read(all[i].Mask);
                    Check(all[i], mask, listed > 0 ? listed : byte.MaxValue, byte.MaxValue);
                    labels[i] = mask.Labels.Where(static label => label != byte.MaxValue).DefaultIfEmpty().Max();
                }
                catch (RequestException fault) when (report.SkipDamaged)
                {
                    lock (report)
                        report.Count("masks that cannot be used: left out", fault.Message);
                }
                catch (RequestException fault)
                {
                    Interlocked.CompareExchange(ref faults[0], fault, null);
                    loop.Stop();
                }
            }
        );
        return faults[0] is { } first ? throw new RequestException(first.Message, first.Hint)
            : listed > 0 ? listed
            : Math.Max(2, labels.DefaultIfEmpty().Max() + 1);
    }

    /// <summary>Checks a mask against its picture and the number of classes.</summary>
    /// <exception cref="RequestException">The sizes differ, or a label that counts is no class; names file, pixel and
    /// value.</exception>
    public static void Check(MaskedPicture pair, LabelMask mask, int classes, int ignore)
    {
        var head = PictureFile.Measure(pair.Picture);
        if ((head.Width, head.Height) != (mask.Width, mask.Height))
            throw new RequestException(
                $"'{pair.Mask}' has the size {mask.Width} x {mask.Height}; its picture '{pair.Picture}' has "
                    + $"{head.Width} x {head.Height}."
            );
        for (var i = 0; i < mask.Labels.Length; i++)
            if (mask.Labels[i] >= classes && mask.Labels[i] != ignore)
                throw new RequestException(
                    $"'{pair.Mask}', pixel ({i % mask.Width}, {i / mask.Width}): the label {mask.Labels[i]} is none of "
                        + $"{classes} classes, and not the label {ignore} that is ignored.",
                    "Give the number of classes and the ignored label as the masks mean them."
                );
    }

    static SegmentationSet Cityscapes(string pictures, string masks, DataReport report)
    {
        // Train ids (0 to 18, 255) are what networks are trained on; not all sets have them.
        var trained = AllFiles(masks, "_gtFine_labelTrainIds.png").Any();
        var ending = trained ? "_gtFine_labelTrainIds" : "_gtFine_labelIds";
        return new(
            "cityscapes",
            Matched(
                pictures,
                masks,
                stem => stem.Replace("_leftImg8bit", "", StringComparison.Ordinal) + ending,
                report
            )
        );
    }

    static SegmentationSet Voc(string folder, string? split, DataReport report)
    {
        var masks = Path.Combine(folder, "SegmentationClass");
        var list = split is null ? null : Path.Combine(folder, "ImageSets", "Segmentation", split + ".txt");
        var stems = list is null
            ? TextLines.Files(masks, ".png").Select(static name => name[..^4])
            : TextLines.Read(list).Select(static line => line.Trim()).Where(static line => line.Length > 0);
        List<MaskedPicture> pairs = [];
        List<string> missing = [];
        foreach (var stem in stems)
        {
            var (picture, mask) = (
                Path.Combine(folder, "JPEGImages", stem + ".jpg"),
                Path.Combine(masks, stem + ".png")
            );
            if (File.Exists(picture) && File.Exists(mask))
                pairs.Add(new(picture, mask));
            else
                missing.Add(stem);
        }
        Missing(masks, missing, report);
        return new("voc", [.. pairs]);
    }

    static ImmutableArray<MaskedPicture> Matched(
        string pictures,
        string masks,
        Func<string, string> nameOfMask,
        DataReport report
    )
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var mask in AllFiles(masks, ".png"))
            known.TryAdd(Key(masks, mask), mask);
        List<MaskedPicture> pairs = [];
        List<string> missing = [];
        foreach (var picture in AllFiles(pictures, PictureFile.Endings))
        {
            var key = Key(pictures, picture);
            var folder = Path.GetDirectoryName(key) ?? "";
            if (known.TryGetValue(Path.Combine(folder, nameOfMask(Path.GetFileName(key))), out var mask))
                pairs.Add(new(picture, mask));
            else
                missing.Add(key);
        }
        Missing(masks, missing, report);
        return [.. pairs];
    }

    static void Missing(string masks, List<string> missing, DataReport report)
    {
        if (missing.Count > 0 && !report.SkipMissing)
            throw new RequestException(
                $"'{masks}' lacks the masks of {missing.Count} pictures: "
                    + string.Join(", ", missing.Take(NamesMax))
                    + (missing.Count > NamesMax ? ", …." : "."),
                "Give --skip-missing to leave these pictures out."
            );
        foreach (var name in missing)
            report.Count("pictures without mask: left out", name);
    }

    static string Key(string folder, string path)
    {
        var relative = Path.GetRelativePath(folder, path);
        return relative[..^Path.GetExtension(relative).Length];
    }

    static IEnumerable<string> AllFiles(string folder, params string[] endings) =>
        Directory.Exists(folder)
            ? Directory
                .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
                .Where(path => !Path.GetFileName(path).StartsWith("._", StringComparison.Ordinal))
                .Where(path => endings.Any(ending => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase)))
                .Order(StringComparer.Ordinal)
            : [];
}
