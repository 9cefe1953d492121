using EvoNas.Tasks.Data;

namespace EvoNas.Tasks.Checking;

/// <summary>Where a folder in COCO's format has its annotations and its pictures.</summary>
static class CocoLayout
{
    /// <summary>The first annotation file; null if the folder has none.</summary>
    public static string? Find(string folder) => All(folder).FirstOrDefault();

    /// <summary>The annotation file of each part that the folder has; of a folder without parts the first is learnt
    /// from.</summary>
    public static (string Train, string? Validation, string? Test) Parts(string folder)
    {
        // COCO has key points and captions beside the boxes.
        var all = All(folder)
            .OrderBy(static path => !Path.GetFileName(path).StartsWith("instances", StringComparison.Ordinal))
            .ToArray();
        var (train, validation, test) = (Of(DataParts.Train), Of(DataParts.Validation), Of(DataParts.Test));
        return train is null ? (all[0], null, null) : (train, validation, test);

        string? Of(string[] part) => all.FirstOrDefault(path => IsOf(part, path));
    }

    // instances_train2017.json, train.json, or train/_annotations.coco.json.
    static bool IsOf(string[] part, string path) =>
        DataParts.Is(part, Path.GetFileNameWithoutExtension(path).Split('_')[^1])
        || DataParts.Is(part, Path.GetFileName(Path.GetDirectoryName(path)) ?? "");

    static IEnumerable<string> All(string folder) =>
        new[] { folder, Path.Combine(folder, "annotations") }
            .Concat(
                new[] { DataParts.Train, DataParts.Validation, DataParts.Test }.SelectMany(part =>
                    part.Select(name => Path.Combine(folder, name))
                )
            )
            .Where(Directory.Exists)
            .SelectMany(static place => TextLines.Files(place, ".json").Select(name => Path.Combine(place, name)))
            .Where(IsAnnotations);

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
