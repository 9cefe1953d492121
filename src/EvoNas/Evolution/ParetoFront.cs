namespace EvoNas.Evolution;

/// <summary>What a set of points is worth among several objectives.</summary>
public static class ParetoFront
{
    /// <summary>The places of the points that no other dominates, in order; of equal points, the first.</summary>
    public static IEnumerable<int> Of(IReadOnlyList<ParetoPoint> points)
    {
        for (var i = 0; i < points.Count; i++)
        {
            var isBest = true;
            for (var j = 0; j < points.Count && isBest; j++)
                isBest = !points[j].Dominates(points[i]) && !(j < i && points[j] == points[i]);
            if (isBest)
                yield return i;
        }
    }

    /// <summary>The volume between a reference point and the points: exact, in the product of the objectives'
    /// units.</summary>
    /// <remarks>Zitzler and Thiele 1998. Slices along the last objective, each of the volume of one dimension less
    /// (While et al. 2006, <i>A Faster Algorithm for Calculating Hypervolume</i>): n log n for two objectives, n times
    /// more for each further one.</remarks>
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
        return Volume(above, reference.Count);
    }

    static double Volume(double[][] points, int dimensions)
    {
        if (points.Length == 0)
            return 0;
        if (dimensions == 1)
            return points.Max(point => point[0]);
        var last = dimensions - 1;
        double[][] falling = [.. points.OrderByDescending(point => point[last])];
        var volume = 0.0;
        if (dimensions == 2)
        {
            // Each strip is as wide as the best point until here.
            var width = 0.0;
            for (var i = 0; i < falling.Length; i++)
            {
                width = Math.Max(width, falling[i][0]);
                volume += width * (falling[i][1] - (i + 1 < falling.Length ? falling[i + 1][1] : 0));
            }
            return volume;
        }
        for (var i = 0; i < falling.Length; i++)
        {
            var depth = falling[i][last] - (i + 1 < falling.Length ? falling[i + 1][last] : 0);
            if (depth > 0)
                volume += depth * Volume(falling[..(i + 1)], last);
        }
        return volume;
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
        var (best, bestSum) = (0, double.NegativeInfinity);
        for (var i = 0; i < front.Count; i++)
        {
            var sum = 0.0;
            for (var objective = 0; objective < front[i].Count; objective++)
            {
                var (low, high) = (front.Min(point => point[objective]), front.Max(point => point[objective]));
                sum += high > low ? (front[i][objective] - low) / (high - low) : 1;
            }
            if (sum > bestSum)
                (best, bestSum) = (i, sum);
        }
        return best;
    }
}
