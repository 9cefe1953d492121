using System.Text;

namespace EvoNas.Reports.Drawings;

/// <summary>The style sheet of all plots: light, dark where the reader's system is, and light on paper.</summary>
/// <remarks>The colours are those of Okabe and Ito 2008, <i>Color Universal Design</i>: they are told apart with every
/// kind of colour vision. Series differ in their dashes too. No CSS variables: converters of SVG do not know
/// them.</remarks>
static class PlotStyle
{
    static readonly string[] Light =
        ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#56b4e9", "#1f2328", "#8a5a00"],
        Dark = ["#56b4e9", "#ff9640", "#2bc49a", "#e6a5c9", "#f0e442", "#8fd0ff", "#e6edf3", "#e69f00"];

    static readonly string[] Dashes = ["", "8 3", "2 3", "10 3 2 3", "5 5", "14 4", "4 2 1 2", "1 2"];

    /// <summary>How many series are told apart; more begin again.</summary>
    public static int SeriesCount => Light.Length;

    /// <summary>The rules.</summary>
    public static readonly string Css =
        """
            .plot{font-family:system-ui,"DejaVu Sans",sans-serif;font-size:12px}
            .plot .title{font-size:16px;font-weight:600}
            .plot path,.plot line,.plot polyline{fill:none}
            .plot .dot,.plot .beyond{stroke-width:3;stroke-linecap:round}
            .plot .fail{stroke-width:1}
            .plot .best{stroke-width:2}
            .plot .kin{stroke-width:1.4}
            .plot .kin-dot{stroke-width:1.2}
            .plot .limit{stroke-width:1.2;stroke-dasharray:6 4}
            .plot .grid{stroke-width:1}
            .plot .series{stroke-width:2}

            """
        + string.Concat(Dashes.Skip(1).Select((dash, i) => $".plot .s{i + 1}{{stroke-dasharray:{dash}}}\n"))
        + Colours(Light, ground: "#ffffff", ink: "#1f2328", dim: "#57606a", grid: "#e3e7eb")
        + "@media (prefers-color-scheme:dark){\n"
        + Colours(Dark, ground: "#0d1117", ink: "#e6edf3", dim: "#9aa4af", grid: "#252c35")
        + "}\n@media print{\n"
        + Colours(Light, ground: "#ffffff", ink: "#1f2328", dim: "#57606a", grid: "#e3e7eb")
        + "}\n";

    static string Colours(string[] series, string ground, string ink, string dim, string grid)
    {
        var css = new StringBuilder();
        css.Append($".plot .ground{{fill:{ground}}}.plot text{{fill:{ink}}}.plot .dim{{fill:{dim}}}\n")
            .Append($".plot .grid{{stroke:{grid}}}.plot .fail,.plot .limit{{stroke:{dim}}}\n")
            .Append($".plot .dot{{stroke:{series[0]}}}.plot .beyond{{stroke:{series[3]}}}\n")
            .Append($".plot .best{{stroke:{series[1]}}}.plot .kin{{stroke:{series[2]}}}\n")
            .Append($".plot .kin-dot{{stroke:{ground};fill:{series[2]}}}.plot .heat{{fill:{series[0]}}}\n");
        foreach (var (i, colour) in series.Index())
            css.Append($".plot .s{i}{{stroke:{colour}}}");
        return css.Append('\n').ToString();
    }
}
