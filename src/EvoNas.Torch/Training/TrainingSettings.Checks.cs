using System.Runtime.CompilerServices;

namespace EvoNas.Torch.Training;

public sealed partial record TrainingSettings
{
    /// <summary>These settings, if a training can be made of them.</summary>
    /// <exception cref="RequestException">One is out of its range; names value, bound and key
    /// (<c>evonas.training.…</c>).</exception>
    public TrainingSettings Checked()
    {
        Within(ImageSide, 0, 1024);
        Within(TrainImages, 0, 100_000_000);
        Within(ValidationImages, 0, 100_000_000);
        Within(BatchSize, 1, 65_536);
        if (Convert.ToInt32(Epochs != 0) + Convert.ToInt32(Steps != 0) + Convert.ToInt32(Seconds != 0) != 1)
            throw new RequestException(
                $"A training lasts epochs, steps or seconds: {Epochs} epochs, {Steps} steps and {Seconds} seconds "
                    + "are given.",
                "Make exactly one of evonas.training.epochs, .steps and .seconds positive and the others 0."
            );
        Within(Epochs, 0, 1e6);
        Within(Steps, 0, 1e9);
        Within(Seconds, 0, 1e8);
        Positive(LearningRate, 1e3);
        Share(Momentum);
        Share(SquareDecay);
        Positive(Epsilon, 1);
        Share(WarmUp);
        Within(WeightDecay, 0, 10);
        Share(LabelSmoothing);
        Share(WeightAverage);
        Within(GradientClip, 0, 1e6);
        Within(Shift, 0, 512);
        Within(LatencyBatch, 1, 65_536);
        Within(LatencyRepeats, 1, 100_000);
        Positive(ScaleMin ?? 1, 10, nameof(ScaleMin));
        Positive(ScaleMax ?? 1, 10, nameof(ScaleMax));
        if (ScaleMin > (ScaleMax ?? 1) || ScaleMax < (ScaleMin ?? 1))
            throw new RequestException(
                FormattableString.Invariant(
                    $"Images cannot be scaled by at least {ScaleMin ?? 1} and at most {ScaleMax ?? 1}."
                ),
                "Raise evonas.training.scale-max, or lower evonas.training.scale-min."
            );
        Positive(AnchorSize ?? 1, 100, nameof(AnchorSize));
        Share(Overlap ?? 0, nameof(Overlap));
        Within(Crops ?? 1, 1, 1_000_000, nameof(Crops));
        Within(Foreground ?? 0, 0, 1, nameof(Foreground));
        Share(IntensityScale ?? 0, nameof(IntensityScale));
        Within(IntensityShift ?? 0, 0, 100, nameof(IntensityShift));
        Positive(Turn ?? 1, 180, nameof(Turn));
        Within(PasteObjects ?? 0, 0, 100, nameof(PasteObjects));
        if (Nesterov && Momentum == 0)
            throw new RequestException(
                "Nesterov's step needs momentum, which is 0.",
                "Raise evonas.training.momentum."
            );
        return this;
    }

    static void Share(double value, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value >= 0 && value < 1))
            throw OutOfRange(name, value, "[0, 1)");
    }

    static void Positive(double value, double max, [CallerArgumentExpression(nameof(value))] string name = "")
    {
        if (!(value > 0 && value <= max))
            throw OutOfRange(name, value, FormattableString.Invariant($"(0, {max}]"));
    }

    internal static void Within(
        double value,
        double min,
        double max,
        [CallerArgumentExpression(nameof(value))] string name = ""
    )
    {
        if (!(value >= min && value <= max))
            throw OutOfRange(name, value, FormattableString.Invariant($"[{min}, {max}]"));
    }

    static RequestException OutOfRange(string name, double value, string bounds) =>
        new(FormattableString.Invariant($"{Key(name)} is {value}; it lies in {bounds}."), $"Change {Key(name)}.");

    // LearningRate is evonas.training.learning-rate.
    static string Key(string name) =>
        "evonas.training."
        + string.Concat(
            name.Select(
                (received, i) =>
                    char.IsUpper(received) ? (i == 0 ? "" : "-") + char.ToLowerInvariant(received) : $"{received}"
            )
        );
}
