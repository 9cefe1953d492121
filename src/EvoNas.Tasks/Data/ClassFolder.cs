using System.Collections.Immutable;

namespace EvoNas.Tasks.Data;

/// <summary>Pictures of classes.</summary>
/// <param name="Classes">Names of the folders, by ordinal order.</param>
/// <param name="Pictures">Files, each with the index of its class.</param>
sealed record ClassifiedSet(ImmutableArray<string> Classes, ImmutableArray<(string Path, int Class)> Pictures);

/// <summary>ImageNet's layout: a folder a class, perhaps in a folder a split.</summary>
static class ClassFolder
{
    /// <summary>The parts of a set: <c>train</c>, <c>val</c> and <c>test</c> where it has them, else all of it to train
    /// on. Classes are those of the training part.</summary>
    /// <returns>Null if no folder in it holds pictures.</returns>
    /// <exception cref="RequestException">A part has a class that the training part lacks.</exception>
    public static (ClassifiedSet Train, ClassifiedSet? Validation, ClassifiedSet? Test)? Open(string folder)
    {
        if (Read(folder, "train") is not { } train)
            return Read(folder, null) is { } all ? (all, null, null) : null;
        return (train, Part(DataParts.Validation), Part(DataParts.Test));

        ClassifiedSet? Part(string[] names) =>
            names.Select(name => Read(folder, name)).FirstOrDefault(static part => part is not null) is { } part
                ? Renumbered(part)
                : null;

        ClassifiedSet Renumbered(ClassifiedSet part)
        {
            var places = part.Classes.Select(name => train.Classes.IndexOf(name)).ToArray();
            var unknown = Array.IndexOf(places, -1);
            return unknown < 0
                ? new(train.Classes, [.. part.Pictures.Select(one => one with { Class = places[one.Class] })])
                : throw new RequestException(
                    $"'{Path.GetDirectoryName(part.Pictures.First(one => one.Class == unknown).Path)}': the class "
                        + $"'{part.Classes[unknown]}' is not among the {train.Classes.Length} of "
                        + $"'{Path.Combine(folder, "train")}'.",
                    "Every class needs a folder of its name in the training part."
                );
        }
    }

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
