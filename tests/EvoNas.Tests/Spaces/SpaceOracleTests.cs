using System.Text.Json;
using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tests.Oracles;

namespace EvoNas.Tests.Spaces;

/// <summary>Spaces that were released by others: the same decisions, and the same network for every sample, under each
/// profile that the oracle counts.</summary>
public class SpaceOracleTests
{
    public static TheoryData<string> Names =>
        ["efficientnet_v2", "spinenet", "spinenet_v2", "spinenet_mbconv", "spinenet_scaling", "nasfpn"];

    [Theory]
    [MemberData(nameof(Names))]
    public void DecisionsAreThoseOfTheReleasedSpace(string name)
    {
        var (oracle, space) = (Oracle.Read(name + ".json"), SpaceCatalog.Find(name).Decisions);
        Assert.Equal(oracle.Text("size"), space.SizeText);
        Assert.Equal(oracle.GetProperty("decisions").EnumerateArray().Select(InWords), space.Decisions.Select(InWords));
    }

    [Theory, MemberData(nameof(Names))]
    public void SamplesSayTheSame(string name)
    {
        var space = SpaceCatalog.Find(name);
        foreach (var (genotype, sample) in Samples(name))
            Assert.Equal(
                JsonNode.Parse(sample.GetProperty("specification").GetRawText())!.ToJsonString(),
                space.Specify(space.Decisions.Read(genotype)).ToJsonString()
            );
    }

    [Theory, MemberData(nameof(Names))]
    public void SamplesCostTheSame(string name)
    {
        var space = SpaceCatalog.Find(name);
        foreach (var (genotype, sample) in Samples(name))
        foreach (var expected in sample.GetProperty("costs").EnumerateObject())
        {
            var cost = Cost.Of(space.Decode(genotype, space.UsualTarget with { Profile = expected.Name }));
            Assert.Equal(InNumbers(expected.Value), (cost.Parameters, cost.Buffers, cost.MultiplyAdds));
        }
        Assert.Equal(
            Oracle.Read(name + ".json").GetProperty("samples")[0].GetProperty("costs").EnumerateObject().First().Name,
            space.UsualTarget.Profile
        );
        Assert.Equal(space.Profiles[0], space.UsualTarget.Profile);
    }

    [Theory, MemberData(nameof(Names))]
    public void SamplesHaveTheSameMaps(string name)
    {
        var space = SpaceCatalog.Find(name);
        foreach (var (genotype, sample) in Samples(name).Where(pair => pair.Sample.TryGetProperty("outputs", out _)))
        foreach (var profile in sample.GetProperty("outputs").EnumerateObject())
        {
            var network = space.Decode(genotype, space.UsualTarget with { Profile = profile.Name });
            Assert.Equal(
                profile.Value.EnumerateObject().Select(level => ("level" + level.Name, ShapeOf(level.Value))),
                network.Outputs.Select(output => (output.Name, network.ShapeOf(output)))
            );
        }
    }

    // A detector's backbone or decoder, counted by the names of its layers.
    [Theory, InlineData("spinenet_scaling"), InlineData("nasfpn")]
    public void PartsOfDetectorsCostTheSame(string name)
    {
        var space = SpaceCatalog.Find(name);
        foreach (var (genotype, sample) in Samples(name))
        foreach (var part in sample.GetProperty("parts").EnumerateObject())
        {
            var network = space.Decode(genotype, space.UsualTarget);
            var cost = network
                .Nodes.Where(node => PartOf(node) == part.Name)
                .Select(node => Cost.Of(network, node))
                .Aggregate((sum, more) => sum.Plus(more));
            Assert.Equal(InNumbers(part.Value), (cost.Parameters, cost.Buffers, cost.MultiplyAdds));
        }
    }

    static string PartOf(NetworkNode node) =>
        node.Name.Split('.')[0] is "head" or "decoder" ? node.Name.Split('.')[0] : "backbone";

    static IEnumerable<(Genotype Genotype, JsonElement Sample)> Samples(string name) =>
        Oracle
            .Read(name + ".json")
            .GetProperty("samples")
            .EnumerateArray()
            .Select(sample => (SpaceCatalog.Find(name).Decisions.Parse(sample.Text("genotype")), sample));

    static (long, long, long) InNumbers(JsonElement cost) =>
        (cost.Whole("parameters"), cost.Whole("buffers"), cost.Whole("multiplyAdds"));

    static Shape ShapeOf(JsonElement sides) => Shape.Of(sides[0].GetInt32(), sides[1].GetInt32(), sides[2].GetInt32());

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
