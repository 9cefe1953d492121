using EvoNas.Tasks.Checking;

namespace EvoNas.Tasks.Data;

/// <summary>How a folder of data is laid out, told by its files and folders alone.</summary>
static class DataLayout
{
    /// <summary>An annotation file of COCO's format, and pictures.</summary>
    public const string Coco = "coco";

    /// <summary>VOC's <c>Annotations</c>.</summary>
    public const string Voc = "voc";

    /// <summary>VOC's <c>SegmentationClass</c>.</summary>
    public const string VocMasks = "voc-masks";

    /// <summary>Cityscapes' <c>gtFine</c>.</summary>
    public const string Cityscapes = "cityscapes";

    /// <summary>Pictures and masks of the same names in two folders, as ADE20K has.</summary>
    public const string Folders = "folders";

    /// <summary>Volumes with a <c>dataset.json</c>: of the Medical Segmentation Decathlon, or of nnU-Net.</summary>
    public const string Volumes = "msd";

    /// <summary>KITTI's <c>label_2</c>.</summary>
    public const string Kitti = "kitti";

    /// <summary>Plain frames of a lidar: <c>points</c> and <c>labels</c>.</summary>
    public const string Lidar = "lidar";

    /// <summary>A folder a class, as ImageNet has.</summary>
    public const string Classes = "classes";

    /// <summary>Every layout, with what its files are.</summary>
    public const string InWords =
        "COCO (a JSON file), VOC (Annotations), Cityscapes (gtFine), images with annotations or masks, KITTI "
        + "(label_2), plain lidar frames (points, labels), dataset.json (Medical Segmentation Decathlon, nnU-Net), "
        + "or a folder a class";

    /// <summary>The layouts of a folder, the one that it is most of all first; none where it has none.</summary>
    /// <param name="folder">Exists.</param>
    public static IReadOnlyList<string> Of(string folder)
    {
        List<string> found = [];
        bool Has(params string[] names) => Directory.Exists(Path.Combine([folder, .. names]));
        if (CocoLayout.Find(folder) is not null)
            found.Add(Coco);
        if (Has("Annotations"))
            found.Add(Voc);
        if (File.Exists(Path.Combine(folder, "dataset.json")))
            found.Add(Volumes);
        if (LidarFolder.Open(folder) is { } lidar)
            found.Add(lidar.IsKitti ? Kitti : Lidar);
        if (MaskFolder.LayoutOf(folder) is { } masks)
            found.Add(masks);
        if (found.Count == 0 && ClassFolder.Open(folder) is not null)
            found.Add(Classes);
        return found;
    }
}
