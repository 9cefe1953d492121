namespace EvoNas.Reports.Surveys;

/// <summary>The networks of a survey as CSV (RFC 4180), a row each.</summary>
static class SurveyCsv
{
    /// <summary>The first line, and a line a network.</summary>
    public static IEnumerable<string> Lines(Survey survey)
    {
        var metrics = Names(survey, one => one.Metrics.Select(pair => pair.Key));
        var decisions = Names(survey, one => one.Decisions.Keys);
        yield return CandidateCsv.Row([
            "space",
            "seed",
            "birth",
            "genotype",
            "error",
            "walked",
            .. metrics,
            .. decisions.Select(name => $"decision.{name}"),
        ]);
        foreach (var space in survey.Spaces)
        foreach (var one in space.Networks)
            yield return CandidateCsv.Row([
                space.Space,
                one.Seed,
                one.Birth,
                one.Genotype,
                // A diverged training has no error to write down.
                double.IsFinite(one.Error)
                    ? one.Error
                    : null,
                one.Walked,
                .. metrics.Select(name => (object?)one.Metrics[name]),
                .. decisions.Select(name => one.Decisions.TryGetValue(name, out var value) ? (object?)value : null),
            ]);
    }

    static string[] Names(Survey survey, Func<SurveyedNetwork, IEnumerable<string>> names) =>
        [.. survey.Spaces.SelectMany(space => space.Networks).SelectMany(names).Distinct(StringComparer.Ordinal)];
}
