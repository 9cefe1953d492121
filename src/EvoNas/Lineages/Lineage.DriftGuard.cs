using EvoNas.Evolution;

namespace EvoNas.Lineages;

public sealed partial record Lineage
{
    /// <summary>The candidate whose scores tell of drift; null before it is evaluated again for the first
    /// time.</summary>
    public Individual? Guarded { get; init; }

    /// <summary>How often it was evaluated again; those that run are among them.</summary>
    public long Guards { get; init; }

    /// <summary>What it scored then; of many the last <see cref="Drift.Kept"/>.</summary>
    public Sequence<double> GuardScores { get; init; }

    /// <summary>What is known of drift; null before the guarded candidate has a second score.</summary>
    public Drift? Drift =>
        Guarded is { } one && GuardScores.Count > 0 ? new(one.Birth, one.Fitness.Value, GuardScores) : null;

    /// <summary>Whom to evaluate again: the best when that is due for the first time, and the same one ever after. With
    /// its own seed it has the score again that made it the best. Null before the first score.</summary>
    public Individual? ToGuard => Guarded ?? Best?.Individual;

    /// <summary>Is another evaluation of <see cref="ToGuard"/> due before the next birth?</summary>
    public bool GuardIsDue =>
        Settings?.DriftGuard is { } every && ToGuard is not null && Born - Repeats - Guards >= every * (Guards + 1);

    bool IsGuarded(LineageEvent.Born born) =>
        ToGuard is { } one && one.Birth == born.RepeatOf && one.Genotype == born.Genotype;
}
