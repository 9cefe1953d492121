using EvoNas.Tasks.Data;

namespace EvoNas.Tasks.Tests.Volumes;

/// <summary>A small set of volumes made by code: in each a bright box and a ball of another grey in noise, in the
/// layout of the Medical Segmentation Decathlon.</summary>
static class Solids
{
    /// <summary>Writes the set.</summary>
    /// <param name="folder">Gets dataset.json and its volumes.</param>
    /// <param name="train">Cases to learn from.</param>
    /// <param name="validation">Cases that judge.</param>
    public static void Write(string folder, int train = 2, int validation = 1)
    {
        List<string> lists = [];
        foreach (var (list, count) in new[] { ("training", train), ("validation", validation) })
        {
            Directory.CreateDirectory(Path.Combine(folder, list));
            Directory.CreateDirectory(Path.Combine(folder, list + "-labels"));
            lists.Add(
                $"\"{list}\": ["
                    + string.Join(
                        ", ",
                        Enumerable
                            .Range(0, count)
                            .Select(i => $$"""{"image": "{{list}}/{{i}}.nii", "label": "{{list}}-labels/{{i}}.nii"}""")
                    )
                    + "]"
            );
            for (var i = 0; i < count; i++)
            {
                var (image, labels) = Of(seed: list == "training" ? i : 100 + i);
                NiftiWriter.Write(Path.Combine(folder, list, $"{i}.nii"), image);
                NiftiWriter.Write(Path.Combine(folder, list + "-labels", $"{i}.nii"), image, labels);
            }
        }
        File.WriteAllText(
            Path.Combine(folder, "dataset.json"),
            $$"""
            {"modality": {"0": "MRI"}, "labels": {"0": "background", "1": "box", "2": "ball", "3": "rod"},
             {{string.Join(", ", lists)}}}
            """
        );
    }

    /// <summary>One volume of 20 × 24 × 28 voxels and the class of each.</summary>
    public static (Volume Image, byte[] Labels) Of(int seed)
    {
        int[] shape = [20, 24, 28];
        var chance = new Random(seed);
        var (values, labels) = (new float[20 * 24 * 28], new byte[20 * 24 * 28]);
        var (left, front, low) = (chance.Next(2, 8), chance.Next(2, 10), chance.Next(2, 8));
        var at = 0;
        for (var z = 0; z < 28; z++)
        for (var y = 0; y < 24; y++)
        for (var x = 0; x < 20; x++, at++)
        {
            var ball = (x - left - 4) * (x - left - 4) + (y - front - 4) * (y - front - 4) + (z - 20) * (z - 20) < 20;
            labels[at] =
                ball ? (byte)2
                : x >= left && x < left + 7 && y >= front && y < front + 8 && z >= low && z < low + 6 ? (byte)1
                : x is 17 or 18 && y > 12 ? (byte)3
                : (byte)0;
            values[at] = labels[at] * 100 + 20 + (float)chance.NextDouble() * 20;
        }
        double[,] affine =
        {
            { 1.5, 0, 0, 0 },
            { 0, 1, 0, 0 },
            { 0, 0, 2, 0 },
        };
        return (new(shape, [1.5, 1, 2], affine, values, 0), labels);
    }
}
