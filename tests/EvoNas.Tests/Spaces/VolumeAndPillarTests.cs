using System.Text.Json;
using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tests.Oracles;

namespace EvoNas.Tests.Spaces;

/// <summary>The spaces of volumes and of lidar as they were released: the same decisions, specifications and costs for
/// every recorded sample.</summary>
public class VolumeAndPillarTests
{
    public static TheoryData<string> Names => ["pointpillars", "unet3d_encoder", "unet3d_nasfpn"];

    [Theory, MemberData(nameof(Names))]
    public void DecisionsAreThoseOfTheReleasedSpace(string name)
    {
        var (oracle, space) = (Oracle.Read(name + ".json"), SpaceCatalog.Find(name).Decisions);
        Assert.Equal(oracle.Text("size"), space.SizeText);
        Assert.Equal(oracle.GetProperty("decisions").EnumerateArray().Select(InWords), space.Decisions.Select(InWords));
    }

    [Theory, MemberData(nameof(Names))]
    public void SamplesSayAndCostTheSame(string name)
    {
        var (oracle, space) = (Oracle.Read(name + ".json"), SpaceCatalog.Find(name));
        foreach (var sample in oracle.GetProperty("samples").EnumerateArray())
        {
            var genotype = space.Decisions.Parse(sample.Text("genotype"));
            Assert.Equal(
                JsonNode.Parse(sample.GetProperty("specification").GetRawText())!.ToJsonString(),
                space.Specify(space.Decisions.Read(genotype)).ToJsonString()
            );
            foreach (var expected in sample.GetProperty("costs").EnumerateObject())
            {
                var cost = Cost.Of(space.Decode(genotype, space.UsualTarget with { Profile = expected.Name }));
                Assert.Equal(
                    (
                        expected.Value.Whole("parameters"),
                        expected.Value.Whole("buffers"),
                        expected.Value.Whole("multiplyAdds")
                    ),
                    (cost.Parameters, cost.Buffers, cost.MultiplyAdds)
                );
            }
        }
        // A profile of the released spaces that is not recorded would go unseen; the others are ours.
        var released = space.Profiles.Where(profile =>
            profile != "small" && (name != "pointpillars" || profile == "published")
        );
        var recorded = oracle
            .GetProperty("samples")[0]
            .GetProperty("costs")
            .EnumerateObject()
            .Select(cost => cost.Name)
            .ToArray();
        Assert.All(
            released,
            profile => Assert.Contains(profile == space.Profiles[0] && recorded[0] == "" ? "" : profile, recorded)
        );
    }

    [Theory]
    [InlineData("unet3d_encoder", 40)]
    [InlineData("unet3d_nasfpn", 60)]
    public void SmallNetworksHaveAQuarterOfTheFilters(string name, double most)
    {
        var space = SpaceCatalog.Find(name);
        for (var draw = 0; draw < 5; draw++)
        {
            var genotype = space.Decisions.Sample(SeededRandom.For(1, new BirthNumber(1), draw));
            long MultiplyAdds(string profile) =>
                Cost.Of(space.Decode(genotype, space.UsualTarget with { Profile = profile })).MultiplyAdds;
            var ratio = (double)MultiplyAdds("search_proxy") / MultiplyAdds("small");
            Assert.InRange(ratio, 4, most);
        }
    }

    // MONAI's BasicUNet (0.5.2): its usual channels, and a small one.
    [Theory]
    [InlineData(5_749_410, 4_672_192_512, 32, 2, 32, 32, 64, 128, 256)]
    [InlineData(88_097, 56_197_120, 16, 1, 8, 16, 32)]
    public void ThePlainUNetCostsTheSame(
        long parameters,
        long multiplyAdds,
        int side,
        int classes,
        params int[] features
    )
    {
        var network = Network.Of(Node.Input(Shape.Of(1, side, side, side)).UNet(classes, features));
        Assert.Equal(Shape.Of(classes, side, side, side), network.ShapeOf(network.Outputs[0]));
        var cost = Cost.Of(network);
        Assert.Equal((parameters, 0, multiplyAdds), (cost.Parameters, cost.Buffers, cost.MultiplyAdds));
    }

    [Fact]
    public void TheSearchedPointPillarsCostsTheSame()
    {
        var space = SpaceCatalog.Find("pointpillars");
        var network = space.Decode(space.FindNamed("PointPillars-Searched").Genotype);
        var cost = Cost.Of(network);
        Assert.Equal((5_210_809, 12_160, 189_453_664_256), (cost.Parameters, cost.Buffers, cost.MultiplyAdds));
        Assert.Equal(
            "scores1 [N, 2, 256, 256], scores2 [N, 2, 128, 128], scores3 [N, 2, 64, 64], boxes1 [N, 4, 256, 256], "
                + "boxes2 [N, 4, 128, 128], boxes3 [N, 4, 64, 64], "
                + string.Join(
                    ", ",
                    new[] { "heading", "height", "z" }.Select(name =>
                        $"{name}1 [N, 1, 256, 256], {name}2 [N, 1, 128, 128], {name}3 [N, 1, 64, 64]"
                    )
                ),
            network.OutputShapes()
        );
        Assert.Equal([Shape.Of(10, 24_000, 100), Shape.Of(2, 24_000)], network.Inputs.Select(node => node.Shape));
    }

    [Fact]
    public void ACellHasAtMostOnePillar() =>
        Assert.Equal(
            [Shape.Of(10, 35, 100), Shape.Of(2, 35)],
            SpaceCatalog.Find("pointpillars").FindNamed("PointPillars-Searched") is var named
                ? SpaceCatalog
                    .Find("pointpillars")
                    .Decode(named.Genotype, new(Shape.Of(10, 7, 5), 2))
                    .Inputs.Select(node => node.Shape)
                : []
        );

    [Fact]
    public void OddSidesAreExtendedOnTheWayUp()
    {
        var space = SpaceCatalog.Find("unet3d_encoder");
        var genotype = space.Decisions.Sample(SeededRandom.For(17, new BirthNumber(1)));
        var network = space.Decode(genotype, new(Shape.Of(4, 24, 19, 13), 3));
        Assert.Equal(Shape.Of(3, 24, 19, 13), network.ShapeOf(network.Outputs[0]));
        Assert.Equal(
            [(Sequence<int>)[0, 0, 1], [0, 1, 0], [0, 1, 1]],
            network.Nodes.Select(node => node.Layer).OfType<Layer.Extend>().Select(layer => layer.After)
        );
    }

    [Theory]
    [InlineData(
        "unet3d_encoder",
        7,
        "'unet3d_encoder' halves volumes 3 times; sides of [7, 7, 7] are too small.",
        "Take at least 8."
    )]
    [InlineData(
        "unet3d_nasfpn",
        20,
        "'unet3d_nasfpn' halves volumes 3 times; sides of [20, 20, 20] do not stay whole.",
        "Take multiples of 8."
    )]
    public void AVolumeThatDoesNotHalveIsRefused(string name, int side, string said, string hint)
    {
        var space = SpaceCatalog.Find(name);
        var fault = Assert.Throws<RequestException>(() =>
            space.Decode(
                space.Decisions.Sample(SeededRandom.For(17, new BirthNumber(1))),
                new(Shape.Of(4, side, side, side), 3)
            )
        );
        Assert.Equal((said, hint), (fault.Message, fault.Hint));
    }

    static string InWords(JsonElement decision)
    {
        var many = decision.TryGetProperty("picks", out var picks)
            ? $"{picks}, distinct {decision.GetProperty("distinct")}, sorted {decision.GetProperty("sorted")}, "
            : "";
        var texts = decision.GetProperty("texts").EnumerateArray();
        return $"{decision.Text("id")}: {many}of {string.Join(' ', texts)}";
    }

    static string InWords(Decision decision) =>
        decision switch
        {
            Decision.OneOf one => $"{one.Name}: of {Texts(one.Candidates)}",
            Decision.ManyOf many => $"{many.Name}: {many.Picks}, distinct {many.Distinct}, "
                + $"sorted {many.Sorted}, of {Texts(many.Candidates)}",
            _ => decision.Name,
        };

    static string Texts(Sequence<Candidate> candidates) =>
        string.Join(' ', candidates.Select(candidate => candidate.Value));
}

static class Outputs
{
    public static string OutputShapes(this Network network) =>
        string.Join(", ", network.Outputs.Select(output => $"{output.Name} {network.ShapeOf(output)}"));
}
