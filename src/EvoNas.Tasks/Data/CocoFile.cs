using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Data;

/// <summary>An image of an annotation file.</summary>
/// <param name="Id">Its id.</param>
/// <param name="File">Name of the file below the image folder; null if the annotations have none.</param>
/// <param name="Width">Pixels; 0 if the annotations have none.</param>
/// <param name="Height">Pixels; 0 if the annotations have none.</param>
sealed record CocoImage(long Id, string? File, int Width, int Height);

/// <summary>A category of an annotation file.</summary>
readonly record struct CocoCategory(long Id, string Name);

/// <summary>An annotated object.</summary>
/// <param name="Id">Its id; null if it has none. Ids of annotations need not be unique.</param>
/// <param name="Image">Id of its image.</param>
/// <param name="Category">Id of its category.</param>
/// <param name="Box">As the file has it: perhaps without area, perhaps beyond the image.</param>
/// <param name="Area">Square pixels; w·h where the file has none.</param>
/// <param name="Crowd">Whether it is a group.</param>
/// <param name="Outline">Its mask; null unless masks are asked for.</param>
sealed record CocoAnnotation(
    long? Id,
    long Image,
    long Category,
    Box Box,
    double Area,
    bool Crowd,
    CocoOutline? Outline
);

/// <summary>A file of annotations in COCO's format.</summary>
/// <remarks>Read in one pass and without a tree in memory: instances_train2017.json has 450 MB.</remarks>
sealed class CocoFile
{
    readonly Dictionary<long, int> _images = [];

    CocoFile(string path) => Path = path;

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>In the order of the file.</summary>
    public List<CocoImage> Images { get; } = [];

    /// <summary>In the order of the file.</summary>
    public List<CocoCategory> Categories { get; } = [];

    /// <summary>In the order of the file.</summary>
    public List<CocoAnnotation> Annotations { get; } = [];

    /// <summary>The image of an id; null if there is none.</summary>
    public CocoImage? Find(long image) => _images.TryGetValue(image, out var index) ? Images[index] : null;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="masks">Whether <see cref="CocoAnnotation.Outline"/> is wanted.</param>
    /// <exception cref="RequestException">It is no such file; the message names the line or the entry.</exception>
    public static CocoFile Read(string path, bool masks = false)
    {
        using var mapped = MappedFile.Open(path);
        var json = new JsonCursor(path, mapped.Bytes);
        var file = new CocoFile(path);
        if (json.Token != System.Text.Json.JsonTokenType.StartObject)
            throw json.Expected("an object with images, annotations and categories", "the content");
        var (images, categories) = (false, false);
        // Boxes may have to be derived from masks, which need the size of the image, which may come later.
        List<int> boxless = [];
        json.EnterObject("the content");
        while (json.Field() is { } field)
            switch (field)
            {
                case "images":
                    images = true;
                    file.ReadImages(ref json);
                    break;
                case "categories":
                    categories = true;
                    file.ReadCategories(ref json);
                    break;
                case "annotations":
                    file.ReadAnnotations(ref json, masks, boxless);
                    break;
                default:
                    json.Skip();
                    break;
            }
        if (!images || !categories)
            throw json.Wrong($"this is no COCO annotation file: it has no list '{(images ? "categories" : "images")}'");
        foreach (var index in boxless)
            file.DeriveBox(index, masks);
        return file;
    }

    void ReadImages(ref JsonCursor json)
    {
        Images.Clear();
        _images.Clear();
        json.EnterArray("images");
        while (json.HasItem())
        {
            var what = $"images[{Images.Count}]";
            var (id, name, width, height) = ((long?)null, (string?)null, 0, 0);
            json.EnterObject(what);
            while (json.Field() is { } field)
                switch (field)
                {
                    case "id":
                        id = json.Id(what + ".id");
                        break;
                    case "file_name":
                        name = json.IsNull() ? null : json.Text(what + ".file_name");
                        break;
                    case "width":
                        width = json.IsNull() ? 0 : Side(ref json, what + ".width");
                        break;
                    case "height":
                        height = json.IsNull() ? 0 : Side(ref json, what + ".height");
                        break;
                    default:
                        json.Skip();
                        break;
                }
            if (id is not { } known)
                throw json.Wrong(what + " has no id");
            if (!_images.TryAdd(known, Images.Count))
                throw json.Wrong($"{what} has the id {known}, as images[{_images[known]}] has; ids must be unique");
            Images.Add(new(known, name, width, height));
        }
    }

    static int Side(ref JsonCursor json, string what)
    {
        var fork = json.Fork();
        var side = json.Id(what);
        return side is >= 0 and <= 1_000_000 ? (int)side : throw fork.Expected("0 to 1000000 pixels", what);
    }

    void ReadCategories(ref JsonCursor json)
    {
        Categories.Clear();
        json.EnterArray("categories");
        while (json.HasItem())
        {
            var what = $"categories[{Categories.Count}]";
            var (id, name) = ((long?)null, (string?)null);
            json.EnterObject(what);
            while (json.Field() is { } field)
                switch (field)
                {
                    case "id":
                        id = json.Id(what + ".id");
                        break;
                    case "name":
                        name = json.IsNull() ? null : json.Text(what + ".name");
                        break;
                    default:
                        json.Skip();
                        break;
                }
            if (id is not { } known)
                throw json.Wrong(what + " has no id");
            if (Categories.Any(other => other.Id == known))
                throw json.Wrong($"{what} has the id {known}, as an earlier one has; ids must be unique");
            Categories.Add(new(known, name ?? known.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    void ReadAnnotations(ref JsonCursor json, bool masks, List<int> boxless)
    {
        Annotations.Clear();
        boxless.Clear();
        json.EnterArray("annotations");
        while (json.HasItem())
        {
            var entry = CocoEntry.Read(ref json, $"annotations[{Annotations.Count}]", masks, scored: false);
            if (entry.Box is null)
                boxless.Add(Annotations.Count);
            var box = entry.Box ?? default;
            Annotations.Add(
                new(
                    entry.Id,
                    entry.Image,
                    entry.Category,
                    box,
                    entry.Area ?? box.Area,
                    entry.Crowd,
                    masks || entry.Box is null ? entry.Outline : null
                )
            );
        }
    }

    void DeriveBox(int index, bool masks)
    {
        var annotation = Annotations[index];
        var image = Find(annotation.Image);
        var mask = annotation.Outline!.Mask(image?.Width ?? 0, image?.Height ?? 0); // entries without both are refused
        Annotations[index] = annotation with
        {
            Box =
                mask?.Bounds
                ?? throw new RequestException(
                    $"'{Path}': annotations[{index}] has no bbox, and its segmentation does not fit its image."
                ),
            Area = annotation.Area > 0 ? annotation.Area : mask.Area,
            Outline = masks ? annotation.Outline : null,
        };
    }
}
