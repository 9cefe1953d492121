using System.Globalization;
using EvoNas.Reports.Drawings;
using EvoNas.Reports.Surveys;

namespace EvoNas.Reports.Pages;

/// <summary>A survey as one HTML file that needs no script and no network.</summary>
static class SurveyPage
{
    // With more, the page would be a heap of drawings.
    const int RangesDrawnMax = 24;

    /// <summary>The page.</summary>
    /// <param name="survey">Spaces with their networks.</param>
    /// <param name="version">The version of EvoNas that makes the page.</param>
    /// <param name="made">When, UTC.</param>
    public static string Of(Survey survey, string version, DateTime made)
    {
        var html = ReportPage.Begin(survey.Name, $"Survey {survey.Name}", version, made);
        if (DistributionDrawing.RangeOf(survey) is { } range)
        {
            html.Drawing(DistributionDrawing.Svg("Errors of random networks", Curves(survey.Distributions), range));
            if (survey.Spaces.Count > 2)
                foreach (var first in Enumerable.Range(0, survey.Spaces.Count - 1))
                    html.Drawing(
                        DistributionDrawing.Svg(
                            $"{survey.Spaces[first].Space} and {survey.Spaces[first + 1].Space}",
                            [.. Curves(survey.Distributions).Skip(first).Take(2)],
                            range
                        )
                    );
            if (survey.CostControlled is { } controlled && survey.Spaces.Count > 1)
                html.Drawing(DistributionDrawing.Svg($"At equal {survey.CostMetric}", Curves(controlled), range));
        }
        html.Heading(2, "Spaces").Table(SurveyFigures.SpaceColumns, SurveyFigures.SpaceRows(survey));
        if (survey.Spaces.Count > 1)
            html.Heading(2, "Compared").Table(SurveyFigures.PairColumns, SurveyFigures.PairRows(survey));
        foreach (var note in SurveyFigures.Notes(survey))
            html.Paragraph(note);
        AppendRanges(html, survey);
        html.Heading(2, "How they were evaluated");
        foreach (var space in survey.Spaces)
            html.Folded(
                space.Space,
                inside =>
                    inside.Pairs([
                        ("error", $"{space.Perfect.ToString(CultureInfo.InvariantCulture)} less {space.Metric}"),
                        ("limits", space.Limits.Count == 0 ? "none" : string.Join(", ", space.Limits)),
                        .. (space.Evaluation["settings"]?.AsObject() ?? space.Evaluation).Select(pair =>
                            (pair.Key, pair.Value?.ToJsonString() ?? "none")
                        ),
                    ])
            );
        return html.Raw("</body>\n</html>\n").ToString();

        IReadOnlyList<(string, ErrorDistribution, int)> Curves(IReadOnlyList<ErrorDistribution> distributions) =>
            [.. survey.Spaces.Select((space, i) => (space.Space, distributions[i], i))];
    }

    static void AppendRanges(HtmlText html, Survey survey)
    {
        var rows = SurveyFigures.RangeRows(survey).ToArray();
        if (rows.Length == 0)
            return;
        html.Heading(2, "Good ranges")
            .Paragraph(
                "The values that the best of a quarter of the networks has, drawn ten thousand times: median and 95 % "
                    + "interval. Where the interval is as wide as what was sampled, the decision hardly matters, or "
                    + "there are too few networks to say."
            )
            .Table(SurveyFigures.RangeColumns, rows);
        html.Folded(
            "Errors by the value of each decision",
            inside =>
            {
                foreach (
                    var (space, range) in survey
                        .Spaces.Zip(survey.GoodRanges)
                        .SelectMany(pair => pair.Second.Select(range => (pair.First, range)))
                        .Take(RangesDrawnMax)
                )
                    inside.Drawing(GoodRangeDrawing.Svg(space, range));
            }
        );
    }
}
