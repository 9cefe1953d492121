using System.Text;
using EvoNas.Genetics;
using EvoNas.Lineages;
using EvoNas.Reports.Drawings;
using EvoNas.Reports.Pages;

namespace EvoNas.Reports.Tests.Pages;

public class ReportPageTests
{
    const string Hostile = "<script>alert(1)</script>\"'&\u001b]0;x\u202e\ud800";

    static string Page(params ReportedSearch[] searches) => ReportPage.Of(searches, "1.2.3", new(2026, 5, 6));

    [Fact]
    public void ASearchWithoutAScoreSaysSo()
    {
        var page = Page(Some.Search("none", [Some.Born(1, null)]));

        Assert.Contains("No candidate has a score yet.", page);
        Assert.Contains("1: 0 scored, 0 ruled out, 1 pending", page);
        Assert.Contains("<dt>begun</dt><dd>2026-01-02 03:04</dd>", page);
    }

    [Fact]
    public void ASearchWithoutAnEventSaysThatItNeverBegan() =>
        Assert.Contains("<dt>begun</dt><dd>never</dd>", Page(ReportedSearch.Of("none", [])));

    [Fact]
    public void HostileTextIsShownAsText()
    {
        var events = Some.Birth(1, null, 0.5)
            .Concat(Some.Birth(2, 1, 0.6, decision: Hostile, slot: Hostile))
            .Append(Some.Born(3, 2))
            .Append(new LineageEvent.RuledOut(new(3), RuledOutReason.Crash, Hostile, new(1, Hostile, 1, 3)));

        var page = Page(Some.Search(Hostile, events), Some.Search(Hostile));

        Assert.DoesNotContain("<script", page);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;&quot;&apos;&amp;\\u001b]0;x\\u202e", page);
        Assert.DoesNotContain(page, sign => sign is '\u001b' or '\u202e' || char.IsSurrogate(sign));
    }

    [Fact]
    public void TrainingsAgainstDriftAreAControlChart()
    {
        double[] again = [0.8, 0.8, 0.8, 0.75];
        var guards = again.SelectMany(
            (value, i) =>
                Some.Birth(i + 2, null, value)
                    .Select(happened =>
                        happened is LineageEvent.Born born
                            ? born with
                            {
                                Genotype = Genotype.Of(1),
                                RepeatOf = new BirthNumber(1),
                                Guards = true,
                            }
                            : happened
                    )
        );

        var page = Page(Some.Search("guarded", Some.Birth(1, null, 0.8).Concat(guards)));

        Assert.Contains("#1, trained again with the same seed", page);
        Assert.Contains("DRIFT: the last score is off by -0.0500", page);
        Assert.DoesNotContain("trained again with the same seed", Page(Some.Search("none", Some.Many(30))));
    }

    [Fact]
    public void NothingIsLoadedAndNothingIsRun()
    {
        var page = Page(Some.Search("many", Some.Many(300))).Replace("http://www.w3.org/2000/svg", "");

        foreach (var word in new[] { "http:", "https:", "src=", "<script", "<link", "url(", "@import" })
            Assert.DoesNotContain(word, page);
        Assert.Contains("default-src 'none'", page);
        Assert.Contains("@media print", page);
    }

    [Fact]
    public void OfAHundredThousandBirthsItHasLessThanTwoMegabytes()
    {
        var page = Page(Some.Search("many", Some.Many(100_000)));

        Assert.InRange(Encoding.UTF8.GetByteCount(page), 100_000, 2_000_000);
    }

    [Fact]
    public void SeveralSearchesAreComparedInOneChartAndATable()
    {
        var page = Page(Some.Search("one", Some.Many(60)), Some.Search("two", Some.Many(90)));

        Assert.Contains("2 searches compared", page);
        Assert.Contains("class=\"series s1\"", page);
        Assert.Contains("<a href=\"#search-2\">two</a>", page);
    }

    [Fact]
    public void OfSettingsOnlyThoseThatDifferAreCompared()
    {
        var (one, two) = (Some.Search("one", Some.Many(10)), Some.Search("two", Some.Many(10)));
        var (left, right) = (
            one with
            {
                RunSettings = [("evonas.slots", "2"), ("evonas.lease", "60s")],
            },
            two with
            {
                RunSettings = [("evonas.slots", "4"), ("evonas.lease", "60s"), ("evonas.new", "yes")],
            }
        );

        Assert.Equal(
            [
                ["evonas.slots", "2", "4"],
                ["evonas.new", "", "yes"],
            ],
            ReportPage.SettingsThatDiffer([left, right])
        );
        Assert.Contains("<p>None.</p>", Page(one, two));
    }

    [Fact]
    public void TheBestSoFarRisesOverEvaluationsInTheOrderOfTheirEndsAndOverHours()
    {
        var (late, early) = (Some.Birth(1, null, 0.9).ToArray(), Some.Birth(2, null, 0.5).ToArray());

        // The second birth is recorded first; by the search's clock the first ended a second before it.
        var search = Some.Search("few", [late[0], early[0], early[1], late[1]]);

        Assert.Equal([(1, 0.9)], search.Rises(Over.Births));
        Assert.Equal([(1, 0.5), (2, 0.9)], search.Rises(Over.Evaluations));
        Assert.Equal([(1 / 3600.0, 0.9)], search.Rises(Over.Hours));
    }

    [Theory]
    [InlineData(60, "seconds of search")]
    [InlineData(3600, "minutes of search")]
    [InlineData(40 * 3600, "hours of search")]
    [InlineData(400 * 3600, "days of search")]
    public void TheUnitOfTheTimeFollowsItsLength(int seconds, string unit) =>
        Assert.Contains(
            unit,
            BestSoFarDrawing.Svg([Some.Search("one", [Some.Born(1, null), Some.RuledOut(1, seconds)])], Over.Hours)
        );

    [Fact]
    public void TheGainOfADecisionHasItsCountMeanAndInterval()
    {
        var search = Some.Search(
            "few",
            [
                .. Some.Birth(1, null, 0.5),
                .. Some.Birth(2, 1, 0.6),
                .. Some.Birth(3, 1, 0.4),
                .. Some.Birth(4, 1, 0.8),
                .. Some.Birth(5, 1, 0.7, decision: "width"),
            ]
        );

        var gains = MutationGain.Of(search);

        Assert.Equal([("depth", 3, 2), ("width", 1, 1)], gains.Select(one => (one.Decision, one.Count, one.Improved)));
        Assert.Equal(0.1, gains[0].Mean, 9);
        // 4.303 (Student's t of two degrees of freedom) × 0.2 / √3.
        Assert.Equal(0.4969, gains[0].HalfWidth!.Value, 4); // Three have one.
        Assert.Null(gains[1].HalfWidth);
    }

    [Fact]
    public void OnTheFrontNoCandidateIsBeatenInBothAndAllKeepTheLimits()
    {
        var search = Some.Search(
            "few",
            [
                .. Some.Birth(1, null, 0.5, madds: 1000),
                .. Some.Birth(2, null, 0.4, madds: 2000),
                .. Some.Birth(3, null, 0.7, madds: 2500),
                .. Some.Birth(4, null, 0.9, madds: 9000),
            ]
        );

        Assert.Equal("madds", CostDrawing.MetricOf(search));
        Assert.Equal([1, 3], CostDrawing.Front(search, "madds").Select(one => one.Born.Birth.Value));
    }
}
