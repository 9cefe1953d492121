using System.Text;
using EvoNas.Reports.Drawings;

namespace EvoNas.Reports.Pages;

/// <summary>HTML in the making. Every text that it is given is escaped here, and nowhere else; only
/// <see cref="Raw"/> is not.</summary>
sealed class HtmlText
{
    const int CellMax = 400;

    readonly StringBuilder _html = new();

    /// <summary>Markup of the program's own.</summary>
    public HtmlText Raw(string markup)
    {
        _html.Append(markup);
        return this;
    }

    public HtmlText Heading(int level, string text) => Raw($"<h{level}>{XmlText.Of(text, CellMax)}</h{level}>\n");

    public HtmlText Paragraph(string text) => Raw($"<p>{XmlText.Of(text, 4 * CellMax)}</p>\n");

    /// <summary>A drawing; where the page is narrow it is scrolled, so that its texts can still be read.</summary>
    public HtmlText Drawing(string svg) => Raw("<div class=\"wide\" tabindex=\"0\">\n").Raw(svg).Raw("</div>\n");

    /// <summary>What is shown when it is opened.</summary>
    public HtmlText Folded(string text, Action<HtmlText> inside)
    {
        Raw($"<details><summary>{XmlText.Of(text, CellMax)}</summary>\n");
        inside(this);
        return Raw("</details>\n");
    }

    /// <summary>Names with their values.</summary>
    public HtmlText Pairs(IEnumerable<(string Name, string Value)> pairs)
    {
        Raw("<dl>\n");
        foreach (var (name, value) in pairs)
            Raw($"<dt>{XmlText.Of(name, CellMax)}</dt><dd>{XmlText.Of(value, CellMax)}</dd>\n");
        return Raw("</dl>\n");
    }

    /// <summary>A table.</summary>
    /// <param name="columns">Heads; those that end with <c>#</c> hold numbers, and stand without it to the
    /// right.</param>
    /// <param name="rows">As many cells as columns.</param>
    public HtmlText Table(string[] columns, IEnumerable<string[]> rows)
    {
        Raw("<div class=\"wide\" tabindex=\"0\"><table>\n<thead><tr>");
        foreach (var column in columns)
            Raw($"<th scope=\"col\"{Class(column)}>{XmlText.Of(column.TrimEnd('#'), CellMax)}</th>");
        Raw("</tr></thead>\n<tbody>\n");
        foreach (var row in rows)
        {
            Raw("<tr>");
            foreach (var (i, cell) in row.Index())
                Raw($"<td{Class(columns[i])}>{XmlText.Of(cell, CellMax)}</td>");
            Raw("</tr>\n");
        }
        return Raw("</tbody></table></div>\n");
    }

    static string Class(string column) => column.EndsWith('#') ? " class=\"number\"" : "";

    public override string ToString() => _html.ToString();
}
