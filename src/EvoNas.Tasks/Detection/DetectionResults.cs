using System.Globalization;
using System.Text;
using System.Text.Json;
using EvoNas.Tasks.Data;
using EvoNas.Tasks.Metrics;
using EvoNas.Tasks.Scenes;

namespace EvoNas.Tasks.Detection;

/// <summary>Writes detections as <c>evonas score</c> and other people's programs read them.</summary>
static class DetectionResults
{
    /// <summary>The name of COCO's results in the folder.</summary>
    public const string Coco = "detections.json";

    /// <summary>The name of the truth of a built-in set, which has no annotation file.</summary>
    public const string Truth = "truth.json";

    /// <summary>Writes into a folder: for VOC a file a class, else COCO's results.</summary>
    /// <param name="folder">Exists.</param>
    /// <param name="samples">Know the ids and names of the images.</param>
    /// <param name="found">The image is the index of the sample, the category the channel.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void Write(string folder, DetectionSamples samples, IReadOnlyList<DetectedBox> found)
    {
        var truth = samples.Truth?.Invoke();
        if (truth?.Layout == DataLayout.Voc)
            WriteVoc(folder, truth, samples, found);
        else
            WriteCoco(Path.Combine(folder, Coco), truth, samples, found);
        if (truth is null)
            WriteTruth(Path.Combine(folder, Truth), samples);
    }

    static void WriteCoco(
        string path,
        DetectionFolder? truth,
        DetectionSamples samples,
        IReadOnlyList<DetectedBox> found
    )
    {
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file);
        json.WriteStartArray();
        foreach (var one in found)
        {
            json.WriteStartObject();
            json.WriteNumber("image_id", Id(truth, samples, one.Image));
            json.WriteNumber("category_id", truth?.CategoryIds[(int)one.Category - 1] ?? one.Category);
            WriteBox(json, one.Box);
            json.WriteNumber("score", one.Score);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    static long Id(DetectionFolder? truth, DetectionSamples samples, long image) =>
        truth is null ? image : samples.FrameOf((int)image).Id;

    static void WriteBox(Utf8JsonWriter json, Box box)
    {
        json.WriteStartArray("bbox");
        foreach (var number in (double[])[box.X, box.Y, box.Width, box.Height])
            json.WriteNumberValue(Math.Round(number, 3));
        json.WriteEndArray();
    }

    static void WriteTruth(string path, DetectionSamples samples)
    {
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        json.WriteStartArray("images");
        for (var i = 0; i < samples.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", i);
            json.WriteString("file_name", samples.NameOf(i));
            json.WriteNumber("width", samples.FrameOf(i).Width);
            json.WriteNumber("height", samples.FrameOf(i).Height);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("categories");
        for (var i = 0; i < FashionScenes.Classes.Count; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("id", i + 1);
            json.WriteString("name", FashionScenes.Classes[i]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("annotations");
        for (var i = 0; i < samples.Truths.Count; i++)
        {
            var one = samples.Truths[i];
            json.WriteStartObject();
            json.WriteNumber("id", i + 1);
            json.WriteNumber("image_id", one.Image);
            json.WriteNumber("category_id", one.Category);
            WriteBox(json, one.Box);
            json.WriteNumber("area", one.Area);
            json.WriteNumber("iscrowd", one.Crowd ? 1 : 0);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteVoc(
        string folder,
        DetectionFolder truth,
        DetectionSamples samples,
        IReadOnlyList<DetectedBox> found
    )
    {
        for (var label = 0; label < truth.Classes.Length; label++)
        {
            var lines = new StringBuilder();
            foreach (var one in found.Where(one => one.Category == label + 1))
            {
                // From 1 on, the last pixel included.
                var (left, top) = (one.Box.X + 1, one.Box.Y + 1);
                lines.Append(
                    CultureInfo.InvariantCulture,
                    $"{samples.NameOf((int)one.Image)} {one.Score} {left:0.###} {top:0.###} "
                );
                lines.Append(CultureInfo.InvariantCulture, $"{one.Box.Right:0.###} {one.Box.Bottom:0.###}\n");
            }
            File.WriteAllText(Path.Combine(folder, $"comp4_det_test_{truth.Classes[label]}.txt"), lines.ToString());
        }
    }
}
