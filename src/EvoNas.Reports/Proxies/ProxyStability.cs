namespace EvoNas.Reports.Proxies;

/// <summary>How far trainings of one model can be relied upon: whether they end alike, and whether their curves rise
/// smoothly.</summary>
/// <remarks>Source: google/vertex-ai-nas, <c>proxy_task/proxy_task_variance_smoothness.py</c>: five trainings of one
/// model; good up to 0.4 and 10.</remarks>
/// <param name="Variance">Deviation of the final scores over their mean.</param>
/// <param name="Smoothness">Mean of the curves' roughness: 0 for one that never falls.</param>
sealed record ProxyStability(double Variance, double Smoothness)
{
    /// <summary>The largest values that are good.</summary>
    public const double VarianceMax = 0.4,
        SmoothnessMax = 10;

    // Where slopes are looked at: the nearer to the end, the denser.
    static readonly (double From, double To)[] Parts = [(0, 0.7), (0.7, 0.9), (0.9, 1)];

    const int SlopesAPart = 10;

    /// <summary>Both are good.</summary>
    public bool IsGood => Variance <= VarianceMax && Smoothness <= SmoothnessMax;

    /// <summary>The stability of trainings of one model.</summary>
    /// <param name="curves">At least one.</param>
    public static ProxyStability Of(IReadOnlyList<LearningCurve> curves)
    {
        var mean = curves.Average(curve => curve.Final);
        var variance = curves.Average(curve => (curve.Final - mean) * (curve.Final - mean));
        // Scores that are all 0 differ by nothing.
        var relative = variance == 0 ? 0 : Math.Sqrt(variance) / Math.Abs(mean);
        return new(relative, curves.Average(Roughness));
    }

    /// <summary>How far a curve falls: the falling ones among thirty of its slopes, added up, with steps and scores
    /// scaled to [0, 1]. A curve of one value, or of one point, is smooth: 0.</summary>
    public static double Roughness(LearningCurve curve)
    {
        var points = curve.Points;
        var (first, last) = (points[0].Step, points[^1].Step);
        var (low, high) = (points.Min(point => point.Score), points.Max(point => point.Score));
        // Nothing can be scaled by 0.
        if (low == high || first == last)
            return 0;
        var (sum, at) = (0.0, 1);
        foreach (var (from, to) in Parts)
            for (var i = 0; i < SlopesAPart; i++)
            {
                var x = from + (to - from) * i / SlopesAPart;
                while (at < points.Count - 1 && (points[at].Step - first) / (last - first) <= x)
                    at++;
                var rise = (points[at].Score - points[at - 1].Score) / (high - low);
                sum += Math.Max(0, -rise / ((points[at].Step - points[at - 1].Step) / (last - first)));
            }
        return sum;
    }
}
