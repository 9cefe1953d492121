using System.Globalization;
using System.Text;
using EvoNas.Dashboard.Answers;

namespace EvoNas.Dashboard.Serving;

/// <summary>Births as CSV, with the columns of <c>evonas lineage NAME export</c>.</summary>
static class EvaluationCsv
{
    static readonly string[] Columns =
    [
        "birth",
        "parent",
        "genotype",
        "draw",
        "decision",
        "from",
        "to",
        "outcome",
        "fitness",
        "feasible",
        "gain",
        "stoppedAtEpoch",
        "attempt",
        "slot",
        "seconds",
        "atSeconds",
        "bornAt",
        "endedAt",
    ];

    /// <summary>The first line.</summary>
    public static string Head(string[] metrics) => Line([.. Columns, .. metrics]);

    /// <summary>Adds a line.</summary>
    public static void Add(StringBuilder to, Evaluation row, string[] metrics) =>
        to.Append(
            Line([
                Text(row.Birth),
                Text(row.Parent),
                row.Genotype,
                Text(row.Draw),
                row.Change?.Decision ?? "",
                row.Change?.From ?? "",
                row.Change?.To ?? "",
                row.Outcome,
                Text(row.Fitness),
                row.Feasible switch
                {
                    true => "true",
                    false => "false",
                    null => "",
                },
                Text(row.Gain),
                Text(row.StoppedAtEpoch),
                Text(row.Attempt),
                row.Slot ?? "",
                Text(row.Seconds),
                Text(row.AtSeconds),
                Text(row.BornAt),
                Text(row.EndedAt),
                .. metrics.Select(metric => row.Metrics.TryGetValue(metric, out var value) ? Text(value) : ""),
            ])
        );

    static string Line(string[] cells) => string.Join(',', cells.Select(Quoted)) + "\n";

    static string Text(IFormattable? value) => value?.ToString(null, CultureInfo.InvariantCulture) ?? "";

    // RFC 4180.
    static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny([',', '"', '\n', '\r']) < 0 ? cell : $"\"{cell.Replace("\"", "\"\"")}\"";
}
