using EvoNas.Tasks.Data;

namespace EvoNas.Tasks.Checking;

/// <summary>Where a folder in COCO's format has its annotations and its pictures.</summary>
static class CocoLayout
{
    /// <summary>The first annotation file; null if the folder has none.</summary>
    public static string? Find(string folder) =>
        new[] { folder, Path.Combine(folder, "annotations") }
            .Where(Directory.Exists)
            .SelectMany(static place => TextLines.Files(place, ".json").Select(name => Path.Combine(place, name)))
            .FirstOrDefault(IsAnnotations);

    /// <summary>The annotation file, and the folder in which the file names of its images start.</summary>
    public static (string Annotations, string Pictures) Locate(string folder, string annotations)
    {
        if (!File.Exists(annotations) && File.Exists(Path.Combine(folder, annotations)))
            annotations = Path.Combine(folder, annotations);
        var first = CocoFile.Read(annotations).Images.Select(static image => image.File).FirstOrDefault();
        // instances_train2017.json is about the folder train2017.
        var split = Path.GetFileNameWithoutExtension(annotations).Split('_')[^1];
        string[] places =
        [
            folder,
            Path.Combine(folder, split),
            Path.Combine(folder, "images"),
            Path.Combine(folder, "images", split),
            Path.Combine(folder, "JPEGImages"),
            Path.GetDirectoryName(Path.GetFullPath(annotations)) ?? folder,
        ];
        return (annotations, places.FirstOrDefault(place => Has(place, first)) ?? folder);
    }

    static bool Has(string place, string? name) => name is not null && File.Exists(Path.Combine(place, name));

    static bool IsAnnotations(string path)
    {
        using var mapped = MappedFile.Open(path);
        var bytes = mapped.Bytes;
        return bytes.IndexOf("\"images\""u8) >= 0 && bytes.IndexOf("\"categories\""u8) >= 0;
    }
}
