using System.Globalization;
using System.Net;
using System.Text;
using EvoNas.Tasks.Drawings;

namespace EvoNas.Tasks.Checking;

/// <summary>A check as one HTML file: facts, faults, classes and samples. It loads nothing from elsewhere.</summary>
static class SamplePage
{
    const string Style = """
        body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 1500px; padding: 0 1rem;
               color: #1c2530; background: #fff; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
        table { border-collapse: collapse; } td { padding: .15rem 1rem .15rem 0; vertical-align: top; }
        td.n { text-align: right; font-variant-numeric: tabular-nums; }
        .bar { display: inline-block; height: .7rem; background: #4a7dbd; }
        .samples { display: flex; flex-wrap: wrap; gap: 1rem; }
        figure { margin: 0; }
        figcaption { font-size: .8rem; color: #5a6673; max-width: 512px; overflow-wrap: anywhere; }
        svg { display: block; }
        @media (prefers-color-scheme: dark) { body { color: #dde3ea; background: #14191f; } }
        """;

    /// <summary>The page.</summary>
    /// <param name="folder">What was looked at.</param>
    /// <param name="check">What was found.</param>
    public static string Of(string folder, DataCheck check)
    {
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
            .Append("<meta name=\"viewport\" content=\"width=device-width\">")
            .Append(CultureInfo.InvariantCulture, $"<title>{Text(Path.GetFileName(folder))}</title>")
            .Append(CultureInfo.InvariantCulture, $"<style>{Style}</style></head><body>\n")
            .Append(CultureInfo.InvariantCulture, $"<h1>{Text(folder)}</h1>\n")
            .Append(CultureInfo.InvariantCulture, $"<p>{Text(check.Kind)}: data for {Text(check.Task)}.</p>\n<table>");
        foreach (var (name, value) in check.Facts)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(name)}<td class=\"n\">{Text(value)}</tr>\n");
        page.Append("</table>\n<h2>What is wrong with it</h2>\n");
        if (check.Faults.Count == 0)
            page.Append("<p>Nothing was found.</p>\n");
        else
            page.Append("<table>");
        foreach (var (kind, count, places) in check.Faults)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td class=\"n\">{count}<td>{Text(kind)}<td>")
                .Append(string.Join("<br>", places.Select(Text)))
                .Append("</tr>\n");
        page.Append(check.Faults.Count == 0 ? "" : "</table>\n").Append("<h2>Classes</h2>\n<table>");
        var most = Math.Max(check.Classes.Select(static one => one.Count).DefaultIfEmpty(1).Max(), 1);
        foreach (var (name, count) in check.Classes)
            page.Append(CultureInfo.InvariantCulture, $"<tr><td>{Text(name)}<td class=\"n\">{count:#,0}<td>")
                .Append(
                    CultureInfo.InvariantCulture,
                    $"<span class=\"bar\" style=\"width:{240.0 * count / most:0.#}px\"></span></tr>\n"
                );
        page.Append("</table>\n<h2>Samples</h2>\n<div class=\"samples\">\n");
        foreach (var sample in check.Samples)
            Append(page, sample);
        return page.Append("</div></body></html>\n").ToString();
    }

    static void Append(StringBuilder page, Sample sample) =>
        page.Append("<figure>")
            .Append(SampleDrawing.Svg(sample))
            .Append(CultureInfo.InvariantCulture, $"<figcaption>{Text(sample.Title)}</figcaption></figure>\n");

    static string Text(string text) => WebUtility.HtmlEncode(text);
}
