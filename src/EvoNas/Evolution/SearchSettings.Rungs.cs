namespace EvoNas.Evolution;

public sealed partial record SearchSettings
{
    /// <summary>The rungs of <see cref="Algorithm.Asha"/>; null with the others, which train every candidate in
    /// full.</summary>
    public RungRules? Rungs { get; init; }

    void CheckRungs()
    {
        if (Rungs is null != (Algorithm != Algorithm.Asha))
            throw new RequestException(
                $"The algorithm {Algorithm} {(Rungs is null ? "needs rungs" : "has no rungs")}.",
                "Give those of RungRules.Of."
            );
        if (Rungs is null)
            return;
        Rungs.Check();
        if (EarlyStopping)
            throw new RequestException(
                "Rungs stop candidates early by themselves: early stopping does not fit the algorithm asha.",
                "Leave --early-stopping out."
            );
    }
}
