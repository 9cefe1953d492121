using EvoNas.Dashboard.Answers;

namespace EvoNas.Dashboard.Projections;

/// <summary>What a chart over evaluations or time draws: never more points than it has pixels for.</summary>
/// <param name="Axis">What lies along x.</param>
/// <param name="Wanted">best, fitness, band, failures, or names of metrics.</param>
/// <param name="From">The least x; null for the first.</param>
/// <param name="To">The largest x; null for the last.</param>
/// <param name="Width">Columns of pixels.</param>
sealed record SeriesQuery(EndAxis Axis, IReadOnlyList<string> Wanted, double? From, double? To, int Width)
{
    const int WindowsMax = 200;

    static readonly double[] Quartiles = [0.25, 0.5, 0.75];

    /// <summary>Runs it.</summary>
    /// <exception cref="RequestException">A metric is not known.</exception>
    public SeriesAnswer Of(string search, Projection projection)
    {
        var ends = projection.Ends.Values;
        var x = new double[ends.Length];
        for (var i = 0; i < x.Length; i++)
            x[i] = Axis.Of(projection, ends[i] - 1);
        // Ends are in the order of the journal; its clock may have been set back in between.
        var (first, last) = (x.Length > 0 ? x[0] : 0, x.Length > 0 ? x[^1] : 0);
        foreach (var value in x)
            (first, last) = (Math.Min(first, value), Math.Max(last, value));
        var (from, to) = (From ?? first, To ?? last);
        var metrics = new Dictionary<string, CloudSeries>();
        foreach (var name in Wanted.Except(["best", "fitness", "band", "failures"]))
        {
            var column =
                projection.Metric(name)
                ?? throw new RequestException(
                    $"y names '{name}', which no candidate has.",
                    $"There are best, fitness, band, failures, {string.Join(", ", projection.Metrics)}."
                );
            metrics[name] = Cloud(projection, ends, x, column, from, to);
        }
        return new(
            search,
            Axis.Name,
            projection.Event,
            first,
            last,
            ends.Length,
            Wanted.Contains("best") ? Best(projection, to) : null,
            Wanted.Contains("fitness") ? Cloud(projection, ends, x, projection.Fitness, from, to) : null,
            Wanted.Contains("band") ? Band(projection, ends, x, from, to) : null,
            Wanted.Contains("failures") ? Failures(projection, ends, x, from, to) : null,
            metrics
        );
    }

    // What was the best when the window opens belongs to it.
    StepSeries Best(Projection projection, double to)
    {
        var (xs, ys, births) = (new List<double>(), new List<double>(), new List<int>());
        foreach (var birth in projection.Improvements.Values)
        {
            var at = Axis.Of(projection, birth - 1);
            if (at > to)
                break;
            if (at <= From && xs.Count > 0)
                (xs[0], ys[0], births[0]) = (at, projection.Fitness[birth - 1], birth);
            else
            {
                xs.Add(at);
                ys.Add(projection.Fitness[birth - 1]);
                births.Add(birth);
            }
        }
        return new([.. xs], [.. ys], [.. births]);
    }

    CloudSeries Cloud(
        Projection projection,
        ReadOnlySpan<int> ends,
        double[] x,
        Column<double> y,
        double from,
        double to
    )
    {
        var (low, high) = (new int[Width], new int[Width]);
        low.AsSpan().Fill(-1);
        high.AsSpan().Fill(-1);
        var of = 0;
        for (var i = 0; i < x.Length; i++)
        {
            var value = y[ends[i] - 1];
            if (double.IsNaN(value) || !(x[i] >= from && x[i] <= to))
                continue;
            of++;
            var pixel = PixelOf(x[i], from, to);
            if (low[pixel] < 0 || value < y[ends[low[pixel]] - 1])
                low[pixel] = i;
            if (high[pixel] < 0 || value > y[ends[high[pixel]] - 1])
                high[pixel] = i;
        }
        var drawn = new List<int>();
        for (var pixel = 0; pixel < Width; pixel++)
        {
            if (low[pixel] < 0)
                continue;
            drawn.Add(Math.Min(low[pixel], high[pixel]));
            if (low[pixel] != high[pixel])
                drawn.Add(Math.Max(low[pixel], high[pixel]));
        }
        var (births, xs, ys, kinds) = (
            new int[drawn.Count],
            new double[drawn.Count],
            new double[drawn.Count],
            new int[drawn.Count]
        );
        for (var i = 0; i < drawn.Count; i++)
        {
            births[i] = ends[drawn[i]];
            var place = births[i] - 1;
            (xs[i], ys[i]) = (x[drawn[i]], y[place]);
            kinds[i] =
                projection.Outcome[place] == OutcomeCode.StoppedEarly ? 1
                : projection.Feasible[place] ? 0
                : 2;
        }
        return new(births.Length, of, xs, ys, births, kinds);
    }

    static BandSeries Band(Projection projection, ReadOnlySpan<int> ends, double[] x, double from, double to)
    {
        var inside = new List<(double X, double Y)>();
        for (var i = 0; i < x.Length; i++)
            if (projection.Fitness[ends[i] - 1] is var y && !double.IsNaN(y) && x[i] >= from && x[i] <= to)
                inside.Add((x[i], y));
        return Quartile(inside);
    }

    /// <summary>Quartiles of windows with as many points each.</summary>
    /// <param name="points">In the order of x.</param>
    public static BandSeries Quartile(IReadOnlyList<(double X, double Y)> points)
    {
        var windows = Math.Clamp(points.Count / 8, points.Count > 0 ? 1 : 0, WindowsMax);
        var band = new BandSeries(new double[windows], new double[windows], new double[windows], new double[windows]);
        for (var window = 0; window < windows; window++)
        {
            var (start, end) = (
                (int)((long)points.Count * window / windows),
                (int)((long)points.Count * (window + 1) / windows)
            );
            var values = new double[end - start];
            for (var i = start; i < end; i++)
                values[i - start] = points[i].Y;
            Array.Sort(values);
            band.X[window] = points[(start + end - 1) / 2].X;
            band.Q25[window] = Quantile.Of(values, Quartiles[0]);
            band.Median[window] = Quantile.Of(values, Quartiles[1]);
            band.Q75[window] = Quantile.Of(values, Quartiles[2]);
        }
        return band;
    }

    FailureSeries Failures(Projection projection, ReadOnlySpan<int> ends, double[] x, double from, double to)
    {
        var (of, drawn, taken) = (0, new List<int>(), new HashSet<int>());
        for (var i = 0; i < x.Length; i++)
        {
            if (!projection.Outcome[ends[i] - 1].IsRuledOut() || !(x[i] >= from && x[i] <= to))
                continue;
            of++;
            if (taken.Add(PixelOf(x[i], from, to)))
                drawn.Add(i);
        }
        var births = new int[drawn.Count];
        for (var i = 0; i < births.Length; i++)
            births[i] = ends[drawn[i]];
        return new(
            births.Length,
            of,
            [.. drawn.Select(i => x[i])],
            births,
            [.. births.Select(birth => projection.Outcome[birth - 1].Word())]
        );
    }

    int PixelOf(double x, double from, double to) =>
        to > from ? Math.Clamp((int)((x - from) / (to - from) * Width), 0, Width - 1) : 0;
}
