using System.Text.Json.Nodes;
using EvoNas.Tasks.Data;
using EvoNas.Torch.Data;

namespace EvoNas.Tasks.Volumes;

/// <summary>The derived data set <c>phantom</c>: one head of 2 mm. Its left half is learnt from, its right half,
/// mirrored, judges. Kept in the data folder in the layout of the Medical Segmentation Decathlon.</summary>
/// <remarks>Sources: Holmes et al. 1998, doi:10.1097/00004728-199803000-00032 (Colin 27); Tzourio-Mazoyer et al. 2002,
/// doi:10.1006/nimg.2001.0978 (AAL). One subject: a test of a pipeline, not of anatomy.</remarks>
static class Phantom
{
    /// <summary>As <c>--data-set</c> names it.</summary>
    public const string Name = "phantom";

    /// <summary>As people call it.</summary>
    public const string Title = "Phantom";

    /// <summary>Where Debian's package puts the volumes that it is made of.</summary>
    public const string PackageFolder = "/usr/share/mricron/templates";

    const string Image = "ch2.nii.gz",
        Regions = "aal.nii.gz";

    // Voxels of the volumes that it is made of, which are 1 mm apart; the plane between the halves has the number 90.
    static readonly int[] _shape = [181, 217, 181];

    static readonly string[] _files =
    [
        "dataset.json",
        "imagesTr/left.nii.gz",
        "labelsTr/left.nii.gz",
        "imagesVal/right.nii.gz",
        "labelsVal/right.nii.gz",
    ];

    /// <summary>Names of the classes, the background first.</summary>
    public static readonly Sequence<string> Classes = ["background", "cerebrum", "deep nuclei", "cerebellum"];

    /// <summary>The folder with the set, which is made if it is not there, or not whole.</summary>
    /// <param name="data">Where data sets lie.</param>
    /// <param name="say">Is told what is made, and where; null: not told.</param>
    /// <param name="package">Where Colin 27 and AAL are; null: <see cref="PackageFolder"/>.</param>
    /// <exception cref="RequestException">They are not there, or the folder cannot be written.</exception>
    public static string Provide(DataFolder data, Action<string>? say = null, string? package = null)
    {
        var folder = Path.Combine(data.Root, Name);
        if (IsWhole(folder))
            return folder;
        package ??= PackageFolder;
        var sources = Array.ConvertAll((string[])[Image, Regions], name => Path.Combine(package, name));
        if (Array.Find(sources, path => !File.Exists(path)) is { } missing)
            throw new RequestException(
                $"The data set '{Name}' is made of Colin 27 and AAL, and '{missing}' is missing.",
                "On Debian: apt-get install mricron-data."
            );
        say?.Invoke($"Making the two halves of a head of 2 mm in {folder}.");
        var (image, regions) = (NiftiFile.Read(sources[0]).ToRas(), NiftiFile.Read(sources[1]).ToRas());
        foreach (var (path, volume) in sources.Zip((Volume[])[image, regions]))
            if (!volume.Shape.Take(3).SequenceEqual(_shape) || volume.Channels != 1)
                throw new RequestException(
                    $"'{path}' has {string.Join(" x ", volume.Shape)} voxels; {string.Join(" x ", _shape)} "
                        + "were expected.",
                    "On Debian: apt-get install --reinstall mricron-data."
                );
        try
        {
            Keep(folder, image, regions);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RequestException(
                $"The data set '{Name}' cannot be written to '{folder}': {error.Message}",
                "Name another data folder with --data."
            );
        }
        return folder;
    }

    /// <summary>The class of a region of AAL.</summary>
    /// <param name="region">From 0, which is none, to 116.</param>
    public static byte ClassOf(int region) =>
        region switch
        {
            0 => 0,
            // Hippocampus, amygdala; caudate, putamen, pallidum, thalamus.
            37 or 38 or 41 or 42 or (>= 71 and <= 78) => 2,
            <= 90 => 1,
            // Cerebellum and vermis.
            _ => 3,
        };

    static bool IsWhole(string folder)
    {
        try
        {
            var sums = File.ReadAllLines(Path.Combine(folder, DataFile.Checksums));
            // The description stands for the version of what is made here.
            return File.ReadAllText(Path.Combine(folder, _files[0])) == Description()
                && _files.All(file =>
                    sums.Contains($"{DataFile.Sha256(File.ReadAllBytes(Path.Combine(folder, file)))}  {file}")
                );
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    // Several workers may make it at once: each renames whole files of the same content, the sums last.
    static void Keep(string folder, Volume image, Volume regions)
    {
        var own = Path.Combine(folder, $".{Guid.NewGuid():n}.partial");
        try
        {
            foreach (var file in _files)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(own, file))!); // They lie in folders.
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, file))!);
            }
            File.WriteAllText(Path.Combine(own, _files[0]), Description());
            foreach (var (isRight, at) in ((bool, int)[])[(false, 1), (true, 3)])
            {
                var (half, classes) = Half(image, regions, isRight);
                NiftiWriter.Write(Path.Combine(own, _files[at]), half);
                NiftiWriter.Write(Path.Combine(own, _files[at + 1]), half, classes);
            }
            var sums = _files.Select(file => $"{DataFile.Sha256(File.ReadAllBytes(Path.Combine(own, file)))}  {file}");
            File.WriteAllLines(Path.Combine(own, DataFile.Checksums), sums.ToArray());
            foreach (var file in _files.Append(DataFile.Checksums))
                File.Move(Path.Combine(own, file), Path.Combine(folder, file), overwrite: true);
        }
        finally
        {
            if (Directory.Exists(own))
                Directory.Delete(own, recursive: true);
        }
    }

    static string Description() =>
        new JsonObject
        {
            ["name"] = Title,
            ["description"] = "Colin 27 with regions of AAL at 2 mm: its left half, and its right half mirrored",
            ["release"] = "1",
            ["tensorImageSize"] = "3D",
            ["modality"] = new JsonObject { ["0"] = "MRI" },
            ["labels"] = new JsonObject(
                Classes.Select((name, label) => KeyValuePair.Create($"{label}", (JsonNode?)name))
            ),
            ["training"] = new JsonArray(Entry(1)),
            ["validation"] = new JsonArray(Entry(3)),
            ["test"] = new JsonArray(),
        }.ToJsonString();

    static JsonObject Entry(int at) => new() { ["image"] = $"./{_files[at]}", ["label"] = $"./{_files[at + 1]}" };

    /// <summary>One half at 2 mm, [45, 108, 90]: means of the eight voxels, and the class that most of them
    /// have.</summary>
    /// <param name="image">Of 1 mm.</param>
    /// <param name="regions">Of AAL, on the same grid.</param>
    /// <param name="isRight">The right half, mirrored, so that the middle of the head is at the same side.</param>
    static (Volume Image, byte[] Classes) Half(Volume image, Volume regions, bool isRight)
    {
        int[] shape = [_shape[0] / 4, _shape[1] / 2, _shape[2] / 2];
        var (values, classes) = (new float[shape[0] * shape[1] * shape[2]], new byte[shape[0] * shape[1] * shape[2]]);
        Span<int> votes = stackalloc int[Classes.Count];
        var to = 0;
        for (var z = 0; z < shape[2]; z++)
        for (var y = 0; y < shape[1]; y++)
        for (var x = 0; x < shape[0]; x++, to++)
        {
            votes.Clear();
            var sum = 0f;
            for (var corner = 0; corner < 8; corner++)
            {
                var along = 2 * x + (corner & 1);
                var from =
                    ((2 * z + (corner >> 2)) * _shape[1] + 2 * y + (corner >> 1 & 1)) * _shape[0]
                    + (isRight ? _shape[0] - 1 - along : along);
                sum += image.Values[from];
                votes[ClassOf((int)regions.Values[from])]++;
            }
            values[to] = sum / 8;
            for (var one = 1; one < votes.Length; one++)
                if (votes[one] > votes[classes[to]])
                    classes[to] = (byte)one;
        }
        var affine = new double[3, 4];
        for (var row = 0; row < 3; row++)
        {
            affine[row, row] = 2;
            // The middle of the first two voxels.
            affine[row, 3] = image.Affine[row, 3] + 0.5;
        }
        return (new(shape, [2, 2, 2], affine, values, 0), classes);
    }
}
