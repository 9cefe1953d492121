namespace EvoNas.Evolution;

/// <summary>When a search ends. The first bound that is reached ends it; what is being evaluated then is still
/// counted.</summary>
/// <param name="Evaluations">Births that end (scored or ruled out); duplicates and attempts do not count. With rungs,
/// full trainings: an epoch counts as its share of one. Null: no bound.</param>
/// <param name="Hours">Hours of running, pauses excluded. Null: no bound.</param>
/// <param name="SlotHours">Hours of evaluation summed over the slots: the cost. Null: no bound.</param>
public sealed record Budget(long? Evaluations = null, double? Hours = null, double? SlotHours = null)
{
    /// <summary>This budget, if it is one.</summary>
    /// <exception cref="RequestException">No bound is given, or one is not positive.</exception>
    public Budget Checked() =>
        this switch
        {
            { Evaluations: null, Hours: null, SlotHours: null } => throw new RequestException(
                "A search needs a budget.",
                "Give --budget EVALUATIONS, --hours or --slot-hours."
            ),
            { Evaluations: <= 0 } => throw new RequestException(
                $"A budget of {Evaluations} evaluations is none.",
                "Give at least 1 (evonas.search.budget.evaluations)."
            ),
            { Hours: { } hours } when !(hours > 0) || !double.IsFinite(hours) => throw new RequestException(
                $"A budget of {hours} hours is none.",
                "Give a positive number (evonas.search.budget.hours)."
            ),
            { SlotHours: { } hours } when !(hours > 0) || !double.IsFinite(hours) => throw new RequestException(
                $"A budget of {hours} slot-hours is none.",
                "Give a positive number (evonas.search.budget.slot-hours)."
            ),
            _ => this,
        };

    /// <summary>The share that is spent, in [0, 1]; 1 means the search is to end.</summary>
    /// <param name="ended">Evaluations so far: see <see cref="Lineages.Lineage.Evaluations"/>.</param>
    /// <param name="elapsedSeconds">Of running.</param>
    /// <param name="slotSeconds">Of evaluation.</param>
    public double Spent(double ended, double elapsedSeconds, double slotSeconds) =>
        Math.Min(
            1,
            Math.Max(
                Evaluations is { } evaluations ? ended / evaluations : 0,
                Math.Max(
                    Hours is { } hours ? elapsedSeconds / 3600 / hours : 0,
                    SlotHours is { } slotHours ? slotSeconds / 3600 / slotHours : 0
                )
            )
        );
}
