using System.Text.Json;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tests.Oracles;

namespace EvoNas.Tests.Spaces;

public class RegNetTests
{
    static readonly Space _x = SpaceCatalog.Find("regnet-x"),
        _y = SpaceCatalog.Find("regnet-y");

    [Theory]
    [InlineData("samples"), InlineData("edge_cases")]
    public void WidthsQuantiseAsInTheAuthorsCode(string kind)
    {
        foreach (var sample in Oracle.Read("regnet.json").GetProperty(kind).EnumerateArray())
        {
            var specification = JsonSerializer.SerializeToElement(
                _x.Specify(_x.Decisions.Read(_x.Decisions.FromValues(sample.GetProperty("values"))))
            );
            foreach (var field in sample.EnumerateObject().Where(field => field.Name is not ("values" or "x" or "y")))
            {
                var ours = specification.GetProperty(field.Name);
                if (field.Value.ValueKind != JsonValueKind.Array)
                {
                    Assert.Equal(field.Value.GetRawText(), ours.GetRawText());
                    continue;
                }
                // The oracle prints reals rounded; whole numbers are exact all the same.
                Assert.Equal(field.Value.GetArrayLength(), ours.GetArrayLength());
                Assert.All(
                    field.Value.EnumerateArray().Zip(ours.EnumerateArray()),
                    pair => Assert.Equal(pair.First.GetDouble(), pair.Second.GetDouble(), 1e-6)
                );
            }
        }
    }

    [Theory]
    [InlineData("samples"), InlineData("edge_cases")]
    public void CostsAreThoseOfTheAuthorsCode(string kind)
    {
        foreach (var sample in Oracle.Read("regnet.json").GetProperty(kind).EnumerateArray())
        foreach (var (space, name) in new[] { (_x, "x"), (_y, "y") })
        {
            var (cost, oracle) = (
                Cost.Of(space.Decode(space.Decisions.FromValues(sample.GetProperty("values")))),
                sample.GetProperty(name)
            );
            Assert.Equal(
                (oracle.Whole("flops"), oracle.Whole("params"), oracle.Whole("acts")),
                (cost.MultiplyAdds + cost.BiasAdds, cost.Parameters, cost.Activations)
            );
        }
    }

    [Fact]
    public void MembersHaveFourStages()
    {
        foreach (var sample in Oracle.Read("regnet.json").GetProperty("edge_cases").EnumerateArray())
            Assert.Equal(
                sample.GetProperty("valid_4_stage").GetBoolean(),
                _x.Decisions.Fault(_x.Decisions.FromValues(sample.GetProperty("values"))) is null
            );
        Assert.Equal(
            "The widths quantise to 2 stages over 2 exponents; a member has 4 and 4.",
            _x.Decisions.Fault(_x.FindNamed("RegNetX-32").Genotype)
        );
    }

    [Theory]
    [InlineData(8, 4.0, 6, 9, 6)] // A common multiple of group and multiplier: 12.
    [InlineData(88, 1.0 / 16, 32, 80, 5)] // 5.5 channels inside are cut to 5.
    [InlineData(400, 1.0, 16, 400, 16)]
    [InlineData(392, 1.0, 16, 384, 16)] // Half a group is rounded to even, as in RegNetX-400MF.
    [InlineData(80, 1.0, 120, 80, 80)] // The group is cut to the stage, as in RegNetX-8.0GF.
    public void WidthsAndGroupsAreMadeToFit(
        int width,
        double botMul,
        int groupWidth,
        int fittingWidth,
        int fittingGroupWidth
    )
    {
        var stage = Stage.Compatible(1, width, botMul, groupWidth);
        Assert.Equal(
            (fittingWidth, fittingGroupWidth, 0),
            (stage.Width, stage.GroupWidth, stage.Inside % stage.GroupWidth)
        );
    }

    // Goal: torch and the shape inference take whatever the ranges allow. Method: the corners of all six ranges.
    [Fact]
    public void TheCornersOfTheRangesHaveNetworks()
    {
        int[][] corners =
        [
            .. _x.Decisions.Decisions.Select(decision => new[] { 0, SearchSpace.CountOf(decision) - 1 }),
        ];
        for (var corner = 0; corner < 64; corner++)
        {
            var genotype = Genotype.Of([.. corners.Select((ends, i) => ends[corner >> i & 1])]);
            foreach (var space in new[] { _x, _y })
                Assert.InRange(Cost.Of(space.Decode(genotype)).Parameters, 1, long.MaxValue);
        }
    }

    [Theory]
    [
        InlineData(28, 28),
        InlineData(32, 32),
        InlineData(63, 63),
        InlineData(64, 32),
        InlineData(96, 48),
        InlineData(224, 112)
    ]
    public void SmallImagesKeepTheirResolutionInTheStem(int side, int afterStem)
    {
        var network = _x.Decode(_x.FindNamed("RegNetX-200MF").Genotype, new(Shape.Of(3, side, side), 10));
        Assert.Equal(
            Shape.Of(32, afterStem, afterStem),
            network.Nodes.Last(node => node.Name.StartsWith("stem.", StringComparison.Ordinal)).Shape
        );
    }

    [Fact]
    public void AnUnknownProfileSuggestsTheNearest() =>
        Assert.Contains(
            "'textbook'",
            Assert
                .Throws<RequestException>(() =>
                    _x.Decode(_x.Named[0].Genotype, new(Shape.Of(3, 32, 32), 10, "textbok"))
                )
                .Hint
        );

    [Fact]
    public void AVectorIsNoImage() =>
        Assert.Equal(
            "stem.conv has a kernel of 0 dimensions over [N, 3].",
            Assert.Throws<RequestException>(() => _x.Decode(_x.Named[0].Genotype, new(Shape.Of(3), 10))).Message
        );
}
