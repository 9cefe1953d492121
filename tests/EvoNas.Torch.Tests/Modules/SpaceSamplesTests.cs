using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;

namespace EvoNas.Torch.Tests.Modules;

/// <summary>Random points of every space as modules: shapes as declared, parameters as counted, a gradient for each of
/// them.</summary>
/// <remarks>Fifty a space, the widest left out; of spaces whose networks are all large fewer. With EVONAS_ALL_SAMPLES=1
/// it is fifty of all, up to a hundred million parameters: some minutes.</remarks>
public class SpaceSamplesTests
{
    const int Wanted = 50;

    static readonly bool TakesAll = Environment.GetEnvironmentVariable("EVONAS_ALL_SAMPLES") == "1";

    // Space and profile; the side of the image; how many are built, and with how many millions of parameters at most,
    // where not all are.
    public static TheoryData<string, string, int, int, int> Sampled =>
        new()
        {
            { "regnet-x", "pycls", 32, 50, 1 },
            { "regnet-x", "textbook", 32, 5, 1 },
            { "regnet-y", "pycls", 32, 50, 1 },
            { "anynet-a", "pycls", 32, 50, 1 },
            { "anynet-b", "pycls", 32, 50, 1 },
            { "anynet-c", "pycls", 32, 50, 1 },
            { "anynet-d", "pycls", 32, 50, 1 },
            { "anynet-e", "pycls", 32, 50, 1 },
            { "mnasnet", "mnasnet", 32, 50, 2 },
            { "mnasnet", "pytorch", 32, 5, 2 },
            { "mnasnet", "backbone_with_1280_conv", 32, 3, 2 },
            { "mnasnet", "retinanet", 64, 2, 12 },
            { "mnasnet-a1", "mnasnet", 32, 50, 2 },
            { "efficientnet_v2", "classification", 32, 20, 3 },
            { "efficientnet_v2", "backbone", 32, 5, 3 },
            { "efficientnet_v2", "published", 32, 5, 3 },
            { "efficientnet_v2", "retinanet", 64, 2, 13 },
            { "efficientnet_v2-s", "classification", 32, 5, 8 },
            { "efficientnet_v2-m", "classification", 32, 2, 15 },
            { "efficientnet_v2-l", "classification", 32, 1, 25 },
            { "spinenet", "classification", 32, 25, 5 },
            { "spinenet", "search_proxy", 32, 5, 5 },
            { "spinenet", "retinanet", 64, 3, 6 },
            { "spinenet", "segmentation", 48, 3, 5 },
            { "spinenet", "segmentation_fused", 50, 3, 5 },
            { "spinenet_v2", "classification", 32, 25, 5 },
            { "spinenet_v2", "search_proxy", 32, 5, 5 },
            { "spinenet_mbconv", "classification", 32, 25, 1 },
            { "spinenet_mbconv", "search_proxy", 32, 5, 1 },
            { "spinenet_mbconv", "retinanet", 64, 3, 1 },
            { "spinenet_scaling", "classification", 32, 2, 30 },
            { "nasfpn", "classification", 32, 5, 18 },
            { "nasfpn", "search_proxy", 48, 2, 25 },
            { "pointpillars", "", 16, 20, 3 },
            { "pointpillars", "search_proxy_rotated", 16, 5, 3 },
            { "unet3d_encoder", "", 16, 6, 8 },
            { "unet3d_encoder", "small", 16, 3, 8 },
            { "unet3d_nasfpn", "search_proxy", 16, 15, 5 },
            { "unet3d_nasfpn", "small", 16, 3, 5 },
        };

    [Theory, MemberData(nameof(Sampled))]
    public void RandomPointsAgreeWithTheirModules(string name, string profile, int side, int kept, int largest)
    {
        var space = SpaceCatalog.Find(name);
        var usual = space.UsualTarget;
        // Of volumes one side may be half of the others.
        var input = usual.Input with
        {
            Sides = [.. usual.Input.Sides.Select((_, i) => i < 2 ? side : side / 2)],
        };
        var target = new Target(input, Math.Min(usual.Classes, 5), profile);
        var networks =
            from birth in Enumerable.Range(1, int.MaxValue)
            let network = space.Decode(space.Decisions.Sample(SeededRandom.For(6, new BirthNumber(birth))), target)
            where Cost.Of(network).Parameters < (TakesAll ? 100 : largest) * 1_000_000L
            select network;
        foreach (var network in networks.Take(TakesAll ? Wanted : kept))
            NetworkModuleTests.AgreesWithItsNetwork(network);
    }

    [Fact]
    public void EverySpaceOfNetworksIsSampled() =>
        Assert.Equal(
            SpaceCatalog.All.Where(space => space.Build is not null).Select(space => space.Name),
            Sampled.Select(row => (string)row[0]).Distinct()
        );
}
