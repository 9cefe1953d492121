using EvoNas.Reports.Proxies;

namespace EvoNas.Reports.Tests.Proxies;

/// <summary>The traps of other controllers.</summary>
public class ProxyTrialTests
{
    static readonly RankCorrelation Low = new(10, 0.3, 0.3),
        High = new(10, 0.8, 0.001);

    static ProxyStep Step(int step, RankCorrelation? correlation, double median = 0.5) =>
        new(step, correlation, median, step / 10.0);

    static (ProxyEnd End, double? Step, double? Hours) Scan(ProxyDemands demands, params ProxyStep[] steps) =>
        ProxyTrial.Scan(steps, demands, null);

    // Twelve models; a proxy's scores at step 10 rank them backwards, at steps 20 and 30 as the full training.
    static LearningCurve[] Models(string proxy, int count, params (double Step, Func<int, double> Score)[] points) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => new LearningCurve(
                    proxy,
                    $"m{i}",
                    [.. points.Select(point => new CurvePoint(point.Step, point.Score(i), 36 * point.Step))],
                    Latency: i
                )),
        ];

    static readonly LearningCurve[] Full = Models("full", 12, (100, i => i));

    static LearningCurve[] Good(int count = 12) => Models("p", count, (10, i => -i), (20, i => i), (30, i => i));

    [Fact]
    public void AStepWithoutACorrelationTakesNoPartInInterpolation()
    {
        var demands = new ProxyDemands(0.65, InARow: 1);

        Assert.Equal((ProxyEnd.MetCorrelation, 20, 2), Scan(demands, Step(10, null), Step(20, High)));
        // Between 0.3 and 0.8 a line crosses 0.65 after seven tenths.
        var (_, step, hours) = Scan(demands, Step(10, Low), Step(20, High));
        Assert.Equal(17, step!.Value, 12);
        Assert.Equal(1.7, hours!.Value, 12);
    }

    [Fact]
    public void TheFirstStepNeedsNoOneBeforeIt()
    {
        Assert.Equal((ProxyEnd.MetCorrelation, 10, 1), Scan(new(0.65), Step(10, High), Step(20, High)));
        Assert.Equal(
            (ProxyEnd.MetCorrelation, 10, 1),
            Scan(new(0.8, InARow: 1), Step(10, High)) // Exactly what is wanted.
        );
    }

    [Fact]
    public void ACorrelationThatChanceExplainsIsNotBelieved()
    {
        var lucky = new RankCorrelation(5, 0.8, 0.083);

        Assert.Equal(ProxyEnd.RanToCompletion, Scan(new(0.65), Step(10, lucky), Step(20, lucky)).End);
        Assert.Equal(ProxyEnd.MetCorrelation, Scan(new(0.65, PValueMax: 1), Step(10, lucky), Step(20, lucky)).End);
    }

    [Fact]
    public void OneStepAloneIsNotEnough()
    {
        Assert.Equal(ProxyEnd.RanToCompletion, Scan(new(0.65), Step(10, High), Step(20, Low), Step(30, High)).End);
        // The crossing is before the first of the two.
        Assert.Equal(
            (ProxyEnd.MetCorrelation, 17),
            Scan(new(0.65), Step(10, Low), Step(20, High), Step(30, High)) is var (end, step, _)
                ? (end, Math.Round(step!.Value, 9))
                : default
        );
    }

    [Fact]
    public void TooFewModelsHaveNoCorrelation()
    {
        // Eight of twelve are less than 70 %; of five, four are less than five.
        Assert.Equal(ProxyEnd.ExcessFailures, Trial(Full, Good(8)).End);
        Assert.Equal(ProxyEnd.MetCorrelation, Trial(Full, Good(9)).End);
        Assert.Equal(ProxyEnd.ExcessFailures, Trial(Full[..5], Good(4)).End);
        Assert.All(Trial(Full, Good(8)).Steps, step => Assert.Null(step.Correlation));
    }

    [Fact]
    public void AProxyThatRanksAsTheFullTrainingIsFoundBetweenItsEvaluations()
    {
        var trial = Trial(Full, Good());

        // From τ = −1 at step 10 to 1 at step 20, 0.65 is crossed after 0.825 of the way; a step takes 36 s.
        Assert.Equal(18.25, trial.FinalStep!.Value, 9);
        Assert.Equal(0.1825, trial.FinalHours!.Value, 9);
    }

    [Fact]
    public void TheMedianOfAnEvenNumberIsTheBetterOne() => Assert.Equal(6, Trial(Full, Good()).Steps[2].Median);

    [Fact]
    public void ALatencyThatRanksOtherwiseFailsTheProxy()
    {
        LearningCurve[] backwards = [.. Good().Select(curve => curve with { Latency = -curve.Latency })];

        Assert.Equal(ProxyEnd.FailedLatencyCorrelation, Trial(Full, backwards, latency: 0.5).End);
        Assert.Equal(ProxyEnd.MetCorrelation, Trial(Full, backwards).End);
        Assert.Equal(ProxyEnd.MetCorrelation, Trial(Full, Good(), latency: 0.5).End);
    }

    [Fact]
    public void OfSuccessfulProxiesTheFastestIsTheBestAndALaterOneIsGivenUpInTime()
    {
        LearningCurve[] slow = [.. Good().Select(Slow)];

        var trials = ProxyTrial.Of(Full, [("fast", Good()), ("slow", slow)], new(0.65, StopIfNotBest: true));

        Assert.Equal(ProxyEnd.ExceededBestTime, trials[1].End);
        Assert.Equal("fast", ProxyTrial.Best(trials)!.Proxy);

        static LearningCurve Slow(LearningCurve curve) =>
            curve with
            {
                Points = [.. curve.Points.Select(point => point with { Seconds = 10 * point.Seconds })],
            };
    }

    [Fact]
    public void AConstantCurveIsSmooth()
    {
        Assert.Equal(0, ProxyStability.Roughness(new("p", "m", [new(1, 0.5), new(2, 0.5)])));
        Assert.Equal(0, ProxyStability.Roughness(new("p", "m", [new(1, 0.5)])));
        Assert.Equal(0, ProxyStability.Of([new("p", "m", [new(1, 0)]), new("p", "m", [new(1, 0)])]).Variance);
    }

    [Fact]
    public void RowsOfOneValueHaveNoRankCorrelation()
    {
        Assert.Null(RankCorrelation.Of([1, 1, 1], [1, 2, 3]));
        Assert.Null(RankCorrelation.Of([1, null], [null, 2]));
        Assert.Equal(1, RankCorrelation.Of([1, 2, 3], [1, 2, 3])!.Value.Tau);
    }

    // Beyond 33 places without ties the permutations are not counted any more.
    [Fact]
    public void ManyPlacesHaveTheChanceOfTheNormalDistribution()
    {
        double?[] ours = [.. Enumerable.Range(0, 40).Select(i => (double?)i)],
            theirs = [.. Enumerable.Range(0, 40).Select(i => (double?)(i * 7 % 40))];

        var correlation = RankCorrelation.Of(ours, theirs)!.Value; // All differ.

        // var = n(n − 1)(2n + 5)/18, and erfc by its definition.
        var z = correlation.Tau * 780 / Math.Sqrt(40 * 39 * 85 / 18.0);
        var (tail, width) = (0.0, 1e-4);
        for (var x = Math.Abs(z) + width / 2; x < 12; x += width)
            tail += width * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI);
        Assert.Equal(2 * tail, correlation.PValue, 7);
    }

    static ProxyTrial Trial(LearningCurve[] reference, LearningCurve[] curves, double? latency = null) =>
        Assert.Single(ProxyTrial.Of(reference, [("p", curves)], new(0.65, LatencyCorrelation: latency)));
}
