namespace EvoNas.Tasks.Data;

/// <summary>Folders in VOC's layout: Annotations, ImageSets/Main, JPEGImages.</summary>
static class VocFolder
{
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
