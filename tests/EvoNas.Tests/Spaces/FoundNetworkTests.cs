using System.Text.Json.Nodes;
using EvoNas.Augmentations;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;

namespace EvoNas.Tests.Spaces;

/// <summary>Spaces that build on a network which was found earlier.</summary>
public class FoundNetworkTests
{
    const string Smallest = "0,0,0,0,0,0,1,0,0,0,0,0,1,0,0,0,0,0,1,0,0,0,0,0,1,0,0,0,0,0,1,0,0,0,0,0,0,0,0,0,0,0";

    static readonly Target _small = new(Shape.Of(3, 64, 64), 11);

    static Space Over(string name, JsonNode space, string genotype, string more = "") =>
        CustomSpace.Read(
            "{\"name\": \"mine\", \"base\": \""
                + name
                + "\", \"network\": {\"space\": "
                + space.ToJsonString()
                + ", \"genotype\": \""
                + genotype
                + "\"}"
                + more
                + "}"
        );

    static Genotype Some(Space space, int birth = 1) =>
        space.Decisions.Sample(SeededRandom.For(1, new BirthNumber(birth)));

    [Fact]
    public void EveryPolicyTrainsTheSameNetwork()
    {
        var space = Over("autoaugment_detection", "mnasnet", Smallest);
        var (one, two) = (Some(space, 1), Some(space, 2));
        var target = _small with { Profile = "search_proxy" };
        var mnasnet = SpaceCatalog.Find("mnasnet");
        Assert.NotEqual(one, two);
        Assert.Equal(
            mnasnet.Decode(mnasnet.Decisions.Parse(Smallest), target).Fingerprint,
            space.Decode(one, target).Fingerprint
        );
        Assert.Equal(space.Decode(one, target).Fingerprint, space.Decode(two, target).Fingerprint);
        Assert.Equal($"autoaugment_detection {one}", space.Augment!(space.Decisions.Read(one)));
        // Detectors alone, the usual one first; nothing that tells classes of images apart.
        Assert.Equal(["search_proxy", "retinanet"], space.Profiles);
        Assert.Equal(space.Profiles, space.DetectingProfiles);
        Assert.Null(space.ClassifyingProfile);
        Assert.Empty(space.SegmentingProfiles);
    }

    [Fact]
    public void ANetworkIsBuiltAsItWasFound()
    {
        var space = CustomSpace.Read(
            $$$"""
            {"name": "mine", "base": "randaugment_detection",
             "network": {"space": "mnasnet", "genotype": "{{{Smallest}}}", "profile": "retinanet"}}
            """
        );
        Assert.Equal("retinanet", space.DetectingProfiles[0]);
    }

    [Fact]
    public void TunedPoliciesSayTheirOwnGenesOnly()
    {
        var space = Over("randaugment_detection", "mnasnet", Smallest, ""","tune": ["learning-rate=0.01|0.1"]""");
        var point = space.Decisions.Read(space.Decisions.Parse("1,4,0"));
        Assert.Equal("randaugment_detection 1,4", space.Augment!(point));
        Assert.Equal(2, space.Policy!(point).Draws);
        Assert.Equal(5, space.Policy!(point).Choices[0][0].Magnitude);
    }

    [Fact]
    public void ScalingTakesTheBlocksOfTheFoundNetwork()
    {
        var (plain, spinenet) = (SpaceCatalog.Find("spinenet_scaling"), SpaceCatalog.Find("spinenet"));
        var target = new Target(Shape.Of(3, 160, 160), 11, "retinanet");
        var point = Genotype.Of(0, 0, 0, 0, 0, 0, 0);
        var published = Over("spinenet_scaling", "spinenet", $"{spinenet.FindNamed("SpineNet-49").Genotype}");
        Assert.Equal(plain.Decode(point, target).Fingerprint, published.Decode(point, target).Fingerprint);
        // The choice of 512 of 640.
        Assert.Equal(Shape.Of(3, 128, 128), published.Decode(point, target).Input);
        var other = Over("spinenet_scaling", "spinenet_v2", $"{Some(SpaceCatalog.Find("spinenet_v2"))}");
        Assert.NotEqual(plain.Decode(point, target).Fingerprint, other.Decode(point, target).Fingerprint);
        Assert.Equal(["retinanet"], other.DetectingProfiles);
    }

    [Fact]
    public void ScalingMayHaveSmallerCandidates()
    {
        var space = Over(
            "spinenet_scaling",
            "spinenet",
            $"{Some(SpaceCatalog.Find("spinenet"))}",
            ""","candidates": {"filter_size_scale": [0.2, 0.3], "block_repeats": [1]}"""
        );
        var target = new Target(Shape.Of(3, 160, 160), 11, "retinanet");
        Assert.True(
            Cost.Of(space.Decode(Some(space), target)).Parameters
                < Cost.Of(
                    SpaceCatalog.Find("spinenet_scaling").Decode(Genotype.Of(0, 0, 0, 0, 0, 0, 0), target)
                ).Parameters
        );
    }

    [Theory]
    [InlineData("mnasnet", "detection")]
    [InlineData("efficientnet_v2", "detection")]
    [InlineData("mnasnet", "segmentation")]
    public void ACellOfNasFpnStandsOnAFoundBackbone(string name, string task)
    {
        var (inner, nasfpn) = (SpaceCatalog.Find(name), SpaceCatalog.Find("nasfpn"));
        var space = Over("nasfpn", name, $"{Some(inner)}");
        var target = _small with { Profile = task == "detection" ? "search_proxy" : "segmentation" };
        var (over, plain) = (space.Decode(Some(space), target), nasfpn.Decode(Some(nasfpn), target));
        Assert.NotEqual(plain.Fingerprint, over.Fingerprint);
        Assert.Equal(plain.Outputs.Select(plain.ShapeOf), over.Outputs.Select(over.ShapeOf));
        Assert.Contains(over.Nodes, node => $"{node.Layer}".Contains("Groups", StringComparison.Ordinal));
    }

    [Fact]
    public void ASpaceOfOnesOwnStandsThereAsAWhole()
    {
        var own = JsonNode.Parse("""{"name": "tuned", "base": "mnasnet", "tune": ["learning-rate=0.01|0.1"]}""")!;
        var space = Over("randaugment_detection", own, $"{Smallest},1");
        var mnasnet = SpaceCatalog.Find("mnasnet");
        var target = _small with { Profile = "search_proxy" };
        Assert.Equal(
            mnasnet.Decode(mnasnet.Decisions.Parse(Smallest), target).Fingerprint,
            space.Decode(Some(space), target).Fingerprint
        );
    }

    [Fact]
    public void AnotherNetworkIsAnotherDefinition() =>
        Assert.NotEqual(
            Over("randaugment_detection", "mnasnet", Smallest).Definition,
            Over("randaugment_detection", "mnasnet", "1" + Smallest[1..]).Definition
        );

    [Theory]
    [InlineData("mnasnet", "mnasnet", Smallest, "'mnasnet' builds on no found network; these do: spinenet_scaling")]
    [InlineData("randaugment_segmentation", "mnasnet", Smallest, "are for segmentation; 'mnasnet' has no networks for")]
    [InlineData("randaugment_detection", "regnet-x", "random", "'random'")]
    [InlineData("spinenet_scaling", "mnasnet", Smallest, "'mnasnet' has other blocks")]
    [InlineData("spinenet_scaling", "spinenet", "1,2", "$.network: ")]
    [InlineData("randaugment_detection", "mnasnett", "1", "Did you mean 'mnasnet'?")]
    [InlineData("nasfpn", "regnet-x", "0", "$.network: ")]
    public void WhatDoesNotFitIsSaidInOneLine(string name, string space, string genotype, string named)
    {
        var fault = Assert.Throws<RequestException>(() => Over(name, space, genotype));
        Assert.Contains(named, $"{fault.Message} {fault.Hint}");
        Assert.DoesNotContain('\n', fault.Message);
    }

    [Fact]
    public void PoliciesNeedANetworkAndKeepTheirCandidates()
    {
        Assert.Contains(
            "is a space of policies; 'network' says which one they train",
            Assert
                .Throws<RequestException>(() =>
                    CustomSpace.Read(
                        """{"name": "my", "base": "randaugment_detection", "tune": ["mirror=true|false"]}"""
                    )
                )
                .Message
        );
        Assert.Contains(
            "are searched as they are",
            Assert
                .Throws<RequestException>(() =>
                    Over("randaugment_detection", "mnasnet", Smallest, ""","candidates": {"magnitude": [1, 2]}""")
                )
                .Message
        );
    }
}
