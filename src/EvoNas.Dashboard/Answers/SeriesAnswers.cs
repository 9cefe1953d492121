namespace EvoNas.Dashboard.Answers;

/// <summary>The best so far: its improvements only.</summary>
sealed record StepSeries(double[] X, double[] Y, int[] Birth);

/// <summary>A cloud of points: of each column of pixels the lowest and the highest.</summary>
/// <param name="Kind">0 scored, 1 stopped early, 2 beyond a limit.</param>
sealed record CloudSeries(int Drawn, int Of, double[] X, double[] Y, int[] Birth, int[] Kind);

/// <summary>Quartiles of windows along x.</summary>
sealed record BandSeries(double[] X, double[] Q25, double[] Median, double[] Q75);

sealed record FailureSeries(int Drawn, int Of, double[] X, int[] Birth, string[] Reason);

sealed record SeriesAnswer(
    string Search,
    string X,
    long Event,
    double XMin,
    double XMax,
    int Of,
    StepSeries? Best,
    CloudSeries? Fitness,
    BandSeries? Band,
    FailureSeries? Failures,
    IReadOnlyDictionary<string, CloudSeries> Metrics
);

sealed record CurveOfBest(double[] X, double[] Y);

/// <summary>The empirical distribution function of the fitness.</summary>
sealed record Distribution(double[] Y, double[] Share);

sealed record ComparedSearch(string Name, CurveOfBest Best, Distribution Edf, long Scored, double? Final);

sealed record Difference(string Setting, string?[] Values);

sealed record CompareAnswer(
    string X,
    IReadOnlyList<ComparedSearch> Searches,
    BandSeries Band,
    IReadOnlyList<Difference> Differences,
    bool SameObjective
);
