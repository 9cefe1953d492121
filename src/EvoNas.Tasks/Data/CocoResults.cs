using System.Text.Json;
using EvoNas.Tasks.Metrics;

namespace EvoNas.Tasks.Data;

/// <summary>Files of detections in COCO's result format: a list of image_id, category_id, bbox, score.</summary>
static class CocoResults
{
    /// <summary>Reads a file. A box wins over a segmentation; without a box it is taken from the mask.</summary>
    /// <param name="path">The JSON file.</param>
    /// <param name="truth">The annotations that it belongs to.</param>
    /// <exception cref="RequestException">It is no such file, a score or box is not finite, or an image is
    /// unknown.</exception>
    public static List<DetectedBox> Read(string path, CocoFile truth)
    {
        using var mapped = MappedFile.Open(path);
        var json = new JsonCursor(path, mapped.Bytes);
        if (json.Token != JsonTokenType.StartArray)
            throw json.Expected("a list of detections [{image_id, category_id, bbox, score}, …]", "the content");
        List<DetectedBox> found = [];
        json.EnterArray("the content");
        while (json.HasItem())
        {
            var what = $"detection {found.Count}";
            var entry = CocoEntry.Read(ref json, what, masks: false, scored: true);
            if (truth.Find(entry.Image) is not { } image)
                throw new RequestException(
                    $"'{path}': {what} is of image {entry.Image}, which '{truth.Path}' does not have.",
                    "Give the annotations that these detections were made on."
                );
            if (entry.Box is { } box)
                found.Add(new(entry.Image, entry.Category, box, entry.Score));
            else
            {
                var mask =
                    entry.Outline!.Mask(image.Width, image.Height) // entries without box and mask are refused
                    ?? throw json.Wrong($"{what} has no bbox, and its segmentation does not fit its image");
                found.Add(new(entry.Image, entry.Category, mask.Bounds, entry.Score, mask.Area));
            }
        }
        if (json.Token != JsonTokenType.None && json.Token != JsonTokenType.EndArray)
            throw json.Expected("the end", "what follows the list");
        return found;
    }

    /// <summary>Writes a file that pycocotools and <see cref="Read"/> read.</summary>
    public static void Write(string path, IEnumerable<DetectedBox> detections)
    {
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file);
        json.WriteStartArray();
        foreach (var found in detections)
        {
            json.WriteStartObject();
            json.WriteNumber("image_id", found.Image);
            json.WriteNumber("category_id", found.Category);
            json.WriteStartArray("bbox");
            json.WriteNumberValue(found.Box.X);
            json.WriteNumberValue(found.Box.Y);
            json.WriteNumberValue(found.Box.Width);
            json.WriteNumberValue(found.Box.Height);
            json.WriteEndArray();
            json.WriteNumber("score", found.Score);
            json.WriteEndObject();
            if (json.BytesPending > 1 << 16)
                json.Flush();
        }
        json.WriteEndArray();
    }
}
