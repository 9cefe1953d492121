using EvoNas.Reports;

namespace EvoNas.Cli.Views;

/// <summary>Scores over evaluations in dots of Braille, two by four in a message: the best so far as a line, every
/// candidate as a point.</summary>
static class Chart
{
    const int LabelWidth = 8;

    // The bits of a Braille message, by column and row.
    static readonly int[,] Bits =
    {
        { 0x01, 0x02, 0x04, 0x40 },
        { 0x08, 0x10, 0x20, 0x80 },
    };

    /// <param name="scores">In order; NaN is a gap.</param>
    /// <param name="total">Evaluations that the width stands for; at least as many as there are scores.</param>
    /// <param name="width">Of the terminal.</param>
    /// <param name="height">Lines; at least 2.</param>
    /// <param name="label">Of a height; null: as a fitness.</param>
    /// <param name="fromZero">From 0 to the highest, as counts are read; else only the range that matters.</param>
    public static IEnumerable<Line> Draw(
        IReadOnlyList<double> scores,
        long total,
        int width,
        int height,
        Func<double, string>? label = null,
        bool fromZero = false
    )
    {
        var columns = Columns(width);
        var finite = scores.Where(double.IsFinite).ToArray();
        if (finite.Length == 0)
            yield break;
        var (low, high) = fromZero ? (0, Math.Max(1, finite.Max())) : Range(finite);
        var points = new int[columns, height];
        var best = new int[columns, height];
        var (soFar, reached) = (double.NegativeInfinity, 0);
        var dots = columns * 2;
        for (var i = 0; i < scores.Count; i++)
        {
            var x = (int)Math.Min(dots - 1, i * (long)dots / Math.Max(1, total));
            // Until now the best was what it was: the line goes on to here.
            if (soFar >= low)
                for (; reached < x; reached++)
                    Set(best, reached, soFar);
            if (!double.IsFinite(scores[i]))
                continue;
            soFar = Math.Max(soFar, scores[i]);
            if (scores[i] >= low)
                Set(points, x, scores[i]);
            reached = Math.Max(reached, x);
        }
        if (soFar >= low)
            Set(best, reached, soFar);
        for (var row = 0; row < height; row++)
        {
            var line = new Line()
                .Add(Label(row, height, low, high, label ?? Figures.Fitness).PadLeft(LabelWidth), "grey")
                .Add(row == height - 1 ? " └" : " │", "grey");
            for (var from = 0; from < columns; )
            {
                var isBest = best[from, row] != 0;
                var to = from;
                while (to < columns && best[to, row] != 0 == isBest)
                    to++;
                line.Add(
                    new string([
                        .. Enumerable
                            .Range(from, to - from)
                            .Select(column => (char)(0x2800 + (best[column, row] | points[column, row]))),
                    ]).Replace('\u2800', ' '),
                    isBest ? "green" : "grey"
                );
                from = to;
            }
            yield return line;
        }

        void Set(int[,] canvas, int x, double value)
        {
            var y = (int)Math.Round((high - value) / (high - low) * (height * 4 - 1));
            canvas[x / 2, y / 4] |= Bits[x % 2, y % 4];
        }
    }

    // The worst tenth would press all others against the upper edge.
    static (double Low, double High) Range(double[] finite)
    {
        Array.Sort(finite);
        var (low, high) = (finite[finite.Length > 10 ? finite.Length / 10 : 0], finite[^1]);
        var margin = high > low ? (high - low) * 0.05 : Math.Max(1e-6, Math.Abs(high) * 0.05);
        return (low - margin, high + margin);
    }

    /// <summary>The line below: what the left and the right end of the width stand for.</summary>
    public static Line Axis(string left, string right, int width) =>
        new Line().Add(
            new string(' ', LabelWidth + 2)
                + left
                + right.PadLeft(Math.Max(right.Length + 1, Columns(width) - left.Length)),
            "grey"
        );

    static int Columns(int width) => Math.Max(4, width - LabelWidth - 3);

    static string Label(int row, int height, double low, double high, Func<double, string> label) =>
        row == 0 ? label(high)
        : row == height - 1 ? label(low)
        : row == height / 2 && height >= 5 ? label((low + high) / 2)
        : "";
}
