using System.Globalization;

namespace EvoNas.Reports;

/// <summary>Candidates as CSV (RFC 4180), a row each; lines end with a line feed.</summary>
static class CandidateCsv
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

    /// <summary>Columns behind the others, of a search of several objectives: the second parent, and whether it is on
    /// the Pareto front.</summary>
    public static readonly string[] OfFront = ["mate", "front"];

    /// <summary>Columns behind the others, of a search with finalists: how many later evaluations gave a score, and
    /// the mean of these.</summary>
    public static readonly string[] OfFinalists = ["repeats", "repeatMean"];

    /// <summary>Columns behind the others, of a search in rungs: the rung, from 0, the birth that is continued there,
    /// and the epoch from which it was, where that is not the end of the rung below.</summary>
    public static readonly string[] OfRungs = ["rung", "promoted", "fromEpoch"];

    /// <summary>The first line.</summary>
    /// <param name="metrics">Columns of their own, behind the others.</param>
    public static string Head(IEnumerable<string> metrics) => Line([.. Columns, .. metrics]);

    /// <summary>One candidate, in the order of the columns.</summary>
    /// <param name="values">Texts, truth values, numbers; null leaves a cell empty.</param>
    public static string Row(IEnumerable<object?> values) => Line(values.Select(Text));

    static string Line(IEnumerable<string> cells) => string.Join(',', cells.Select(Quoted)) + "\n";

    static string Text(object? value) =>
        value switch
        {
            null => "",
            bool truth => truth ? "true" : "false",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };

    static string Quoted(string cell) =>
        cell.AsSpan().IndexOfAny([',', '"', '\n', '\r']) < 0 ? cell : $"\"{cell.Replace("\"", "\"\"")}\"";
}
