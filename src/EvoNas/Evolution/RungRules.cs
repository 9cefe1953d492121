namespace EvoNas.Evolution;

/// <summary>The rungs of <see cref="Algorithm.Asha"/>: every candidate is trained to the first; the best go on to the
/// next. Written with the settings, so that a search keeps the rules that it was begun with.</summary>
/// <param name="Epochs">Epochs at the end of each rung, rising; the last is a full training. At least two.</param>
/// <param name="Reduction">One of so many goes on to the next rung; at least 2.</param>
/// <param name="Window">Scores of a rung that a candidate is compared with: so many, the youngest. As the population
/// improves, early scores would let everyone through.</param>
/// <param name="Metric">What candidates are compared by below the top, higher is better; null: the fitness.</param>
public sealed record RungRules(Sequence<int> Epochs, int Reduction, int Window, string? Metric = null)
{
    /// <summary>Rungs where none are asked for, and as many fit.</summary>
    public const int UsualCount = 5;

    /// <summary>The reduction where none is asked for.</summary>
    public const int UsualReduction = 3;

    // From docs/benchmarks.md.
    const int UsualWindow = 300;

    /// <summary>Epochs of a full training.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Horizon => Epochs[^1];

    /// <summary>The last rung, from 0.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public int Top => Epochs.Count - 1;

    /// <summary>The epoch at which a rung begins: the end of the one below; 0 for the first.</summary>
    /// <param name="rung">From 0.</param>
    public int Start(int rung) => rung == 0 ? 0 : Epochs[rung - 1];

    /// <summary>Epochs that a rung takes, where it goes on from the one below.</summary>
    /// <param name="rung">From 0.</param>
    public int Cost(int rung) => Epochs[rung] - Start(rung);

    /// <summary>The rungs of a search that begins now: the last is the full training, and each ends at the share
    /// 1/<paramref name="reduction"/> of the next.</summary>
    /// <remarks>Source: Li et al. 2020, <i>A System for Massively Parallel Hyperparameter Tuning</i>,
    /// arXiv:1810.05934, with one bracket.</remarks>
    /// <param name="horizon">Epochs of a full training.</param>
    /// <param name="count">How many; null: <see cref="UsualCount"/>, or as many as fit.</param>
    /// <param name="reduction">At least 2.</param>
    /// <param name="metric">See <see cref="Metric"/>.</param>
    /// <param name="known">Epochs at which a value is known, the last of them <paramref name="horizon"/>; null: at all
    /// of them. A rung ends at the nearest.</param>
    /// <exception cref="RequestException">The rungs do not fit into a full training.</exception>
    public static RungRules Of(
        int horizon,
        int? count = null,
        int reduction = UsualReduction,
        string? metric = null,
        Sequence<int>? known = null
    )
    {
        if (reduction is < 2 or > 100)
            throw new RequestException(
                $"A reduction of {reduction} promotes nothing; it takes 2 to 100.",
                "Set --reduction or evonas.search.reduction."
            );
        if (count is < 2 or > 20)
            throw new RequestException(
                $"{count} rungs promote nothing; it takes 2 to 20.",
                "Set --rungs or evonas.search.rungs."
            );
        var most = count ?? UsualCount;
        while (most > 1 && Fitted(horizon, most, reduction, known) is null)
            most--;
        if (most == 1)
            throw new RequestException(
                $"A full training of {horizon} epoch{(horizon == 1 ? "" : "s")} has no rungs below it"
                    + (known is null ? "." : ", by the columns of the table."),
                "Train longer, lower --reduction, or take another --algorithm."
            );
        if (count is { } asked && most < asked)
            throw new RequestException(
                $"{asked} rungs with a reduction of {reduction} do not fit into a full training of {horizon} epochs"
                    + (known is null ? "" : ", by the columns of the table")
                    + $"; {most} do.",
                $"Take --rungs {most}, lower --reduction, or train longer."
            );
        return new(Fitted(horizon, most, reduction, known)!.Value, reduction, UsualWindow, metric); // They fit.
    }

    // Null where two rungs would end at the same epoch.
    static Sequence<int>? Fitted(int horizon, int count, int reduction, Sequence<int>? known)
    {
        var epochs = new int[count];
        for (var rung = 0; rung < count; rung++)
        {
            var wanted = horizon / Math.Pow(reduction, count - 1 - rung);
            epochs[rung] = known is { } given
                ? given.MinBy(epoch => Math.Abs(epoch - wanted))
                : (int)Math.Round(wanted, MidpointRounding.AwayFromZero);
            if (epochs[rung] < 1 || rung > 0 && epochs[rung] <= epochs[rung - 1])
                return null;
        }
        return [.. epochs];
    }

    internal void Check()
    {
        var rises = Epochs.Count > 1 && Epochs[0] > 0;
        for (var rung = 1; rung < Epochs.Count; rung++)
            rises &= Epochs[rung] > Epochs[rung - 1];
        if (!rises || Reduction < 2 || Window < Reduction)
            throw new RequestException(
                $"Rungs of {string.Join(", ", Epochs)} epochs with a reduction of {Reduction} and a window of "
                    + $"{Window} promote nothing.",
                "Give those of RungRules.Of."
            );
    }
}
