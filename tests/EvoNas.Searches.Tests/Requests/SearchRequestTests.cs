using EvoNas.Evolution;
using EvoNas.Genetics;
using EvoNas.Searches.Configuration;
using EvoNas.Searches.Evaluations;
using EvoNas.Searches.Requests;
using EvoNas.Searches.Tests.Support;
using EvoNas.Spaces;

namespace EvoNas.Searches.Tests.Requests;

public class SearchRequestTests
{
    [Fact]
    public void ASearchOfAFiniteSpaceKnowsItsSize()
    {
        using var some = new CubeFolder();

        var request = ToBegin(some.Space, new($"table:{some.Table}", "arch", ["mean"]));

        Assert.Equal(81, request.Settings.SpaceSize);
    }

    [Fact]
    public void ASpaceOfMorePointsThanANumberHoldsHasNoSize()
    {
        var spaces = SpaceCatalog.All.Where(space => space.ClassifyingProfile is not null).ToArray();

        Assert.Contains(spaces, space => space.Decisions.Size > long.MaxValue);
        Assert.All(
            spaces,
            space =>
                Assert.Equal(
                    space.Decisions.Size <= long.MaxValue ? (long?)space.Decisions.Size : null,
                    ToBegin(space.Name, new(null, null, [])).Settings.SpaceSize
                )
        );
    }

    [Theory]
    [InlineData("val-acc", null, null, "\"val-acc\"")]
    [InlineData("acc", "\"val-acc\" * acc", "\"acc%\">=0.2", "\"val-acc\" * acc")]
    public void AColumnWhateverItsNameIsMaximised(string metric, string? objective, string? limit, string text)
    {
        using var some = new CubeFolder();

        var request = ToBegin(some.Space, Odd(some, metric), objective, limit);

        Assert.Equal(text, request.Settings.Objective.ToString());
    }

    [Theory]
    [InlineData("val-acc", null, "There is no metric called 'val'.", "val-acc")]
    [InlineData("acc * acc%", null, "'acc * acc%' is no objective.", "acc%")]
    [InlineData("acc", "acc%>=0.2", "'acc%>=0.2' is no limit.", "acc%")]
    public void ANameThatShouldStandInQuotesIsTold(string objective, string? limit, string message, string name)
    {
        using var some = new CubeFolder();

        var error = Assert.Throws<RequestException>(() => ToBegin(some.Space, Odd(some, "acc"), objective, limit));

        Assert.Equal(message, error.Message);
        Assert.Equal(
            $"'{name}' is no identifier: in an objective or a limit it stands in double quotes, \"{name}\".",
            error.Hint
        );
    }

    [Theory]
    [InlineData("acc * note", "2: 'x' in column 'note' is not a finite number.")]
    [InlineData("acc * nothing", "There is no metric called 'nothing'.")]
    public void AColumnOfTextsIsNoMetric(string objective, string message)
    {
        using var some = new CubeFolder();

        var error = Assert.Throws<RequestException>(() => ToBegin(some.Space, Odd(some, "acc"), objective));

        Assert.EndsWith(message, error.Message);
    }

    [Fact]
    public void SeveralObjectivesAreSearchedByNsga2WithoutEarlyStoppingFromTheWorstOfTheTable()
    {
        using var some = new CubeFolder();

        var settings = ToBegin(some.Space, new($"table:{some.Table}", "arch", ["mean"]), "mean, -flops").Settings;

        Assert.Equal((Algorithm.Nsga2, false), (settings.Algorithm, settings.EarlyStopping));
        Assert.Equal(["mean", "-1*flops"], settings.Objectives.Select(objective => objective.ToString()));
        Assert.Equal(new ReferencePoint([80, -8000], ReferenceOrigin.Table), settings.Pareto!.Reference);
    }

    // What a birth draws is not in the table: the founders fix the point.
    [Fact]
    public void ATableOfSeveralRunsLeavesTheReferencePointToTheFounders()
    {
        using var some = new CubeFolder();

        var table = new TableOptions($"table:{some.Table}", "arch", ["run1,run2"]);
        var settings = ToBegin(some.Space, table, "score, -flops").Settings;

        Assert.Null(settings.Pareto!.Reference);
    }

    [Theory]
    [InlineData("run1,run2,run3", 500, null, "5x6")]
    [InlineData("run1,run2,run3", 200, "auto", "5x6")]
    [InlineData("run1,run2,run3", 199, null, null)]
    [InlineData("run1,run2,run3", 500, "none", null)]
    [InlineData("run1,run2,run3", 60, "4x2", "4x2")]
    [InlineData("mean", 500, null, null)]
    [InlineData("mean", 500, "5x2", "5x2")]
    public void WhereABirthDrawsOneOfSeveralRunsThereAreFinalists(
        string metric,
        int budget,
        string? asked,
        string? finalists
    )
    {
        using var some = new CubeFolder();

        var settings = Finalists(some.Space, new($"table:{some.Table}", "arch", [metric]), budget, asked).Settings;

        Assert.Equal(finalists, settings.Finalists?.ToString());
    }

    [Theory]
    [InlineData(null, "auto", "30x2+10x5+4x12")]
    [InlineData("-madds", "auto", null)]
    [InlineData("top1 - 1e-9*madds", "auto", "30x2+10x5+4x12")]
    [InlineData("top1, -madds", "auto", null)]
    [InlineData(null, "random", null)]
    public void ATrainingIsNoisyAndACostIsNot(string? objective, string algorithm, string? finalists)
    {
        var request = Finalists("regnet-x", new(null, null, []), 1000, null, objective, algorithm);

        Assert.Equal(finalists, request.Settings.Finalists?.ToString());
    }

    [Theory]
    [InlineData("regnet-x", 1000, null, true)]
    [InlineData("regnet-x", 100, null, false)]
    [InlineData("regnet-x", 1000, "none", false)]
    [InlineData("regnet-x", 100, "2x2", true)]
    [InlineData("mnasnet", 1000, null, true)]
    [InlineData("unet3d_encoder", 1000, null, false)]
    public void FinalistsAreJudgedByImagesThatNoBirthSeesWhereThereAreSome(
        string space,
        int budget,
        string? asked,
        bool heldOut
    ) => Assert.Equal(heldOut, Finalists(space, new(null, null, []), budget, asked).Settings.HeldOutFinals);

    static SearchRequest Finalists(
        string space,
        TableOptions table,
        int budget,
        string? asked,
        string? objective = null,
        string algorithm = "auto"
    )
    {
        (Setting Setting, string? Text)[] given =
        [
            (KnownSettings.Space, space),
            (KnownSettings.Evaluations, $"{budget}"),
            (KnownSettings.Algorithm, algorithm),
            (KnownSettings.Finalists, asked),
            (KnownSettings.Objective, objective),
        ];
        return SearchRequest.ToBegin(
            EffectiveSettings.Of(
                null,
                [
                    .. given
                        .Where(one => one.Text is not null)
                        .Select(one =>
                            (one.Setting, (HoconNode)new HoconNode.Text(new("test"), one.Text!, Quoted: true))
                        ),
                ]
            ),
            table,
            null
        );
    }

    [Fact]
    public void ANodesSlotsShareOneTable()
    {
        using var some = new CubeFolder();
        var request = ToBegin(some.Space, new($"table:{some.Table}", "arch", ["mean"]));
        var (plans, settings) = (new SharedPlans(), request.Settings);

        var (first, second) = (Of(some.Table), Of(some.Table));

        Assert.Same(first, second);
        Assert.Equal(settings.Evaluation, first.ToJson());

        EvaluationPlan Of(string table) =>
            plans.Of(settings.Evaluation, request.Space.Decisions, settings.SpaceFingerprint, table, some.Home);
    }

    static TableOptions Odd(CubeFolder some, string metric) =>
        new($"table:{some.Write("odd.csv", "arch,acc,val-acc,acc%,note\n0000,1,2,3,x\n")}", "arch", [metric]);

    [Fact]
    public void DecisionsThatNothingDependsOnDoNotMakeANetworkOfItsOwn()
    {
        var request = ToBegin("mnasnet", new(null, null, []));
        var networkOf = Assert.IsType<Func<Genotype, string?>>(request.NetworkOf);
        var space = request.Space.Decisions;

        var isSame = Enumerable
            .Range(1, 40)
            .Select(birth =>
            {
                var random = SeededRandom.For(1, new BirthNumber(birth));
                var parent = space.Sample(random);
                return networkOf(parent) == networkOf(space.Mutate(parent, random).Child);
            })
            .ToArray();

        Assert.True(request.Settings.DistinctNetworks);
        Assert.Contains(true, isSame);
        Assert.Contains(false, isSame);
    }

    [Fact]
    public void OneNetworkThatIsTrainedInTwoWaysIsTwo()
    {
        var request = ToBegin("regnet-x", new(null, null, []), tuned: "batch-size=32|64");
        var networkOf = Assert.IsType<Func<Genotype, string?>>(request.NetworkOf);
        var one = request.Space.Decisions.Sample(SeededRandom.For(1, new BirthNumber(1)));
        var last = one.Genes.Count - 1;

        var other = new Genotype([.. one.Genes.Take(last), Gene.Of(1 - one.Genes[last].Index)]);

        Assert.Equal("training.batch-size", request.Space.Decisions.Decisions[last].Name);
        Assert.NotEqual(networkOf(one), networkOf(other));
        Assert.Equal(networkOf(one)!.Split(' ')[0], networkOf(other)!.Split(' ')[0]);
    }

    [Fact]
    public void LongSearchesThatTrainGuardAgainstDrift()
    {
        Assert.Equal(100, ToBegin("mnasnet", new(null, null, []), budget: 200).Settings.DriftGuard);
        Assert.Null(ToBegin("mnasnet", new(null, null, []), budget: 199).Settings.DriftGuard);
        Assert.Null(ToBegin("mnasnet", new(null, null, []), budget: 200, guard: "none").Settings.DriftGuard);
        Assert.Equal(7, ToBegin("mnasnet", new(null, null, []), budget: 50, guard: "7").Settings.DriftGuard);
    }

    [Theory]
    [InlineData("often", "--drift-guard is 'often'; it takes auto, none, or a number of births, such as 100.")]
    [InlineData("4", "A drift guard after every 4 births is out of range: 5 to 1000000.")]
    [InlineData("-3", "--drift-guard is '-3'; it takes auto, none, or a number of births, such as 100.")]
    public void ADriftGuardThatIsNoneIsRefused(string guard, string said) =>
        Assert.Equal(
            said,
            Assert.Throws<RequestException>(() => ToBegin("mnasnet", new(null, null, []), guard: guard)).Message
        );

    [Fact]
    public void WhatIsLookedUpHasNoNetwork()
    {
        using var some = new CubeFolder();

        var request = ToBegin(some.Space, new($"table:{some.Table}", "arch", ["mean"]));

        Assert.Null(request.NetworkOf);
        Assert.False(request.Settings.DistinctNetworks);
    }

    static SearchRequest ToBegin(
        string space,
        TableOptions table,
        string? objective = null,
        string? limit = null,
        string? tuned = null,
        int? budget = null,
        string? guard = null
    )
    {
        (Setting, HoconNode)[] given =
        [
            (KnownSettings.Space, Written("--space", space)),
            .. objective is null
                ? []
                : new (Setting, HoconNode)[] { (KnownSettings.Objective, Written("--objective", objective)) },
            .. limit is null
                ? []
                : new (Setting, HoconNode)[]
                {
                    (KnownSettings.Limits, new HoconNode.List(new("--limit"), [Written("--limit", limit)])),
                },
            .. budget is null
                ? []
                : new (Setting, HoconNode)[] { (KnownSettings.Evaluations, Written("--budget", $"{budget}")) },
            .. guard is null
                ? []
                : new (Setting, HoconNode)[] { (KnownSettings.DriftGuard, Written("--drift-guard", guard)) },
            .. tuned is null
                ? []
                : new (Setting, HoconNode)[]
                {
                    (KnownSettings.Tune, new HoconNode.List(new("--tune"), [Written("--tune", tuned)])),
                },
        ];
        return SearchRequest.ToBegin(EffectiveSettings.Of(null, given), table, null);

        static HoconNode.Text Written(string option, string text) => new(new(option), text, Quoted: true);
    }
}
