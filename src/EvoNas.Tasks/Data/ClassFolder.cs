using System.Collections.Immutable;

namespace EvoNas.Tasks.Data;

/// <summary>Pictures of classes.</summary>
/// <param name="Classes">Names of the folders, by ordinal order.</param>
/// <param name="Pictures">Files, each with the index of its class.</param>
sealed record ClassifiedSet(ImmutableArray<string> Classes, ImmutableArray<(string Path, int Class)> Pictures);

/// <summary>ImageNet's layout: a folder a class, perhaps in a folder a split.</summary>
static class ClassFolder
{
    /// <summary>Reads a set.</summary>
    /// <param name="folder">The folder of the classes, or of the splits.</param>
    /// <param name="split">Such as train; null: the folder's own classes.</param>
    /// <returns>Null if no folder in it holds pictures.</returns>
    public static ClassifiedSet? Read(string folder, string? split)
    {
        var root = split is null ? folder : Path.Combine(folder, split);
        if (!Directory.Exists(root))
            return null;
        List<string> classes = [];
        List<(string, int)> pictures = [];
        foreach (var name in Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal))
        {
            var files = TextLines.Files(name, PictureFile.Endings);
            if (files.Length == 0)
                continue;
            foreach (var file in files)
                pictures.Add((Path.Combine(name, file), classes.Count));
            classes.Add(Path.GetFileName(name));
        }
        return classes.Count == 0 ? null : new([.. classes], [.. pictures]);
    }
}
