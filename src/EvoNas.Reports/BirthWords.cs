using EvoNas.Lineages;

namespace EvoNas.Reports;

/// <summary>How a candidate came to be, in a few words.</summary>
static class BirthWords
{
    /// <summary>As <c>kernel 3 → 5</c>, <c>crossed with #7, several decisions</c>, <c>drawn at random</c>, <c>#7
    /// again</c>, <c>#7 on rung 2</c> or <c>proposed</c>.</summary>
    /// <param name="born">The birth.</param>
    /// <param name="arrow">Between two values.</param>
    public static string Of(LineageEvent.Born born, string arrow = "→") =>
        (born.Mate is { } mate ? $"crossed with {mate}, " : "")
        + (
            born.Change is { } change ? $"{change.Decision} {change.From} {arrow} {change.To}"
            : born.RepeatOf is { } repeated ? $"{repeated} again{(born.Guards is null ? "" : ", against drift")}"
            : born is { Promoted: { } promoted, Rung: { } rung } ? $"{promoted} on rung {rung}"
            : born.Origin is { } origin ? Figures.OneLine(origin)
            : born.Parent is null ? "drawn at random"
            : "several decisions"
        );
}
