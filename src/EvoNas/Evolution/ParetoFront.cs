namespace EvoNas.Evolution;

/// <summary>What a set of points is worth among several objectives.</summary>
public static class ParetoFront
{
    /// <summary>The volume between a reference point and the points: exact, in the product of the objectives'
    /// units.</summary>
    /// <remarks>What each point alone adds to those behind it (While et al. 2012, <i>A Fast Way of Calculating Exact
    /// Hypervolumes</i>); of two objectives a sweep, n log n.</remarks>
    /// <param name="points">Values of each objective, higher is better; infeasible ones count as any, so leave them
    /// out.</param>
    /// <param name="reference">Points that are not better in every objective do not count.</param>
    public static double Hypervolume(IEnumerable<Sequence<double>> points, Sequence<double> reference)
    {
        double[][] above =
        [
            .. points
                .Select(point => point.Select((value, i) => value - reference[i]).ToArray())
                .Where(point => Array.TrueForAll(point, value => value > 0)),
        ];
        return reference.Count == 2 ? Area(above) : Volume([.. above.OrderByDescending(point => point[^1])]);
    }

    // Each strip is as wide as the best point until here.
    static double Area(double[][] points)
    {
        double[][] falling = [.. points.OrderByDescending(point => point[1])];
        var (area, width) = (0.0, 0.0);
        for (var i = 0; i < falling.Length; i++)
        {
            width = Math.Max(width, falling[i][0]);
            area += width * (falling[i][1] - (i + 1 < falling.Length ? falling[i + 1][1] : 0));
        }
        return area;
    }

    static double Volume(double[][] points)
    {
        var volume = 0.0;
        for (var i = 0; i < points.Length; i++)
        {
            var inclusive = 1.0;
            foreach (var side in points[i])
                inclusive *= side;
            volume += inclusive - Volume(Overlaps(points, i));
        }
        return volume;
    }

    // What the points behind cover of the box of this one, without the boxes that lie in others.
    static double[][] Overlaps(double[][] points, int place)
    {
        var kept = new List<double[]>();
        for (var i = place + 1; i < points.Length; i++)
        {
            var overlap = new double[points[i].Length];
            for (var side = 0; side < overlap.Length; side++)
                overlap[side] = Math.Min(points[place][side], points[i][side]);
            if (kept.Exists(other => Covers(other, overlap)))
                continue;
            kept.RemoveAll(other => Covers(overlap, other));
            kept.Add(overlap);
        }
        return [.. kept];
    }

    static bool Covers(double[] box, double[] other)
    {
        for (var side = 0; side < box.Length; side++)
            if (box[side] < other[side])
                return false;
        return true;
    }

    /// <summary>The place of the knee: the point farthest above the straight line (with three objectives, the plane)
    /// through the front's ends, each objective scaled to the front's span.</summary>
    /// <remarks>Das 1999, <i>On characterizing the "knee" of the Pareto curve</i>. Every span being 1, the distance to
    /// that line is the sum of the scaled objectives.</remarks>
    /// <returns>Null where there are no points.</returns>
    public static int? Knee(IReadOnlyList<Sequence<double>> front)
    {
        if (front.Count == 0)
            return null;
        var objectives = Enumerable.Range(0, front[0].Count).ToArray();
        double[] low = [.. objectives.Select(objective => front.Min(point => point[objective]))];
        double[] high = [.. objectives.Select(objective => front.Max(point => point[objective]))];
        var (best, bestSum) = (0, double.NegativeInfinity);
        for (var i = 0; i < front.Count; i++)
        {
            var sum = 0.0;
            foreach (var objective in objectives)
                if (high[objective] > low[objective])
                    sum += (front[i][objective] - low[objective]) / (high[objective] - low[objective]);
            if (sum > bestSum)
                (best, bestSum) = (i, sum);
        }
        return best;
    }
}
