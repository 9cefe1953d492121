using System.Globalization;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Volumes;

/// <summary>How the values of volumes are normalised.</summary>
abstract record Intensity
{
    Intensity() { }

    /// <summary>They stay as they are in the files.</summary>
    public sealed record AsIs : Intensity;

    /// <summary>To mean 0 and deviation 1 over what is not 0, each channel by itself; what is 0 stays 0.</summary>
    /// <param name="OfCrop">True: the random window, when something is learnt from it; false: the whole volume.</param>
    public sealed record Standard(bool OfCrop) : Intensity;

    /// <summary>Cut to a range, which is brought to [0, 1]; of a CT in Hounsfield units.</summary>
    public sealed record Range(double Low, double High) : Intensity;

    /// <summary>From what people write.</summary>
    /// <param name="text"><c>case</c>, <c>crop</c> or <c>LOW:HIGH</c>; null: <c>case</c>.</param>
    /// <exception cref="RequestException">It is none of them.</exception>
    public static Intensity Read(string? text)
    {
        if (text is null or "case" or "crop")
            return new Standard(text == "crop");
        var bounds = text.Split(':');
        if (
            bounds.Length == 2
            && double.TryParse(bounds[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var low)
            && double.TryParse(bounds[1], NumberStyles.Float, CultureInfo.InvariantCulture, out var high)
            && double.IsFinite(low)
            && double.IsFinite(high)
            && low < high
        )
            return new Range(low, high);
        throw new RequestException(
            $"evonas.training.intensity is '{text}'; it is case, crop, or a range such as -96:215.",
            "case: mean 0 and deviation 1 over a volume; crop: over a window; a range is brought to [0, 1]."
        );
    }

    /// <summary>Normalised values of a volume or a window; the caller's, or its scope's.</summary>
    /// <param name="image">[C, X, Y, Z].</param>
    public Tensor Applied(Tensor image) =>
        this switch
        {
            Standard => Standardised(image),
            Range range => ((image - range.Low) / (range.High - range.Low)).clamp(0, 1),
            _ => image,
        };

    static Tensor Standardised(Tensor image)
    {
        long[] space = [1, 2, 3];
        var counts = image.ne(0).to(ScalarType.Float32);
        var count = counts.sum(space, keepdim: true).clamp(min: 1);
        var mean = image.sum(space, keepdim: true) / count;
        var centred = (image - mean) * counts;
        var deviation = (centred.square().sum(space, keepdim: true) / count).sqrt();
        return centred / where(deviation.gt(0), deviation, ones_like(deviation));
    }
}
