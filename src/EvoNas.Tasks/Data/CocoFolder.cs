namespace EvoNas.Tasks.Data;

/// <summary>Detection sets in COCO's format: an annotation file and a folder of pictures.</summary>
static class CocoFolder
{
    /// <summary>Reads a set.</summary>
    /// <param name="annotations">The JSON file.</param>
    /// <param name="pictures">Where the file names in it start.</param>
    /// <param name="report">Counts what is repaired and left out.</param>
    /// <exception cref="RequestException">The file is malformed, or pictures are missing or damaged.</exception>
    public static DetectionSet Read(string annotations, string pictures, DataReport report)
    {
        var file = CocoFile.Read(annotations);
        // Ids may have gaps and any order; classes are counted from 0 by rising id.
        var categories = file.Categories.OrderBy(static category => category.Id).ToArray();
        var classOf = new Dictionary<long, int>();
        for (var i = 0; i < categories.Length; i++)
            classOf[categories[i].Id] = i;
        HashSet<long> ids = [];
        Dictionary<long, List<LabelledBox>> boxes = [];
        for (var i = 0; i < file.Annotations.Count; i++)
        {
            var one = file.Annotations[i];
            if (one.Id is { } id && !ids.Add(id))
                report.Count("annotation ids that occur more than once: all are kept", $"id {id}");
            if (file.Find(one.Image) is null)
                report.Count("annotations of unknown images: left out", $"annotations[{i}], image {one.Image}");
            else if (!classOf.TryGetValue(one.Category, out var label))
                report.Count("annotations of unknown categories: left out", $"annotations[{i}], {one.Category}");
            else
            {
                if (!boxes.TryGetValue(one.Image, out var ofImage))
                    boxes[one.Image] = ofImage = [];
                ofImage.Add(new(one.Box, label, one.Area, one.Crowd));
            }
        }
        var collector = new PictureCollector(pictures, report);
        foreach (var image in file.Images)
            collector.Add(
                image.Id,
                image.File ?? throw new RequestException($"'{annotations}': image {image.Id} has no file_name."),
                (image.Width, image.Height),
                boxes.GetValueOrDefault(image.Id) ?? []
            );
        return new(
            [.. categories.Select(static category => category.Name)],
            [.. categories.Select(static category => category.Id)],
            collector.Finish()
        );
    }
}
