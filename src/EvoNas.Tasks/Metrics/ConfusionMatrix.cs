namespace EvoNas.Tasks.Metrics;

/// <summary>How often each class was taken for each, over a whole set: mean IoU and pixel accuracy.</summary>
/// <remarks>Means are over the set, never over images. A class that is neither in the truth nor in the predictions has
/// no IoU and leaves the mean.</remarks>
/// <param name="classes">Number of classes, at least 1.</param>
/// <param name="ignore">Label of the truth whose pixels do not count; null: all count.</param>
sealed class ConfusionMatrix(int classes, int? ignore = 255)
{
    readonly long[] _counts = new long[classes * classes];

    /// <summary>Number of classes.</summary>
    public int Classes => classes;

    /// <summary>Pixels of a true class that were predicted as another, or as itself.</summary>
    public long this[int truth, int predicted] => _counts[truth * classes + predicted];

    /// <summary>Pixels that count.</summary>
    public long Pixels => _counts.Sum();

    /// <summary>Share of the pixels that are right; null if none counts.</summary>
    public double? PixelAccuracy
    {
        get
        {
            var (right, all) = (0L, Pixels);
            for (var c = 0; c < classes; c++)
                right += this[c, c];
            return all == 0 ? null : (double)right / all;
        }
    }

    /// <summary>Mean over the classes that occur; null if none does.</summary>
    public double? MeanIou
    {
        get
        {
            var (sum, count) = (0.0, 0);
            for (var c = 0; c < classes; c++)
                if (Iou(c) is { } iou)
                    (sum, count) = (sum + iou, count + 1);
            return count == 0 ? null : sum / count;
        }
    }

    /// <summary>tp / (tp + fp + fn) of a class; null if it does not occur.</summary>
    public double? Iou(int label)
    {
        var union = -this[label, label];
        for (var c = 0; c < classes; c++)
            union += this[label, c] + this[c, label];
        return union == 0 ? null : (double)this[label, label] / union;
    }

    /// <summary>Counts an image.</summary>
    /// <param name="truth">A label a pixel.</param>
    /// <param name="prediction">A label a pixel, in the same order.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a label that counts is no class.</exception>
    public void Add(ReadOnlySpan<ushort> truth, ReadOnlySpan<ushort> prediction)
    {
        if (truth.Length != prediction.Length)
            throw new ArgumentException($"{truth.Length} true labels and {prediction.Length} predicted ones.");
        for (var i = 0; i < truth.Length; i++)
        {
            if (truth[i] == ignore)
                continue;
            if (truth[i] >= classes || prediction[i] >= classes)
                throw new ArgumentException(
                    $"Pixel {i} has the labels {truth[i]} and {prediction[i]}; there are {classes} classes."
                );
            _counts[truth[i] * classes + prediction[i]]++;
        }
    }

    /// <summary>Counts an image of one byte a pixel.</summary>
    public void Add(ReadOnlySpan<byte> truth, ReadOnlySpan<byte> prediction) =>
        Add(Widened(truth), Widened(prediction));

    /// <summary>The same counts with room for more classes.</summary>
    public ConfusionMatrix Grown(int more)
    {
        var grown = new ConfusionMatrix(more, ignore);
        for (var t = 0; t < classes; t++)
        for (var p = 0; p < classes; p++)
            grown._counts[t * more + p] = this[t, p];
        return grown;
    }

    /// <summary>Adds the counts of another part of the set.</summary>
    public void Add(ConfusionMatrix other)
    {
        if (other.Classes != classes)
            throw new ArgumentException($"{other.Classes} classes cannot be added to {classes}.");
        for (var i = 0; i < _counts.Length; i++)
            _counts[i] += other._counts[i];
    }

    static ushort[] Widened(ReadOnlySpan<byte> labels)
    {
        var wide = new ushort[labels.Length];
        for (var i = 0; i < wide.Length; i++)
            wide[i] = labels[i];
        return wide;
    }
}
