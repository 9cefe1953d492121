namespace EvoNas.Evolution;

public sealed partial record SearchSettings
{
    /// <summary>Fewest and most births between two evaluations of the guarded candidate.</summary>
    public const int DriftGuardMin = 5,
        DriftGuardMax = 1_000_000;

    void CheckDriftGuard()
    {
        if (DriftGuard is not { } every)
            return;
        if (every is < DriftGuardMin or > DriftGuardMax)
            throw new RequestException(
                $"A drift guard after every {every} births is out of range: {DriftGuardMin} to {DriftGuardMax}.",
                "Set --drift-guard (evonas.search.drift-guard), or none."
            );
        if (Rungs is not null)
            throw new RequestException(
                "A drift guard trains a candidate in full, and does not fit the rungs of the algorithm asha.",
                "Leave out --drift-guard."
            );
        if (RepeatDuplicates)
            throw new RequestException(
                "A drift guard does not fit a search that evaluates duplicates: it would count as one.",
                "Leave out --drift-guard or --repeat-duplicates."
            );
    }
}
