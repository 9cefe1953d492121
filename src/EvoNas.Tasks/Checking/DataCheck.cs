using System.Globalization;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Drawings;

namespace EvoNas.Tasks.Checking;

/// <summary>What a folder of data is, and what is wrong with it.</summary>
/// <param name="Kind">The layout: coco, voc, cityscapes, folders, kitti, lidar, msd, nnunet or classes.</param>
/// <param name="Task">What can be trained on it.</param>
/// <param name="Facts">What was counted.</param>
/// <param name="Classes">Objects, pixels, voxels or pictures of each class.</param>
/// <param name="Faults">What was repaired, left out or only noticed.</param>
/// <param name="Samples">Some of it, to look at.</param>
sealed record DataCheck(
    string Kind,
    string Task,
    List<(string Name, string Value)> Facts,
    List<(string Name, long Count)> Classes,
    IReadOnlyList<DataFault> Faults,
    List<Sample> Samples
)
{
    const int SamplesMax = 12;

    // Pictures that are decoded whole; of the others the head is read. A set of 118,000 would take an hour.
    const int DecodedMax = 200;

    /// <summary>Looks at a folder.</summary>
    /// <param name="folder">The folder of the set.</param>
    /// <param name="annotations">COCO's annotation file; null: the first one that is found.</param>
    /// <param name="split">Such as train; null: all, or the first.</param>
    /// <exception cref="RequestException">It is none of the layouts, or so malformed that it cannot be
    /// read.</exception>
    public static DataCheck Of(string folder, string? annotations, string? split)
    {
        if (!Directory.Exists(folder))
            throw new RequestException($"There is no folder '{folder}'.");
        var report = new DataReport { SkipMissing = true, SkipDamaged = true };
        var layout = annotations is not null ? DataLayout.Coco : DataLayout.Of(folder).FirstOrDefault();
        switch (layout)
        {
            case DataLayout.Coco:
                var (file, pictures) = CocoLayout.Locate(folder, annotations ?? CocoLayout.Find(folder)!);
                return OfBoxes(layout, CocoFolder.Read(file, pictures, report), report);
            case DataLayout.Voc:
                return OfBoxes(layout, VocFolder.Read(folder, split, report), report);
            case DataLayout.Volumes:
                return OfVolumes(VolumeFolder.Read(folder, report), report);
            case DataLayout.Kitti or DataLayout.Lidar:
                return LidarCheck.Of(LidarFolder.Open(folder)!, report); // The layout says so.
            case DataLayout.Classes:
                return OfClasses(
                    (ClassFolder.Read(folder, split) ?? ClassFolder.Read(folder, "train"))!, // The layout says so.
                    report
                );
            case not null when MaskFolder.Read(folder, split, report) is { } masks:
                return OfMasks(masks, report);
            default:
                throw new RequestException(
                    $"'{folder}' is none of the layouts that are read: {DataLayout.InWords}.",
                    "docs/data.md shows each."
                );
        }
    }

    /// <summary>Indices spread evenly.</summary>
    public static IEnumerable<int> Spread(int count, int most) =>
        Enumerable.Range(0, Math.Min(count, most)).Select(i => (int)((long)i * count / Math.Min(count, most)));

    /// <summary>A number as facts write it.</summary>
    public static string Text(double number) => number.ToString("#,0.###", CultureInfo.InvariantCulture);

    static DataCheck OfBoxes(string kind, DetectionSet set, DataReport report)
    {
        var boxes = set.Pictures.Sum(static picture => (long)picture.Boxes.Length);
        var counts = new long[set.Classes.Length];
        foreach (var one in set.Pictures.SelectMany(static picture => picture.Boxes))
            counts[one.Class]++;
        long Sized(double from, double to) =>
            set.Pictures.Sum(picture => picture.Boxes.LongCount(one => one.Area >= from && one.Area < to));
        Decode([.. set.Pictures.Select(static picture => picture.Path)], report);
        return new(
            kind,
            "detection",
            [
                ("pictures", Text(set.Pictures.Length)),
                ("pictures without boxes (negatives)", Text(set.Pictures.Count(static one => one.Boxes.Length == 0))),
                ("boxes", Text(boxes)),
                ("crowds and difficult ones", Text(set.Pictures.Sum(one => one.Boxes.Count(static box => box.Crowd)))),
                ("small boxes (below 32² pixels)", Text(Sized(0, 32 * 32))),
                ("medium boxes", Text(Sized(32 * 32, 96 * 96))),
                ("large boxes (from 96² pixels on)", Text(Sized(96 * 96, double.PositiveInfinity))),
                ("sizes of pictures", Sizes(set.Pictures.Select(static one => (one.Width, one.Height)))),
            ],
            [.. set.Classes.Zip(counts)],
            report.Faults,
            [
                .. Spread(set.Pictures.Length, SamplesMax)
                    .Select(i => set.Pictures[i])
                    .Select(picture => Drawn(report, picture.Path, () => Sample.OfBoxes(picture, set.Classes)))
                    .OfType<Sample>(),
            ]
        );
    }

    static DataCheck OfMasks(SegmentationSet set, DataReport report)
    {
        var pixels = new SortedDictionary<int, long>();
        foreach (var pair in set.Pairs)
        {
            LabelMask mask;
            try
            {
                mask = MaskFile.Read(pair.Mask);
                // Labels are counted, so all of them are let pass here.
                MaskFolder.Check(pair, mask, classes: ushort.MaxValue + 1, ignore: ushort.MaxValue);
            }
            catch (RequestException damaged)
            {
                report.Count("masks that cannot be used: left out", damaged.Message);
                continue;
            }
            foreach (var group in mask.Labels.CountBy(static label => label))
                pixels[group.Key] = pixels.GetValueOrDefault(group.Key) + group.Value;
        }
        var largest = pixels.Keys.Where(static label => label != 255).DefaultIfEmpty(0).Max();
        return new(
            set.Kind,
            "segmentation",
            [
                ("pictures with masks", Text(set.Pairs.Length)),
                ("largest label but 255", Text(largest)),
                ("classes that it needs", Text(largest + 1)),
            ],
            [.. pixels.Select(static one => ($"label {one.Key}", one.Value))],
            report.Faults,
            [
                .. Spread(set.Pairs.Length, SamplesMax)
                    .Select(i => set.Pairs[i])
                    .Select(pair => Drawn(report, pair.Picture, () => Sample.OfMask(pair)))
                    .OfType<Sample>(),
            ]
        );
    }

    static DataCheck OfClasses(ClassifiedSet set, DataReport report)
    {
        List<(int, int)> sizes = [];
        foreach (var (path, _) in set.Pictures)
            try
            {
                var head = PictureFile.Measure(path);
                sizes.Add((head.Width, head.Height));
            }
            catch (RequestException damaged)
            {
                report.Count("damaged pictures: left out", damaged.Message);
            }
        Decode([.. set.Pictures.Select(static picture => picture.Path)], report);
        return new(
            "classes",
            "classification",
            [
                ("pictures", Text(set.Pictures.Length)),
                ("classes", Text(set.Classes.Length)),
                ("sizes of pictures", Sizes(sizes)),
            ],
            [.. set.Classes.Select((name, c) => (name, set.Pictures.LongCount(one => one.Class == c)))],
            report.Faults,
            [
                .. Spread(set.Pictures.Length, SamplesMax)
                    .Select(i => set.Pictures[i])
                    .Select(one => Drawn(report, one.Path, () => Sample.OfPicture(one.Path, set.Classes[one.Class])))
                    .OfType<Sample>(),
            ]
        );
    }

    static DataCheck OfVolumes(VolumeSet set, DataReport report)
    {
        var cases = set.Cases.AddRange(set.Validation);
        var voxels = new SortedDictionary<int, long>(set.Labels.Keys.ToDictionary(static key => key, static _ => 0L));
        List<Sample> samples = [];
        var drawn = Spread(cases.Length, SamplesMax / 3).ToHashSet();
        var (shapes, spacings) = (new HashSet<string>(), new HashSet<string>());
        for (var i = 0; i < cases.Length; i++)
            try
            {
                var (channels, labels) = VolumeFolder.ReadCase(set, cases[i], report);
                foreach (var group in labels.CountBy(static label => label))
                    voxels[group.Key] += group.Value;
                shapes.Add(string.Join(" x ", channels[0].Shape));
                spacings.Add(string.Join(" x ", channels[0].Spacing.Select(Text)));
                if (drawn.Contains(i))
                    samples.AddRange(Sample.OfVolume(cases[i].Name, channels[0], labels));
            }
            catch (RequestException damaged)
            {
                report.Count("cases that cannot be used: left out", damaged.Message);
            }
        return new(
            set.Kind,
            "volumes",
            [
                ("cases", Text(set.Cases.Length)),
                .. set.Validation.Length == 0
                    ? Array.Empty<(string, string)>()
                    : [("cases for validation", Text(set.Validation.Length))],
                ("channels", string.Join(", ", set.Channels)),
                ("voxels, to the right, front and up", string.Join("; ", shapes.Take(5))),
                ("millimetres between voxels", string.Join("; ", spacings.Take(5))),
            ],
            [.. voxels.Select(one => ($"{one.Key} {set.Labels[one.Key]}", one.Value))],
            report.Faults,
            samples
        );
    }

    static Sample? Drawn(DataReport report, string path, Func<Sample> draw)
    {
        try
        {
            return draw();
        }
        catch (RequestException damaged)
        {
            report.Count("pictures that cannot be drawn", $"{path}: {damaged.Message}");
            return null;
        }
    }

    static void Decode(string[] paths, DataReport report)
    {
        foreach (var i in Spread(paths.Length, DecodedMax))
            try
            {
                PictureFile.Read(paths[i]);
            }
            catch (RequestException damaged)
            {
                report.Count("pictures whose pixels are damaged", damaged.Message);
            }
    }

    static string Sizes(IEnumerable<(int Width, int Height)> sizes)
    {
        var all = sizes.ToArray();
        return all.Length == 0
            ? "none"
            : $"{all.Min(static one => one.Width)} to {all.Max(static one => one.Width)} wide, "
                + $"{all.Min(static one => one.Height)} to {all.Max(static one => one.Height)} high";
    }
}
