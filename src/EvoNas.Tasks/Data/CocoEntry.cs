using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Data;

/// <summary>A segmentation of a COCO file: polygons, or runs with their size.</summary>
/// <param name="Polygons">x, y, x, y …; null for runs.</param>
/// <param name="Counts">Lengths of runs; null for polygons and for text.</param>
/// <param name="Text">Runs in their text form; null otherwise.</param>
/// <param name="Height">Rows that the runs fill.</param>
/// <param name="Width">Columns that the runs fill.</param>
sealed record CocoOutline(double[][]? Polygons, uint[]? Counts, string? Text, int Height, int Width)
{
    /// <summary>The mask over an image of a size.</summary>
    /// <returns>Null if the runs have another size, or the image has none.</returns>
    public CocoMask? Mask(int width, int height)
    {
        if (Polygons is not null)
            return width > 0 && height > 0 && (long)width * height <= int.MaxValue
                ? CocoMask.OfPolygons(height, width, Polygons)
                : null;
        if ((width > 0 && width != Width) || (height > 0 && height != Height))
            return null;
        return Text is null ? CocoMask.OfCounts(Height, Width, Counts!) : CocoMask.OfText(Height, Width, Text);
    }

    /// <summary>Reads the value of a field <c>segmentation</c>.</summary>
    /// <returns>Null for an empty one.</returns>
    public static CocoOutline? Read(ref JsonCursor json, string what)
    {
        if (json.IsNull())
            return null;
        return json.Token == System.Text.Json.JsonTokenType.StartArray
            ? ReadPolygons(ref json, what)
            : ReadRuns(ref json, what);
    }

    static CocoOutline? ReadPolygons(ref JsonCursor json, string what)
    {
        List<double[]> polygons = [];
        json.EnterArray(what);
        while (json.HasItem())
        {
            List<double> corners = [];
            json.EnterArray(what + "[]");
            while (json.HasItem())
                corners.Add(json.Number(what + "[][]"));
            if (corners.Count % 2 != 0)
                throw json.Wrong($"{what} has a polygon of {corners.Count} numbers; x, y, x, y … were expected");
            // Two corners have no area.
            if (corners.Count >= 6)
                polygons.Add([.. corners]);
        }
        return polygons.Count == 0 ? null : new([.. polygons], null, null, 0, 0);
    }

    static CocoOutline ReadRuns(ref JsonCursor json, string what)
    {
        var (height, width, counts, text) = (0, 0, (List<uint>?)null, (string?)null);
        json.EnterObject(what);
        while (json.Field() is { } field)
            if (field == "size")
            {
                json.EnterArray(what + ".size");
                List<long> size = [];
                while (json.HasItem())
                    size.Add(json.Id(what + ".size"));
                if (size is not [> 0 and <= 1_000_000, > 0 and <= 1_000_000] || size[0] * size[1] > int.MaxValue)
                    throw json.Wrong($"{what}.size must be [height, width]");
                (height, width) = ((int)size[0], (int)size[1]);
            }
            else if (field == "counts" && json.Token == System.Text.Json.JsonTokenType.String)
                text = json.Text(what + ".counts");
            else if (field == "counts")
            {
                counts = [];
                json.EnterArray(what + ".counts");
                while (json.HasItem())
                {
                    var fork = json.Fork();
                    var run = json.Id(what + ".counts");
                    counts.Add(
                        run is >= 0 and <= int.MaxValue
                            ? (uint)run
                            : throw fork.Expected("the length of a run", what + ".counts")
                    );
                }
            }
            else
                json.Skip();
        if (height == 0 || (counts is null && text is null))
            throw json.Wrong(what + " must be polygons, or an object of counts and size");
        return new(null, counts is null ? null : [.. counts], text, height, width);
    }
}

/// <summary>An entry of a list of annotations or of results.</summary>
readonly record struct CocoEntry(
    long? Id,
    long Image,
    long Category,
    Box? Box,
    double? Area,
    bool Crowd,
    double Score,
    CocoOutline? Outline
)
{
    /// <summary>Reads one entry.</summary>
    /// <param name="json">Stands at the entry.</param>
    /// <param name="what">What errors call it.</param>
    /// <param name="masks">Whether its segmentation is wanted though it has a box.</param>
    /// <param name="scored">Whether it needs a score.</param>
    public static CocoEntry Read(ref JsonCursor json, string what, bool masks, bool scored)
    {
        var (id, image, category) = ((long?)null, (long?)null, (long?)null);
        var (box, area, score) = ((Box?)null, (double?)null, (double?)null);
        var (crowd, segmented) = (false, false);
        JsonCursor outline = default;
        json.EnterObject(what);
        while (json.Field() is { } field)
            switch (field)
            {
                // In results ids play no part, and some programs write texts.
                case "id" when !scored:
                    id = json.IsNull() ? null : json.Id(what + ".id");
                    break;
                case "image_id":
                    image = json.Id(what + ".image_id");
                    break;
                case "category_id":
                    category = json.Id(what + ".category_id");
                    break;
                case "bbox":
                    box = ReadBox(ref json, what + ".bbox");
                    break;
                case "area" when !scored:
                    area = json.IsNull() ? null : json.Number(what + ".area");
                    break;
                case "score" when scored:
                    score = json.Number(what + ".score");
                    break;
                case "iscrowd" when !scored:
                    crowd = json.Flag(what + ".iscrowd");
                    break;
                case "segmentation":
                    segmented = true;
                    outline = json.Fork();
                    json.Skip();
                    break;
                default:
                    json.Skip();
                    break;
            }
        if (image is null)
            throw json.Wrong(what + " has no image_id");
        if (category is null)
            throw json.Wrong(what + " has no category_id; captions, keypoints and panoptic segments are other formats");
        if (scored && score is null)
            throw json.Wrong(what + " has no score");
        var mask = segmented && (masks || box is null) ? CocoOutline.Read(ref outline, what + ".segmentation") : null;
        if (box is null && mask is null)
            throw json.Wrong(what + " has no bbox and no segmentation");
        return new(id, image.Value, category.Value, box, area, crowd, score ?? 0, mask);
    }

    // An empty list is as good as none: so results of masks are written.
    static Box? ReadBox(ref JsonCursor json, string what)
    {
        if (json.IsNull())
            return null;
        var start = json.Fork();
        Span<double> sides = stackalloc double[4];
        var count = 0;
        json.EnterArray(what);
        while (json.HasItem())
        {
            var side = json.Number($"{what}[{count}]");
            if (count < 4)
                sides[count] = side;
            count++;
        }
        return count switch
        {
            0 => null,
            4 => new(sides[0], sides[1], sides[2], sides[3]),
            _ => throw start.Expected("[x, y, width, height]", what),
        };
    }
}
