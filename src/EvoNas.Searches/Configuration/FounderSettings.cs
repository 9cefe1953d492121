namespace EvoNas.Searches.Configuration;

/// <summary>What a search that begins is given from elsewhere.</summary>
static class FounderSettings
{
    /// <summary>Where its first candidates come from; null: they are drawn.</summary>
    public static readonly Setting Founders = new(
        "evonas.search.founders",
        new Takes.Text("optuna:study.db"),
        "--founders",
        "optuna:FILE[#STUDY]|search:NAME[xN]",
        "Evaluate the trials of an Optuna study, or the N best of another search [10], first",
        Absent: "none"
    );
}
