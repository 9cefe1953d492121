using System.Globalization;
using System.Text.Json.Nodes;
using EvoNas.Cli.CommandLine;
using EvoNas.Cli.Views;
using EvoNas.Reports;
using EvoNas.Simulation.Planning;

namespace EvoNas.Cli.Simulating;

/// <summary>Forecasts as a table, as curves, and for scripts.</summary>
static class ForecastView
{
    const int ChartHeight = 8,
        ChartWidthMax = 100;

    // Share of its time in which a population cannot keep up much longer.
    const double Bottleneck = 0.9;

    public static void Write(Terminal terminal, IReadOnlyList<Forecast> forecasts, bool plot)
    {
        var (hasQuality, hasFailures) = (
            forecasts.Any(one => one.Improvements.Count > 0),
            forecasts.Any(one => one.Failures > 0)
        );
        (string Head, Func<Forecast, string> Cell)[] columns =
        [
            ("GPUS", one => Figures.Exact(one.Evaluators)),
            ("TIME", one => Figures.Time(one.Seconds)),
            ("TRAINING", one => Hours(one.TrainingHours)),
            ("PAID", one => Hours(one.Seconds * one.Evaluators / 3600)),
            ("BUSY", one => Figures.Percent(one.Utilisation)),
            ("TO THE END", one => Figures.Percent(one.UtilisationToTheEnd)),
            ("LAG", one => $"{Figures.Short(one.LagBirths)} births"),
            ("RECORDED IN", one => Millis(one.RecordingSeconds)),
            ("POPULATION", one => Figures.Percent(one.PopulationBusy)),
            ("JOURNAL", one => Figures.Bytes(one.JournalBytes)),
            ("A DAY", one => Figures.Bytes(one.JournalBytes / one.Seconds * 86_400)),
            .. hasFailures
                ?
                [
                    ("FAILURES", one => Figures.Exact(one.Failures)),
                    ("ATTEMPTS LOST", one => Figures.Exact(one.AttemptsLost)),
                    ("LOST", one => Hours(one.HoursLost)),
                ]
                : Array.Empty<(string, Func<Forecast, string>)>(),
            .. hasQuality
                ?
                [
                    ("BEST", one => one.Improvements.Count == 0 ? "" : Figures.Fitness(one.Improvements[^1].Best)),
                    ("AFTER", one => one.Improvements.Count == 0 ? "" : Figures.Time(one.Improvements[^1].Seconds)),
                ]
                : Array.Empty<(string, Func<Forecast, string>)>(),
        ];
        var rows = new Listing([.. columns.Select(column => (column.Head, Listing.Kind.Number))]);
        foreach (var forecast in forecasts)
            rows.Add([.. columns.Select(column => column.Cell(forecast))]);
        rows.Write(terminal);
        foreach (var forecast in forecasts.Where(one => one.PopulationBusy > Bottleneck))
            terminal.Out.WriteLine(
                $"With {Figures.Exact(forecast.Evaluators)} GPUs the population is the bottleneck: "
                    + $"it reads {Figures.Short(forecast.MessagesPerSecond)} messages a second."
            );
        if (plot)
            foreach (var forecast in forecasts)
                Plot(terminal, forecast);
    }

    public static JsonArray ToJson(IEnumerable<Forecast> forecasts) =>
        new([
            .. forecasts.Select(one =>
                (JsonNode)
                    new JsonObject
                    {
                        ["evaluators"] = one.Evaluators,
                        ["seconds"] = one.Seconds,
                        ["trainingHours"] = one.TrainingHours,
                        ["paidHours"] = one.Seconds * one.Evaluators / 3600,
                        ["utilisation"] = one.Utilisation,
                        ["utilisationToTheEnd"] = one.UtilisationToTheEnd,
                        ["lagBirths"] = one.LagBirths,
                        ["recordingSeconds"] = one.RecordingSeconds,
                        ["populationBusy"] = one.PopulationBusy,
                        ["lettersPerSecond"] = one.MessagesPerSecond,
                        ["events"] = one.Events,
                        ["journalBytes"] = one.JournalBytes,
                        ["failures"] = one.Failures,
                        ["attemptsLost"] = one.AttemptsLost,
                        ["hoursLost"] = one.HoursLost,
                        ["ruledOut"] = one.RuledOut,
                        ["improvements"] = new JsonArray([
                            .. one.Improvements.Items.Select(better =>
                                (JsonNode)new JsonObject { ["seconds"] = better.Seconds, ["best"] = better.Best }
                            ),
                        ]),
                        ["ended"] = new JsonArray([.. one.Ended.Items.Select(count => (JsonNode)count)]),
                    }
            ),
        ]);

    static void Plot(Terminal terminal, Forecast forecast)
    {
        var hasQuality = forecast.Improvements.Count > 0;
        terminal.Out.WriteLine();
        terminal.Out.WriteLine(
            $"{(hasQuality ? "best so far" : "births that ended")}, {Figures.Exact(forecast.Evaluators)} GPUs"
        );
        double[] heights =
        [
            .. Enumerable
                .Range(1, 100)
                .Select(hundredth =>
                    hasQuality
                        ? forecast
                            .Improvements.Items.LastOrDefault(
                                better => better.Seconds <= forecast.Seconds * hundredth / 100,
                                (0, double.NaN)
                            )
                            .Item2
                        : forecast.Ended[hundredth - 1]
                ),
        ];
        var width = Math.Min(ChartWidthMax, terminal.Size().Width);
        foreach (
            var line in Chart.Draw(
                heights,
                heights.Length,
                width,
                ChartHeight,
                hasQuality ? null : Figures.Short,
                fromZero: !hasQuality
            )
        )
            terminal.Out.WriteLine(line.ToString());
        terminal.Out.WriteLine(Chart.Axis("0", Figures.Time(forecast.Seconds), width).ToString());
    }

    static string Hours(double hours) => $"{Figures.Short(hours)} h";

    static string Millis(double seconds) =>
        seconds < 1 ? string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0.0} ms") : Figures.Time(seconds);
}
