using EvoNas.Lineages;

namespace EvoNas.Reports;

/// <summary>Why a search ended, in words.</summary>
static class SearchEnd
{
    /// <summary>In a sentence without a stop; null where its budget is spent, or while it goes on.</summary>
    public static string? InWords(FinishedReason? finished, DrawsSpent? spent) =>
        finished switch
        {
            FinishedReason.Exhausted => "no genotype is left",
            FinishedReason.Limit or FinishedReason.DrawsSpent => spent?.ToString() ?? "no draw found a genotype",
            _ => null,
        };
}
