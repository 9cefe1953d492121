namespace EvoNas.Tasks.Data;

/// <summary>Folders in VOC's layout: Annotations, ImageSets/Main, JPEGImages.</summary>
static class VocFolder
{
    /// <summary>Reads a set; classes are the names that occur, by ordinal order.</summary>
    /// <param name="folder">The folder that holds Annotations and JPEGImages.</param>
    /// <param name="split">Name of a list in ImageSets/Main; null: all that have annotations.</param>
    /// <param name="report">Counts what is repaired and left out.</param>
    /// <exception cref="RequestException">A file is malformed, or pictures are missing or damaged.</exception>
    public static DetectionSet Read(string folder, string? split, DataReport report)
    {
        var annotations = Path.Combine(folder, "Annotations");
        var stems = split is null
            ? TextLines.Files(annotations, ".xml").Select(static name => name[..^4])
            : Split(folder, split);
        var files = stems
            .Select(stem => (Stem: stem, File: VocFile.Read(Path.Combine(annotations, stem + ".xml"), report)))
            .ToArray();
        string[] classes =
        [
            .. files
                .SelectMany(static one => one.File.Objects)
                .Select(static one => one.Name)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
        var collector = new PictureCollector(Path.Combine(folder, "JPEGImages"), report);
        for (var i = 0; i < files.Length; i++)
        {
            var (stem, file) = files[i];
            LabelledBox[] boxes =
            [
                .. file.Objects.Select(one => new LabelledBox(
                    one.Box,
                    Array.IndexOf(classes, one.Name),
                    one.Box.Area,
                    one.Difficult
                )),
            ];
            collector.Add(i, file.Picture ?? stem + ".jpg", (file.Width, file.Height), boxes);
        }
        return new(
            [.. classes],
            [.. Enumerable.Range(1, classes.Length).Select(static id => (long)id)],
            collector.Finish()
        );
    }

    /// <summary>Names of the images of a list in ImageSets/Main.</summary>
    /// <exception cref="RequestException">There is no such list.</exception>
    public static IEnumerable<string> Split(string folder, string split)
    {
        var path = Path.Combine(folder, "ImageSets", "Main", split + ".txt");
        if (!File.Exists(path))
            throw new RequestException($"There is no list '{path}'.");
        foreach (var line in TextLines.Read(path))
            // Lists of one class have a second column.
            if (line.Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries) is [var name, ..])
                yield return name;
    }
}
