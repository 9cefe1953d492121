using EvoNas.Cli.CommandLine;
using EvoNas.Reports;
using EvoNas.Searches.Configuration;
using Spectre.Console;

namespace EvoNas.Cli.Views;

/// <summary>A table as people and <c>awk</c> like it: columns under a dim head, no frame, no blanks at the end of a
/// line.</summary>
/// <remarks>In a pipe nothing is cut; at a terminal the columns that may are cut to its width.</remarks>
sealed class Listing(params (string Head, Listing.Kind Kind)[] columns)
{
    /// <summary>How a column stands.</summary>
    public enum Kind
    {
        /// <summary>To the left, whole.</summary>
        Text,

        /// <summary>To the left, cut where the terminal is narrow.</summary>
        Long,

        /// <summary>To the right.</summary>
        Number,
    }

    readonly List<(string[] Cells, string? Style)> _rows = [];

    /// <param name="cells">As many as columns.</param>
    public Listing Add(params string[] cells) => AddIn(null, cells);

    /// <param name="style">Of the whole row, such as <c>bold</c>; null: plain.</param>
    /// <param name="cells">As many as columns.</param>
    public Listing AddIn(string? style, params string[] cells)
    {
        _rows.Add((cells, style));
        return this;
    }

    public void Write(Terminal terminal, string indent = "")
    {
        int? room = terminal.IsInteractive ? terminal.Size().Width - indent.Length - 1 : null;
        foreach (var (text, style) in Lines(room))
        {
            if (terminal.IsInteractive && style is not null)
                terminal.Pretty.Markup($"{indent}[{style}]{Markup.Escape(text)}[/]");
            else
                terminal.Out.Write(indent + text);
            terminal.Out.Write("\n");
        }
    }

    /// <summary>The head and the rows.</summary>
    /// <param name="room">Columns that they have; null: as many as they need.</param>
    public IEnumerable<(string Text, string? Style)> Lines(int? room)
    {
        var widths = columns
            .Select((column, i) => _rows.Select(row => row.Cells[i].Length).Append(column.Head.Length).Max())
            .ToArray();
        if (room is { } most)
            Fit(widths, most);
        yield return (Text(widths, [.. columns.Select(column => column.Head)]), "grey");
        foreach (var (cells, style) in _rows)
            yield return (Text(widths, cells), style);
    }

    // Shrinks the widest column that may be cut until the row fits.
    void Fit(int[] widths, int room)
    {
        const int Narrowest = 8;
        for (var over = widths.Sum() + 2 * (widths.Length - 1) - room; over > 0; over--)
        {
            var widest = Enumerable
                .Range(0, widths.Length)
                .Where(i => columns[i].Kind == Kind.Long && widths[i] > Narrowest)
                .DefaultIfEmpty(-1)
                .MaxBy(i => i < 0 ? 0 : widths[i]);
            if (widest < 0)
                return;
            widths[widest]--;
        }
    }

    string Text(int[] widths, string[] cells) =>
        string.Join(
                "  ",
                cells.Select(
                    (cell, i) =>
                        columns[i].Kind == Kind.Number
                            ? cell.PadLeft(widths[i])
                            : Figures.Cut(cell, widths[i]).PadRight(widths[i])
                )
            )
            .TrimEnd();
}
