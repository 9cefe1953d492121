using System.Text.Json;
using System.Text.Json.Nodes;
using EvoNas.Reports;
using EvoNas.Reports.Proxies;
using EvoNas.Searches;
using EvoNas.Searches.Tables;

namespace EvoNas.Cli.Proxies;

/// <summary>Reads learning curves that were recorded elsewhere: CSV with a line an evaluation, or JSON with an object a
/// training.</summary>
static class CurveFile
{
    const string Model = "model",
        Step = "step",
        Score = "score",
        Proxy = "proxy",
        Run = "run",
        Seconds = "seconds",
        Latency = "latency";

    const string Hint = "docs/proxy.md tells the format.";

    /// <summary>The curves of a file; one that names no proxy is itself one.</summary>
    /// <exception cref="RequestException">It cannot be read; names the line and the column.</exception>
    public static IReadOnlyList<LearningCurve> Read(string path)
    {
        var named = Path.GetFileNameWithoutExtension(path);
        LearningCurve[] curves =
            Path.GetExtension(path).ToLowerInvariant() == ".json"
                ? FromJson(Utf8Text.Read(path), path, named)
                : FromCsv(path, named);
        return curves.Length > 0 ? curves : throw new RequestException($"'{path}' holds no curve.", Hint);
    }

    static LearningCurve[] FromCsv(string path, string named)
    {
        using var lines = TableLines.Open(path);
        if (!lines.Next(out var head))
            throw new RequestException($"'{path}' is empty.", Hint);
        var cells = TableCells.Of(head, Model);
        string[] columns = cells.Texts(head);
        foreach (var needed in new[] { Model, Step, Score })
            if (!columns.Contains(needed))
                throw new RequestException($"'{path}' has no column '{needed}'.", Hint);
        var runs = new Dictionary<(string, string, string), (List<CurvePoint> Points, double? Latency)>();
        while (lines.Next(out var line))
        {
            if (!cells.Cut(line) || cells.Count != columns.Length)
            {
                if (line.Length == 0)
                    continue;
                throw new RequestException(
                    $"'{path}', line {lines.Number}: {cells.Count} cells, where the head has {columns.Length}.",
                    "Put a text with a comma in double quotes."
                );
            }
            if (cells.AreEmpty)
                continue;
            var texts = cells.Texts(line);
            string Text(string column) => Array.IndexOf(columns, column) is var at and >= 0 ? texts[at] : "";
            double? Number(string column) =>
                Text(column) is "" ? null
                : double.TryParse(
                    Text(column),
                    System.Globalization.NumberStyles.Float,
                    System.Globalization.CultureInfo.InvariantCulture,
                    out var value
                ) && double.IsFinite(value)
                    ? value
                : throw new RequestException(
                    $"'{path}', line {lines.Number}: '{column}' is '{Printable.Of(Text(column))}'; it takes a number.",
                    Hint
                );
            double Needed(string column) =>
                Number(column)
                ?? throw new RequestException($"'{path}', line {lines.Number}: '{column}' is empty.", Hint);
            var key = (Text(Proxy) is { Length: > 0 } proxy ? proxy : named, Text(Model), Text(Run));
            if (!runs.TryGetValue(key, out var run))
                runs[key] = run = ([], null);
            run.Points.Add(new(Needed(Step), Needed(Score), Number(Seconds)));
            runs[key] = run with { Latency = Number(Latency) ?? run.Latency };
        }
        return
        [
            .. runs.Select(pair => Curve(path, pair.Key.Item1, pair.Key.Item2, pair.Value.Points, pair.Value.Latency)),
        ];
    }

    static LearningCurve[] FromJson(string text, string path, string named)
    {
        try
        {
            return
            [
                .. JsonNode
                    .Parse(text)!
                    .AsArray()
                    .Select(one =>
                        Curve(
                            path,
                            one![Proxy]?.GetValue<string>() ?? named,
                            one[Model]!.GetValue<string>(),
                            [
                                .. one["points"]!
                                    .AsArray()
                                    .Select(point => new CurvePoint(
                                        point![Step]!.GetValue<double>(),
                                        point[Score]!.GetValue<double>(),
                                        point[Seconds]?.GetValue<double>()
                                    )),
                            ],
                            one[Latency]?.GetValue<double>()
                        )
                    ),
            ];
        }
        // A field that is missing is null where an object is wanted.
        catch (Exception fault)
            when (fault is JsonException or InvalidOperationException or FormatException or NullReferenceException)
        {
            throw new RequestException(
                $"'{path}' is no list of curves: "
                    + (
                        fault is NullReferenceException
                            ? "a model, points, a step or a score is missing."
                            : Figures.OneLine(fault.Message)
                    ),
                Hint
            );
        }
    }

    static LearningCurve Curve(string path, string proxy, string model, List<CurvePoint> points, double? latency)
    {
        CurvePoint[] sorted = [.. points.OrderBy(point => point.Step)];
        foreach (var (point, next) in sorted.Zip(sorted.Skip(1)))
            if (point.Step.Equals(next.Step))
                throw new RequestException(
                    string.Create(
                        System.Globalization.CultureInfo.InvariantCulture,
                        $"'{path}': '{Printable.Of(model)}' has two scores at step {point.Step} of "
                            + $"'{Printable.Of(proxy)}'."
                    ),
                    "Tell several trainings of one model apart by a column 'run'."
                );
        return sorted.Length == 0
                ? throw new RequestException($"'{path}': '{Printable.Of(model)}' has no points.", Hint)
            : sorted[0].Step < 0
                ? throw new RequestException($"'{path}': '{Printable.Of(model)}' has a step below 0.", Hint)
            : new(proxy, model, sorted, latency);
    }
}
