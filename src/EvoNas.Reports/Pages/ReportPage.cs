using System.Globalization;
using EvoNas.Evolution;
using EvoNas.Lineages;
using EvoNas.Reports.Drawings;

namespace EvoNas.Reports.Pages;

/// <summary>A report of one search, or of several side by side: one HTML file that needs no script and no
/// network.</summary>
static class ReportPage
{
    const int TitleMax = 200;

    const string Css = """
        :root{color-scheme:light dark}
        body{font:15px/1.5 system-ui,"DejaVu Sans",sans-serif;margin:0 auto;max-width:1000px;padding:16px 20px 60px;
          color:#1f2328;background:#fff}
        h1{font-size:26px;margin:16px 0 4px}h2{font-size:21px;margin:40px 0 8px;border-bottom:1px solid #d1d9e0}
        h3{font-size:17px;margin:28px 0 6px}p{margin:6px 0 12px}.small{color:#57606a;font-size:13px}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 18px;margin:8px 0 16px}
        dt{color:#57606a}dd{margin:0;overflow-wrap:anywhere}
        .wide{overflow-x:auto;margin:8px 0 16px}table{border-collapse:collapse;font-size:13px}
        th,td{padding:3px 10px;text-align:left;border-bottom:1px solid #d1d9e0;vertical-align:top}
        th{font-weight:600;white-space:nowrap}td{overflow-wrap:break-word;max-width:28em}
        .number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
        svg.plot{display:block;width:100%;min-width:680px;height:auto}a{color:#0969da}
        summary{cursor:pointer;color:#0969da;margin:8px 0}
        @media (prefers-color-scheme:dark){body{color:#e6edf3;background:#0d1117}
          h2,th,td{border-color:#30363d}dt,.small{color:#9aa4af}a,summary{color:#6cb6ff}}
        @media print{body{color:#000;background:#fff;max-width:none;padding:0;font-size:11px}
          h2,th,td{border-color:#bbb}dt,.small{color:#444}table{font-size:9px}
          a{color:inherit}.wide{overflow:visible}svg.plot{min-width:0}details{display:none}
          h2,h3{break-after:avoid}svg,tr{break-inside:avoid}section+section{break-before:page}}

        """;

    /// <summary>The page.</summary>
    /// <param name="searches">At least one; of several there is a comparison first.</param>
    /// <param name="version">The version of EvoNas that makes the page.</param>
    /// <param name="made">When, UTC.</param>
    public static string Of(IReadOnlyList<ReportedSearch> searches, string version, DateTime made)
    {
        var names = string.Join(", ", searches.Select(search => search.Name));
        var html = Begin(names, searches.Count == 1 ? null : $"{searches.Count} searches compared", version, made);
        if (searches.Count > 1)
            AppendComparison(html, searches);
        var cell = 3 * (int)Math.Ceiling(Math.Sqrt(searches.Count));
        foreach (var (i, search) in searches.Index())
        {
            html.Raw($"<section id=\"search-{i + 1}\">\n");
            if (searches.Count > 1)
                html.Heading(2, search.Name);
            SearchSections.Append(html, search, cell);
            html.Raw("</section>\n");
        }
        return html.Raw("</body>\n</html>\n").ToString();
    }

    /// <summary>A page up to its first heading.</summary>
    /// <param name="names">What is reported on.</param>
    /// <param name="heading">What it is; null: its names say it.</param>
    /// <param name="version">The version of EvoNas that makes the page.</param>
    /// <param name="made">When, UTC.</param>
    public static HtmlText Begin(string names, string? heading, string version, DateTime made) =>
        new HtmlText()
            .Raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            // Names and messages are escaped; should one ever not be, the browser still runs and loads nothing.
            .Raw("<meta http-equiv=\"Content-Security-Policy\" ")
            .Raw("content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
            .Raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            .Raw(
                $"<title>{XmlText.Of(names, TitleMax)}: EvoNas report</title>\n<style>\n{Css}{PlotStyle.Css}</style>\n"
            )
            .Raw("</head>\n<body>\n")
            .Heading(1, heading ?? Figures.Cut(names, TitleMax))
            .Raw($"<p class=\"small\">Report of EvoNas {XmlText.Of(version)}, made {Time(made)}. Times are UTC.</p>\n");

    /// <summary>As <c>2026-11-30 04:21</c>.</summary>
    public static string Time(DateTime time) => time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    static void AppendComparison(HtmlText html, IReadOnlyList<ReportedSearch> searches)
    {
        html.Raw("<section>\n")
            .Drawing(BestSoFarDrawing.Svg(searches, Over.Evaluations))
            .Drawing(BestSoFarDrawing.Svg(searches, Over.Hours));
        if (
            searches
                .Select(search => ObjectiveList.Text(search.View.Settings?.Objectives ?? default))
                .Distinct()
                .Count() > 1
        )
            html.Paragraph("The objectives differ: a fitness of one search cannot be compared with that of another.");
        html.Table(
            [
                "search",
                "state",
                "space",
                "objective",
                "algorithm",
                "seed#",
                "evaluations#",
                "without score#",
                "best#",
                "birth#",
                "time#",
                "slot time#",
            ],
            searches.Select(search => Row(search))
        );
        html.Raw("<p>");
        foreach (var (i, search) in searches.Index())
            html.Raw($"<a href=\"#search-{i + 1}\">{XmlText.Of(search.Name, 64)}</a> ");
        html.Raw("</p>\n");
        var differ = SettingsThatDiffer(searches);
        html.Heading(2, "Settings that differ");
        if (differ.Count == 0)
            html.Paragraph("None.");
        else
            html.Table(["setting", .. searches.Select(search => search.Name.TrimEnd('#'))], differ);
        html.Raw("</section>\n");
    }

    /// <summary>A row for each setting that is not the same in all searches: its name, and its value in each.</summary>
    public static IReadOnlyList<string[]> SettingsThatDiffer(IReadOnlyList<ReportedSearch> searches)
    {
        var settings = searches
            .Select(search => SearchSections.AllSettings(search).DistinctBy(pair => pair.Name).ToDictionary())
            .ToArray();
        return
        [
            .. settings
                .SelectMany(one => one.Keys)
                .Distinct()
                .Select(string[] (name) => [name, .. settings.Select(one => one.GetValueOrDefault(name, ""))])
                .Where(row => row.Skip(1).Distinct().Count() > 1)
                .Take(SearchSections.RowsMax),
        ];
    }

    static string[] Row(ReportedSearch search)
    {
        var (view, settings) = (search.View, search.View.Settings);
        return
        [
            search.Name,
            search.State,
            settings?.Space ?? "",
            settings is null ? "" : SearchSections.Objective(settings),
            settings?.Algorithm.ToString().ToLowerInvariant() ?? "",
            settings?.Seed.ToString(CultureInfo.InvariantCulture) ?? "",
            Figures.Exact(view.Ended),
            Figures.Exact(view.Ended - view.Scored),
            search.Winner?.Scored is { } scored ? Figures.Fitness(scored.Fitness.Value) : "none yet",
            search.Winner is { } winner ? $"{winner.Born.Birth}" : "",
            Figures.Time(view.ElapsedSeconds),
            Figures.Time(view.SlotSeconds),
        ];
    }
}
