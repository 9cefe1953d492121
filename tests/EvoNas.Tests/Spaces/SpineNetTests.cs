using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tests.Oracles;

namespace EvoNas.Tests.Spaces;

public class SpineNetTests
{
    static readonly Dictionary<string, SpineFamily> _families = new()
    {
        ["spinenet"] = SpineNet.Family,
        ["spinenet_v2"] = SpineNet.FamilyV2,
        ["spinenet_mbconv"] = SpineNetMobile.Family,
    };

    public static TheoryData<string> Names => [.. _families.Keys];

    [Theory, MemberData(nameof(Names))]
    public void OutputsAbsorbWhatNoBlockReads(string name)
    {
        var (space, family) = (SpaceCatalog.Find(name), _families[name]);
        foreach (var sample in Oracle.Read(name + ".json").GetProperty("samples").EnumerateArray())
        {
            var blocks = family.Blocks(space.Decisions.Read(space.Decisions.Parse(sample.Text("genotype"))));
            Assert.Equal(
                sample.GetProperty("absorbed").EnumerateArray().Select(features => features.ToString()),
                family.Absorbed(blocks).Select(features => $"[{string.Join(",", features)}]")
            );
        }
    }

    // What no output depends on is built by the released code's first version, and dropped by its second.
    [Theory, MemberData(nameof(Names))]
    public void BlocksThatNoOtherReadsCostTheRestOfTheOracle(string name)
    {
        var (space, family) = (SpaceCatalog.Find(name), _families[name]);
        foreach (var sample in Oracle.Read(name + ".json").GetProperty("samples").EnumerateArray())
        {
            var blocks = family.Blocks(space.Decisions.Read(space.Decisions.Parse(sample.Text("genotype"))));
            Spine spine =
                name == "spinenet_mbconv"
                    ? new MobileSpine(family, Shape.Of(3, 512, 512), new(0.5, 1, 1, 64))
                    : new ResidualSpine(family, Shape.Of(3, 512, 512), new(0.5, 0.25, 1, 64));
            var features = spine.Grow(blocks);
            var all = Network.Of([
                .. spine.Endpoints(blocks, features).Select(level => ($"{level.Level}", level.Map)),
                .. features.Select((feature, i) => ($"feature{i}", feature.Map)),
            ]);
            var (cost, built) = (Cost.Of(all), sample.GetProperty("built").GetProperty("search_proxy"));
            Assert.Equal(
                (built.Whole("parameters"), built.Whole("buffers"), built.Whole("multiplyAdds")),
                (cost.Parameters, cost.Buffers, cost.MultiplyAdds)
            );
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void AGenotypeIsReadBackFromItsBlocks(string name)
    {
        var (space, family) = (SpaceCatalog.Find(name), _families[name]);
        for (var birth = 1; birth <= 100; birth++)
        {
            var genotype = space.Decisions.Sample(SeededRandom.For(3, new BirthNumber(birth)));
            var blocks = family.Blocks(space.Decisions.Read(genotype));
            Assert.Equal(blocks, family.Blocks(space.Decisions.Read(family.Encode(blocks))));
        }
    }

    // Du et al. 2020, table 8, and the released code's figures without a head.
    [Theory]
    [InlineData("SpineNet-49S", "scale_49s", 640, 9_089_215, 12_325_257_975)]
    [InlineData("SpineNet-49", "scale_49", 640, 21_831_488, 28_261_990_400)]
    [InlineData("SpineNet-143", "scale_143", 1280, 60_247_616, 295_259_340_800)]
    [InlineData("SpineNet-Mobile", "scale_49", 384, 2_268_708, 785_081_280)]
    [InlineData("SpineNet-Mobile-49XS", "scale_49xs", 256, 842_456, 128_544_060)]
    public void BackbonesOfPublishedNetworksCostTheSame(
        string name,
        string profile,
        int side,
        long parameters,
        long multiplyAdds
    )
    {
        Assert.True(SpaceCatalog.TryFindNamed(name, out var space, out var known));
        var cost = Cost.Of(space.Decode(known.Genotype, new(Shape.Of(3, side, side), 91, profile)));
        Assert.Equal((parameters, multiplyAdds), (cost.Parameters, cost.MultiplyAdds));
    }

    // Du et al. 2020, table 5: 22.1 M and 3.5 B, 60.5 M and 9.1 B.
    [Theory, InlineData("classification_49", 22.1, 3.5), InlineData("classification_143", 60.5, 9.1)]
    public void ClassifiersHaveTheirPublishedCost(string profile, double millions, double billions)
    {
        var space = SpaceCatalog.Find("spinenet");
        var cost = Cost.Of(
            space.Decode(space.FindNamed("SpineNet-49").Genotype, new(Shape.Of(3, 224, 224), 1000, profile))
        );
        Assert.Equal(
            (millions, billions),
            (Math.Round(cost.Parameters / 1e6, 1), Math.Round(cost.MultiplyAdds / 1e9, 1))
        );
    }

    // The backbone at a quarter of its filters, two 3×3 convolutions of 64 channels with their normalisations, and the
    // classes: adding the levels up costs nothing.
    [Theory, InlineData("segmentation"), InlineData("segmentation_fused")]
    public void ASegmentationHeadCostsItsConvolutions(string profile)
    {
        const int Classes = 21,
            Channels = 64;
        var target = new Target(Shape.Of(3, 128, 128), Classes, profile);
        foreach (var name in (string[])["spinenet", "spinenet_v2"])
        {
            var (space, family) = (SpaceCatalog.Find(name), _families[name]);
            var genotype = space.Decisions.Sample(SeededRandom.For(3, new BirthNumber(1)));
            var blocks = family.Blocks(space.Decisions.Read(genotype));
            var spine = new ResidualSpine(family, target.Input, new(0.25, 0.25, 1, Channels));
            var levels = spine.Endpoints(blocks, spine.Grow(blocks));
            var read = profile == "segmentation" ? levels[..1] : levels;
            var backbone = Network.Of([.. read.Select(level => ($"level{level.Level}", level.Map))]);
            Assert.Equal(
                Cost.Of(backbone).Parameters
                    + 2 * (9 * Channels * Channels + 2 * Channels)
                    + Channels * Classes
                    + Classes,
                Cost.Of(space.Decode(genotype, target)).Parameters
            );
        }
    }

    [Theory, InlineData("spinenet"), InlineData("spinenet_v2"), InlineData("spinenet_mbconv")]
    public void AFusedHeadReadsEveryLevelOfThePyramid(string name)
    {
        var space = SpaceCatalog.Find(name);
        Assert.Equal("segmentation_fused", space.SegmentingProfiles[0]);
        var network = space.Decode(
            space.Decisions.Sample(SeededRandom.For(3, new BirthNumber(1))),
            new(Shape.Of(3, 200, 136), 21, space.SegmentingProfiles[0])
        );
        var fusion = Assert.Single(network.Nodes, node => node.Layer is Layer.Add && node.Name.Contains("fusion"));
        Assert.Equal(Shape.Of(64, 25, 17), fusion.Shape);
        Assert.Equal(5, fusion.Inputs.Count);
        Assert.Equal(Shape.Of(21, 25, 17), network.ShapeOf(network.Outputs[0]));
    }

    [Theory, InlineData(512), InlineData(320), InlineData(100), InlineData(28)]
    public void LevelsHalveTheImageWhateverItsSide(int side)
    {
        foreach (var name in _families.Keys)
        {
            var space = SpaceCatalog.Find(name);
            for (var birth = 1; birth <= 20; birth++)
            {
                var network = space.Decode(
                    space.Decisions.Sample(SeededRandom.For(3, new BirthNumber(birth))),
                    new(Shape.Of(3, side, side + 3), 91, "search_proxy")
                );
                foreach (var (level, output) in network.Outputs.Select((output, i) => (3 + i, output)))
                    Assert.Equal(
                        ($"level{level}", Shape.Of(64, Level(side, level), Level(side + 3, level))),
                        (output.Name, network.ShapeOf(output))
                    );
            }
        }

        static int Level(int side, int level) => (side + (1 << level) - 1) >> level;
    }

    [Fact]
    public void TheHeadOfADetectorIsSharedOverItsLevels()
    {
        var space = SpaceCatalog.Find("spinenet");
        var network = space.Decode(
            space.FindNamed("SpineNet-49").Genotype,
            new(Shape.Of(3, 128, 128), 91, "retinanet_49")
        );
        Assert.Equal(
            [.. Levels("scores", 819), .. Levels("boxes", 36)],
            network.Outputs.Select(output => (output.Name, network.ShapeOf(output)))
        );
        Assert.Equal(2 * 5 * 4, network.Nodes.Count(node => node.WeightsOf is not null));

        static IEnumerable<(string, Shape)> Levels(string name, int channels) =>
            Enumerable.Range(3, 5).Select(level => ($"{name}{level}", Shape.Of(channels, 128 >> level, 128 >> level)));
    }

    [Fact]
    public void AScalingChoosesItsImage()
    {
        var space = SpaceCatalog.Find("spinenet_scaling");
        Assert.Equal([512, 640], Sides(space.UsualTarget));
        Assert.Equal([128, 160], Sides(space.UsualTarget with { Input = Shape.Of(3, 160, 160) }));
        Assert.Equal([32, 32], Sides(new(Shape.Of(3, 32, 32), 10)));

        IEnumerable<int> Sides(Target target) =>
            new[] { 0, 1 }.Select(image => space.Decode(Genotype.Of(image, 0, 0, 0, 0, 0, 0), target).Input.Sides[0]);
    }

    [Fact]
    public void SpineNet143IsAPointOfTheSpaceOfScales()
    {
        var large = SpaceCatalog.Find("spinenet").FindNamed("SpineNet-143");
        var scaled = SpaceCatalog
            .Find("spinenet_scaling")
            // It has a target of its own.
            .Decode(Genotype.Of(1, 1, 1, 1, 1, 0, 1), large.Target! with { Profile = "retinanet" });
        Assert.Equal(Cost.Of(SpaceCatalog.Find("spinenet").Decode(large.Genotype, large.Target)), Cost.Of(scaled));
    }
}
