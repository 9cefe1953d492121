using System.Globalization;

namespace EvoNas.Tasks.Segmentation;

/// <summary>What the pixels of each class count in the loss.</summary>
static class ClassWeighting
{
    /// <summary>Asks for weights that follow from the images.</summary>
    public const string Frequencies = "frequencies";

    /// <summary>The median of the classes' shares over the share of each, so that rare classes count more; classes that
    /// do not occur count 0.</summary>
    /// <remarks>Source: Eigen and Fergus 2015, arXiv:1411.4734, §6.3.2, with shares of all pixels.</remarks>
    /// <param name="pixels">Of each class.</param>
    public static float[] OfFrequencies(ReadOnlySpan<long> pixels)
    {
        long[] occurring = [.. pixels.ToArray().Where(static count => count > 0).Order()];
        if (occurring.Length == 0)
            return [.. Enumerable.Repeat(1f, pixels.Length)];
        var middle = occurring.Length / 2;
        var median = occurring.Length % 2 == 1 ? occurring[middle] : (occurring[middle - 1] + occurring[middle]) / 2.0;
        var weights = new float[pixels.Length];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = pixels[i] == 0 ? 0 : (float)(median / pixels[i]);
        return weights;
    }

    /// <summary>From what people write.</summary>
    /// <param name="text">Numbers with commas, one a class; null: none. <see cref="Frequencies"/>: none of these
    /// either.</param>
    /// <param name="classes">How many are wanted.</param>
    /// <returns>Null where all count alike.</returns>
    /// <exception cref="RequestException">It is no such list.</exception>
    public static float[]? Read(string? text, int classes)
    {
        if (text is null or Frequencies)
            return null;
        var numbers = text.Split(',', StringSplitOptions.TrimEntries);
        var weights = new float[numbers.Length];
        for (var i = 0; i < numbers.Length; i++)
            if (
                !float.TryParse(numbers[i], NumberStyles.Float, CultureInfo.InvariantCulture, out weights[i])
                || !(weights[i] >= 0 && weights[i] <= 1e6f)
            )
                throw new RequestException(
                    $"evonas.training.class-weights has '{numbers[i]}' for class {i}; a weight is a number from 0 to "
                        + "1000000.",
                    "Write one number a class, such as \"0.1,1,1\", or frequencies."
                );
        if (weights.Length != classes || weights.All(weight => weight == 0))
            throw new RequestException(
                weights.Length != classes
                    ? $"evonas.training.class-weights has {weights.Length} numbers, but there are {classes} classes."
                    : "evonas.training.class-weights is 0 for every class.",
                "Write one number a class, the ground first."
            );
        return weights;
    }
}
