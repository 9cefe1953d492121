using System.Collections.Immutable;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Data;

/// <summary>A labelled object of a picture.</summary>
/// <param name="Box">In upright pixels, inside the picture, with an area.</param>
/// <param name="Class">Index of its class.</param>
/// <param name="Area">Square pixels of its mask, or of its box.</param>
/// <param name="Crowd">A crowd or difficult: left out of training, and neither right nor wrong to find.</param>
readonly record struct LabelledBox(Box Box, int Class, double Area, bool Crowd);

/// <summary>A picture with its objects; one without any is a negative.</summary>
/// <param name="Id">Its id in COCO's files; its place in others.</param>
/// <param name="Path">The file.</param>
/// <param name="Width">Upright pixels.</param>
/// <param name="Height">Upright pixels.</param>
/// <param name="Boxes">Its objects.</param>
sealed record LabelledPicture(long Id, string Path, int Width, int Height, ImmutableArray<LabelledBox> Boxes);

/// <summary>Pictures with boxes.</summary>
/// <param name="Classes">Names by class index.</param>
/// <param name="CategoryIds">Ids that results are written with, by class index.</param>
/// <param name="Pictures">The pictures.</param>
sealed record DetectionSet(
    ImmutableArray<string> Classes,
    ImmutableArray<long> CategoryIds,
    ImmutableArray<LabelledPicture> Pictures
)
{
    /// <summary>The truths, as <see cref="CocoAp"/> and <see cref="VocMap"/> take them.</summary>
    public TruthBox[] Truths() =>
        [
            .. Pictures.SelectMany(picture =>
                picture.Boxes.Select(one => new TruthBox(
                    picture.Id,
                    CategoryIds[one.Class],
                    one.Box,
                    one.Area,
                    one.Crowd
                ))
            ),
        ];
}

/// <summary>Builds the pictures of a detection set: finds files, turns boxes upright, repairs what can be.</summary>
/// <param name="folder">Where the pictures lie.</param>
/// <param name="report">Counts repairs, and says whether missing and damaged pictures are left out.</param>
sealed class PictureCollector(string folder, DataReport report)
{
    const int NamesMax = 5;

    readonly Dictionary<string, Dictionary<string, string>> _names = [];
    readonly List<string> _missing = [];
    readonly List<LabelledPicture> _pictures = [];

    /// <summary>Adds a picture.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="name">Its file below the folder.</param>
    /// <param name="size">What the annotations say; 0 where they say nothing.</param>
    /// <param name="boxes">As annotated.</param>
    public void Add(long id, string name, (int Width, int Height) size, IReadOnlyList<LabelledBox> boxes)
    {
        if (Find(name) is not { } path)
        {
            _missing.Add(name);
            return;
        }
        PictureHead head;
        try
        {
            head = PictureFile.Measure(path);
        }
        catch (RequestException damaged) when (report.SkipDamaged)
        {
            report.Count("damaged pictures: left out", damaged.Message);
            return;
        }
        var turn = TurnsBoxes(head, size, name);
        List<LabelledBox> kept = [];
        foreach (var one in boxes)
        {
            if (!one.Box.HasArea)
            {
                report.Count("boxes without area: left out", name);
                continue;
            }
            var upright = turn ? Orientation.Upright(head, one.Box) : one.Box;
            var clipped = upright.Clipped(head.Width, head.Height);
            if (!clipped.HasArea)
            {
                report.Count("boxes outside their picture: left out", name);
                continue;
            }
            if (clipped != upright && (clipped.Area < upright.Area * 0.999 || IsBeyond(upright, head)))
                report.Count("boxes beyond their picture: clipped", name);
            kept.Add(one with { Box = clipped });
        }
        _pictures.Add(new(id, path, head.Width, head.Height, [.. kept]));
    }

    /// <summary>The pictures that were added.</summary>
    /// <exception cref="RequestException">Pictures are missing, and are not to be left out.</exception>
    public ImmutableArray<LabelledPicture> Finish()
    {
        if (_missing.Count > 0 && !report.SkipMissing)
            throw new RequestException(
                $"'{folder}' lacks {_missing.Count} pictures of the annotations: "
                    + string.Join(", ", _missing.Take(NamesMax))
                    + (_missing.Count > NamesMax ? ", …." : "."),
                "Give the folder that their file names start in, or --skip-missing to leave them out."
            );
        foreach (var name in _missing)
            report.Count("missing pictures: left out", name);
        return [.. _pictures];
    }

    static bool IsBeyond(Box box, PictureHead head) =>
        box.X < -1 || box.Y < -1 || box.Right > head.Width + 1 || box.Bottom > head.Height + 1;

    // Some programs annotate the stored pixels, others the upright ones; the size in the annotations tells which.
    bool TurnsBoxes(PictureHead head, (int Width, int Height) size, string name)
    {
        var upright = size == (head.Width, head.Height);
        var stored = size == (head.StoredWidth, head.StoredHeight);
        if (size is { Width: > 0, Height: > 0 } && !upright && !stored)
            report.Count("sizes in the annotations that are not the picture's: the picture's is taken", name);
        if (head.Orientation == 1 || (upright && !stored) || (!upright && !stored))
            return false;
        if (stored && !upright)
        {
            report.Count("boxes of stored pixels: turned by EXIF's orientation", name);
            return true;
        }
        report.Count("pictures turned by EXIF, whose boxes may be of stored or upright pixels: taken as upright", name);
        return false;
    }

    // Names come from other systems: backslashes, and other cases of letters.
    string? Find(string name)
    {
        name = name.Replace('\\', '/');
        if (Path.IsPathRooted(name) || name.Split('/').Contains(".."))
            throw new RequestException($"The picture's name '{name}' leads out of its folder '{folder}'.");
        var path = Path.Combine(folder, name);
        if (File.Exists(path))
            return path;
        var parent = Path.GetDirectoryName(path)!; // a file of a folder has one
        if (!_names.TryGetValue(parent, out var names))
        {
            names = new(StringComparer.OrdinalIgnoreCase);
            if (Directory.Exists(parent))
                foreach (var file in Directory.EnumerateFiles(parent))
                    names.TryAdd(Path.GetFileName(file), file);
            _names[parent] = names;
        }
        return names.GetValueOrDefault(Path.GetFileName(path));
    }
}
