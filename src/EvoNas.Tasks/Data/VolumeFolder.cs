using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace EvoNas.Tasks.Data;

/// <summary>A case of a set of volumes.</summary>
/// <param name="Name">What its files are named for.</param>
/// <param name="Images">One file with all channels, or a file a channel.</param>
/// <param name="Label">Its labels.</param>
readonly record struct VolumeCase(string Name, ImmutableArray<string> Images, string Label);

/// <summary>A set of volumes with labels: Medical Segmentation Decathlon, or nnU-Net.</summary>
/// <param name="Kind">msd or nnunet.</param>
/// <param name="Channels">Names of the channels.</param>
/// <param name="Labels">Names by label.</param>
/// <param name="Cases">Cases for training.</param>
/// <param name="Validation">Cases that the set itself keeps for validation: the list <c>validation</c> beside
/// <c>training</c>, as MONAI's lists have it; empty in most sets.</param>
sealed record VolumeSet(
    string Kind,
    ImmutableArray<string> Channels,
    ImmutableSortedDictionary<int, string> Labels,
    ImmutableArray<VolumeCase> Cases,
    ImmutableArray<VolumeCase> Validation
);

/// <summary>Reads sets of volumes by their <c>dataset.json</c>.</summary>
static class VolumeFolder
{
    const int NamesMax = 5;

    /// <summary>Reads a set; no volume is read yet.</summary>
    /// <param name="folder">The folder with dataset.json.</param>
    /// <param name="report">Whether cases with missing files are left out, and how many there are.</param>
    /// <exception cref="RequestException">dataset.json is malformed, or files are missing.</exception>
    public static VolumeSet Read(string folder, DataReport report)
    {
        var path = Path.Combine(folder, "dataset.json");
        var json = Parse(path);
        var set = json["channel_names"] is JsonObject channels
            ? NnUnet(folder, path, json, channels)
            : Decathlon(folder, path, json);
        var missing = new List<string>();
        var (cases, validation) = (Whole(folder, set.Cases, missing), Whole(folder, set.Validation, missing));
        if (missing.Count > 0 && !report.SkipMissing)
            throw new RequestException(
                $"'{folder}' lacks files of {missing.Count} cases: {string.Join(", ", missing.Take(NamesMax))}"
                    + (missing.Count > NamesMax ? ", …." : "."),
                "Give --skip-missing to leave these cases out."
            );
        foreach (var name in missing)
            report.Count("cases with missing files: left out", name);
        return set with { Cases = cases, Validation = validation };
    }

    static ImmutableArray<VolumeCase> Whole(string folder, ImmutableArray<VolumeCase> cases, List<string> missing)
    {
        var whole = new List<VolumeCase>();
        foreach (var one in cases)
            if (one.Images.Append(one.Label).Where(file => !File.Exists(file)).ToArray() is [var first, ..])
                missing.Add(Path.GetRelativePath(folder, first));
            else
                whole.Add(one);
        return [.. whole];
    }

    /// <summary>Reads a case in RAS orientation: a volume a channel, and a label a voxel.</summary>
    /// <exception cref="RequestException">Files are malformed, lie on different grids, or have labels that the set
    /// does not name.</exception>
    public static (Volume[] Channels, ushort[] Labels) ReadCase(VolumeSet set, VolumeCase one, DataReport report)
    {
        var images = one.Images.Select(path => ReadUpright(path, report)).ToArray();
        var label = ReadUpright(one.Label, report);
        for (var i = 0; i < images.Length; i++)
            if (!images[i].SharesGridWith(label))
                throw new RequestException(
                    $"'{one.Label}' lies on another grid ({string.Join(" x ", label.Shape)} voxels) than "
                        + $"'{one.Images[i]}' ({string.Join(" x ", images[i].Shape.Take(3))}), also when both are "
                        + "turned to RAS."
                );
        var channels = images.SelectMany(Split).ToArray();
        if (channels.Length != set.Channels.Length)
            throw new RequestException(
                $"'{one.Images[0]}' has {channels.Length} channels; dataset.json names {set.Channels.Length}."
            );
        var labels = label.ToLabels(one.Label);
        for (var i = 0; i < labels.Length; i++)
            if (!set.Labels.ContainsKey(labels[i]))
                throw new RequestException(
                    $"'{one.Label}', voxel {label.Place(i)}: the label {labels[i]} is not in dataset.json."
                );
        return (channels, labels);
    }

    static Volume ReadUpright(string path, DataReport report)
    {
        var volume = NiftiFile.Read(path);
        if (volume.Replaced > 0)
            report.Count("volumes with values that are NaN or infinite: 0 is taken", path);
        if (volume.Orientation != "RAS")
            report.Count($"volumes oriented {volume.Orientation}: turned to RAS", path);
        return volume.ToRas();
    }

    static IEnumerable<Volume> Split(Volume volume)
    {
        var shape = volume.Shape[..3];
        for (var channel = 0; channel < volume.Channels; channel++)
            yield return volume with
            {
                Shape = shape,
                Values = volume.Values[(channel * volume.Voxels)..((channel + 1) * volume.Voxels)],
            };
    }

    static JsonObject Parse(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject
                ?? throw new RequestException($"'{path}' must be an object.");
        }
        catch (JsonException error)
        {
            throw new RequestException($"'{path}' is not valid JSON: {error.Message}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RequestException($"Cannot read '{path}': {error.Message}");
        }
    }

    static VolumeSet Decathlon(string folder, string path, JsonObject json)
    {
        if (json["labels"] is not JsonObject labels || json["training"] is not JsonArray training)
            throw new RequestException(
                $"'{path}' must have 'labels' and 'training' (Medical Segmentation Decathlon) or 'channel_names' "
                    + "and 'labels' (nnU-Net)."
            );
        return new(
            "msd",
            json["modality"] is JsonObject modality
                ? [.. modality.Select(static one => one.Value?.ToString() ?? one.Key)]
                : ["image"],
            labels.ToImmutableSortedDictionary(one => Label(path, one.Key), static one => one.Value?.ToString() ?? ""),
            Listed(folder, path, "training", training),
            json["validation"] is JsonArray validation ? Listed(folder, path, "validation", validation) : []
        );
    }

    static ImmutableArray<VolumeCase> Listed(string folder, string path, string list, JsonArray entries)
    {
        List<VolumeCase> cases = [];
        foreach (var (i, entry) in entries.Index())
        {
            string File(string field) =>
                entry is JsonObject fields && fields[field] is JsonValue value && value.TryGetValue(out string? name)
                    ? Path.GetFullPath(Path.Combine(folder, name.Replace('\\', '/')))
                    : throw new RequestException($"'{path}': {list}[{i}] has no '{field}'.");
            var (image, label) = (File("image"), File("label"));
            cases.Add(new(LabelFile.Stem(Path.GetFileName(image)), [image], label));
        }
        return [.. cases];
    }

    static VolumeSet NnUnet(string folder, string path, JsonObject json, JsonObject channels)
    {
        if (json["labels"] is not JsonObject labels)
            throw new RequestException($"'{path}' has no 'labels'.");
        var ending = json["file_ending"]?.ToString() ?? ".nii.gz";
        var names = TextLines.Files(Path.Combine(folder, "labelsTr"), ending);
        return new(
            "nnunet",
            [.. channels.Select(static one => one.Value?.ToString() ?? one.Key)],
            // A region is a list of labels; its name is kept for each that has none of its own.
            labels
                .SelectMany(one =>
                    (one.Value as JsonArray)?.Select(part => (Label(path, $"{part}"), one.Key))
                    ?? [(Label(path, $"{one.Value}"), one.Key)]
                )
                .Where(static one => one.Key != "ignore")
                .GroupBy(static one => one.Item1)
                .ToImmutableSortedDictionary(static group => group.Key, static group => group.Last().Key),
            [
                .. names.Select(name => new VolumeCase(
                    name[..^ending.Length],
                    [
                        .. Enumerable
                            .Range(0, channels.Count)
                            .Select(c =>
                                Path.Combine(folder, "imagesTr", $"{name[..^ending.Length]}_{c:0000}{ending}")
                            ),
                    ],
                    Path.Combine(folder, "labelsTr", name)
                )),
            ],
            []
        );
    }

    static int Label(string path, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var label) && label <= ushort.MaxValue
            ? label
            : throw new RequestException($"'{path}': a label must be a whole number from 0 to 65535, found '{text}'.");
}
