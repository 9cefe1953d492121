using System.Globalization;
using System.Net;
using System.Text;
using EvoNas.Tasks.Data;

namespace EvoNas.Tasks.Drawings;

/// <summary>Samples as SVG that loads nothing from elsewhere.</summary>
static class SampleDrawing
{
    // Smaller pictures are enlarged by a whole number, pixel by pixel.
    const int SideMin = 256,
        Gap = 16,
        Caption = 24;

    /// <summary>One sample with its shapes, without its title.</summary>
    public static string Svg(Sample sample)
    {
        var scale = ScaleOf(sample);
        return Append(new(), sample, scale, (0, 0)).ToString();
    }

    /// <summary>Samples beside and below each other, each under its title.</summary>
    /// <param name="samples">Row by row; at least one.</param>
    /// <param name="columns">Of a row; at least 1.</param>
    public static string Sheet(IReadOnlyList<Sample> samples, int columns)
    {
        var width = samples.Max(one => one.Width * ScaleOf(one)) + Gap;
        var (places, rows) = (new List<(Sample Sample, int X, int Y)>(), 0);
        foreach (var row in samples.Chunk(columns))
        {
            foreach (var (i, sample) in row.Index())
                places.Add((sample, i * width, rows));
            rows += row.Max(one => one.Height * ScaleOf(one)) + Caption + Gap;
        }
        var (all, deep) = (Math.Min(columns, samples.Count) * width - Gap, rows - Gap);
        var sheet = new StringBuilder();
        sheet
            .Append("<svg xmlns=\"http://www.w3.org/2000/svg\" ")
            .Append(CultureInfo.InvariantCulture, $"width=\"{all}\" height=\"{deep}\" viewBox=\"0 0 {all} {deep}\">\n");
        foreach (var (sample, x, y) in places)
        {
            // Grey that can be read on white and on black.
            sheet.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{x}\" y=\"{y + 15}\" fill=\"#7a8794\" font-family=\"system-ui, sans-serif\" "
                    + $"font-size=\"13\">{Text(sample.Title)}</text>\n"
            );
            Append(sheet, sample, ScaleOf(sample), (x, y + Caption)).Append('\n');
        }
        return sheet.Append("</svg>\n").ToString();
    }

    static int ScaleOf(Sample sample) => Math.Max(1, SideMin / Math.Max(sample.Width, sample.Height));

    static StringBuilder Append(StringBuilder page, Sample sample, int scale, (int X, int Y) at)
    {
        var png = Convert.ToBase64String(PngFile.Rgb(sample.Width, sample.Height, sample.Rgb));
        var (width, height) = (sample.Width * scale, sample.Height * scale);
        page.Append("<svg ")
            .Append(at == (0, 0) ? "" : string.Create(CultureInfo.InvariantCulture, $"x=\"{at.X}\" y=\"{at.Y}\" "))
            .Append(
                CultureInfo.InvariantCulture,
                $"width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\">"
            )
            .Append(CultureInfo.InvariantCulture, $"<image width=\"{width}\" height=\"{height}\" ")
            .Append(scale > 1 ? "style=\"image-rendering:pixelated\" " : "")
            .Append(CultureInfo.InvariantCulture, $"href=\"data:image/png;base64,{png}\"/>");
        foreach (var (corners, number, label, dashed) in sample.Shapes)
        {
            var (red, green, blue) = Sample.Colour(number);
            var points = string.Join(
                ' ',
                corners.Select(corner =>
                    string.Create(CultureInfo.InvariantCulture, $"{corner.X * scale:0.##},{corner.Y * scale:0.##}")
                )
            );
            page.Append(
                    CultureInfo.InvariantCulture,
                    $"<polygon points=\"{points}\" fill=\"none\" stroke-width=\"2\" "
                        + $"stroke=\"rgb({red},{green},{blue})\""
                )
                .Append(dashed ? " stroke-dasharray=\"6 4\"/>" : "/>");
            if (label.Length == 0)
                continue;
            var x = Math.Clamp(scale * corners.Min(static corner => corner.X), 0, Math.Max(width - 20, 0));
            var y = Math.Clamp(scale * corners.Min(static corner => corner.Y) - 4, 12, Math.Max(height - 2, 12));
            page.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" fill=\"rgb({red},{green},{blue})\" "
                    + $"font-family=\"system-ui, sans-serif\" font-weight=\"600\" font-size=\"12\" "
                    + $"paint-order=\"stroke\" stroke=\"#000\" stroke-width=\"3\">{Text(label)}</text>"
            );
        }
        return page.Append("</svg>");
    }

    // XML takes no control characters.
    static string Text(string text) => WebUtility.HtmlEncode(Printable.Of(text));
}
