using System.Text.Json;
using System.Text.Json.Nodes;
using EvoNas.Actors;
using EvoNas.Dashboard.Answers;
using EvoNas.Evolution;

namespace EvoNas.Dashboard.Projections;

/// <summary>Several searches over one x.</summary>
static class ComparisonQuery
{
    const int PointsMax = 400;

    static readonly string[] Axes = ["evaluations", "hours", "clock", "slotHours"];

    /// <summary>One search's part; taken while its projection is not changed by others.</summary>
    public sealed record Part(ComparedSearch Search, SearchSettings? Settings);

    /// <exception cref="RequestException">The axis is none.</exception>
    public static Part Of(string name, Projection projection, string axis)
    {
        if (!Axes.Contains(axis))
            throw new RequestException($"x is '{axis}'; it takes {string.Join(", ", Axes)}.");
        var (xs, ys, slotSeconds, best) = (new List<double>(), new List<double>(), 0.0, double.NegativeInfinity);
        var fitness = new List<double>();
        var x = 0.0;
        foreach (var birth in projection.Ends.Values)
        {
            var place = birth - 1;
            slotSeconds += projection.Seconds[place];
            x = axis switch
            {
                "evaluations" => projection.Ordinal[place],
                "hours" => projection.AtSeconds[place] / 3600,
                "slotHours" => slotSeconds / 3600,
                _ => (projection.EndedTicks[place] - (projection.Started?.Ticks ?? 0)) / (double)TimeSpan.TicksPerHour,
            };
            if (!projection.Outcome[place].IsScored())
                continue;
            var value = projection.Fitness[place];
            fitness.Add(value);
            if (value <= best)
                continue;
            best = value;
            xs.Add(x);
            ys.Add(value);
        }
        // The line ends where the search does.
        if (xs.Count > 0 && xs[^1] < x)
        {
            xs.Add(x);
            ys.Add(best);
        }
        fitness.Sort();
        var points = Math.Min(PointsMax, fitness.Count);
        var edf = new Distribution(new double[points], new double[points]);
        for (var i = 0; i < points; i++)
        {
            var rank = points < 2 ? 0 : (int)((long)i * (fitness.Count - 1) / (points - 1));
            (edf.Y[i], edf.Share[i]) = (fitness[rank], (rank + 1.0) / fitness.Count);
        }
        return new(
            new(name, new([.. xs], [.. ys]), edf, projection.Scored, fitness.Count > 0 ? best : null),
            projection.Settings
        );
    }

    /// <summary>All parts in one answer: quartiles of the best so far over the searches, and the settings that
    /// differ.</summary>
    public static CompareAnswer Of(string axis, IReadOnlyList<Part> parts)
    {
        var settings = parts.Select(part => Flat(part.Settings)).ToArray();
        var differences = settings
            .SelectMany(one => one.Keys)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .Select(key => new Difference(key, [.. settings.Select(one => one.GetValueOrDefault(key))]))
            .Where(difference => difference.Values.Distinct().Count() > 1);
        return new(
            axis,
            [.. parts.Select(part => part.Search)],
            Band([.. parts.Select(part => part.Search.Best)]),
            [.. differences],
            parts.Select(part => part.Settings?.Objectives).Distinct().Count() < 2
        );
    }

    // Only where every search has a value already.
    static BandSeries Band(CurveOfBest[] curves)
    {
        if (curves.Any(curve => curve.X.Length == 0))
            return new([], [], [], []);
        var (from, to) = (curves.Max(curve => curve.X[0]), curves.Min(curve => curve.X[^1]));
        if (!(to >= from))
            return new([], [], [], []);
        double[] x =
        [
            .. curves.SelectMany(curve => curve.X).Where(value => value >= from && value <= to).Distinct().Order(),
        ];
        if (x.Length > PointsMax)
            x = [.. Enumerable.Range(0, PointsMax).Select(i => x[(long)i * (x.Length - 1) / (PointsMax - 1)])];
        var band = new BandSeries(x, new double[x.Length], new double[x.Length], new double[x.Length]);
        for (var i = 0; i < x.Length; i++)
        {
            double[] values = [.. curves.Select(curve => At(curve, x[i])).Order()];
            band.Q25[i] = Quantile.Of(values, 0.25);
            band.Median[i] = Quantile.Of(values, 0.5);
            band.Q75[i] = Quantile.Of(values, 0.75);
        }
        return band;
    }

    static double At(CurveOfBest curve, double x)
    {
        var found = Array.BinarySearch(curve.X, x);
        return curve.Y[found >= 0 ? found : Math.Max(0, ~found - 1)];
    }

    static Dictionary<string, string> Flat(SearchSettings? settings)
    {
        var flat = new Dictionary<string, string>(StringComparer.Ordinal);
        if (
            settings is null
            || JsonSerializer.SerializeToNode(settings, EventJson.Default.SearchSettings) is not JsonObject whole
        )
            return flat;
        // The evaluation lies in the journal as a text of JSON.
        if (Json(settings.Evaluation) is JsonObject evaluation)
            whole["evaluation"] = evaluation;
        Add("", whole);
        return flat;

        void Add(string path, JsonNode? node)
        {
            if (node is JsonObject fields)
                foreach (var (name, value) in fields)
                    Add(path == "" ? name : $"{path}.{name}", value);
            else
                flat[path] = node?.ToJsonString() ?? "null";
        }
    }

    /// <summary>A text as JSON; null for one that is none.</summary>
    public static JsonNode? Json(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
