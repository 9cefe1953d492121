using System.Globalization;

namespace EvoNas.Tasks.Segmentation;

/// <summary>What the pixels of each class count in the loss.</summary>
static class ClassWeighting
{
    /// <summary>From what people write.</summary>
    /// <param name="text">Numbers with commas, one a class; null: none.</param>
    /// <param name="classes">How many are wanted.</param>
    /// <returns>Null where all count alike.</returns>
    /// <exception cref="RequestException">It is no such list.</exception>
    public static float[]? Read(string? text, int classes)
    {
        if (text is null)
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
                    "Write one number a class, such as \"0.1,1,1\"."
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
