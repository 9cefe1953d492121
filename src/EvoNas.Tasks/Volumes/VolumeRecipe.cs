using System.Globalization;
using EvoNas.Torch.Training;

namespace EvoNas.Tasks.Volumes;

/// <summary>What training settings say about volumes, read and checked.</summary>
/// <param name="Window">What a network sees.</param>
/// <param name="Spacing">Millimetres between voxels to the right, front and up; null: as in the files.</param>
/// <param name="Intensity">How values are normalised.</param>
/// <param name="Dice">What labels are.</param>
/// <param name="Overlap">Of the windows by which whole volumes are judged.</param>
/// <param name="Crops">Random windows of a volume in an epoch.</param>
/// <param name="Foreground">Share of them around a labelled voxel.</param>
/// <param name="Variation">How random windows are varied.</param>
sealed record VolumeRecipe(
    Grid Window,
    (double X, double Y, double Z)? Spacing,
    Intensity Intensity,
    DiceKind Dice,
    double Overlap,
    int Crops,
    double Foreground,
    WindowVariation Variation
)
{
    const int UsualWindow = 32;
    const double UsualOverlap = 0.25;

    /// <summary>The side where none is said, and the largest, in voxels.</summary>
    const int SideMax = 512;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="RequestException">One cannot be read.</exception>
    public static VolumeRecipe Of(TrainingSettings settings)
    {
        var window = settings.Window is null
            ? [UsualWindow, UsualWindow, UsualWindow]
            : Three(
                settings.Window,
                "window",
                "32 or 96x96x64",
                side => side == (int)side && side is >= 8 and <= SideMax
            );
        var spacing = settings.Spacing is null
            ? null
            : Three(settings.Spacing, "spacing", "1 or 0.8x0.8x2.5", static side => side is >= 0.01 and <= 100);
        return new(
            new((int)window[0], (int)window[1], (int)window[2]),
            spacing is null ? null : (spacing[0], spacing[1], spacing[2]),
            settings.Normalize ? Intensity.Read(settings.Intensity) : new Intensity.AsIs(),
            settings.Dice ?? DiceKind.Softmax,
            settings.Overlap ?? UsualOverlap,
            (int)(settings.Crops ?? 1),
            settings.Foreground ?? 0,
            new(
                settings.Mirror,
                settings.ScaleMin ?? 1,
                settings.ScaleMax ?? 1,
                settings.IntensityScale ?? 0,
                settings.IntensityShift ?? 0
            )
        );
    }

    static double[] Three(string text, string name, string example, Func<double, bool> fits)
    {
        var words = text.Split('x', StringSplitOptions.TrimEntries);
        var numbers = new double[words.Length];
        for (var i = 0; i < words.Length; i++)
            if (
                !double.TryParse(words[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])
                || !fits(numbers[i])
            )
                throw Bad();
        return numbers.Length switch
        {
            1 => [numbers[0], numbers[0], numbers[0]],
            3 => numbers,
            _ => throw Bad(),
        };

        RequestException Bad() =>
            new(
                name == "window"
                    ? $"evonas.training.window is '{text}'; it is one or three whole numbers from 8 to {SideMax}."
                    : $"evonas.training.{name} is '{text}'; it is one or three numbers from 0.01 to 100 mm.",
                $"Write {example}: to the right, to the front and up."
            );
    }
}

/// <summary>How a random window is varied.</summary>
/// <param name="Mirror">Half of them are mirrored left to right.</param>
/// <param name="ScaleMin">The smallest factor by which they are scaled in space.</param>
/// <param name="ScaleMax">The largest.</param>
/// <param name="IntensityScale">Values of half of them are scaled by up to 1 ± this.</param>
/// <param name="IntensityShift">Up to ± this is added to the values of half of them.</param>
sealed record WindowVariation(
    bool Mirror,
    double ScaleMin = 1,
    double ScaleMax = 1,
    double IntensityScale = 0,
    double IntensityShift = 0
);
