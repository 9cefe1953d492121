using System.Text.Json;
using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Tests.Oracles;

namespace EvoNas.Tests.Spaces;

public class AnyNetTests
{
    public static TheoryData<string> Messages => ["A", "B", "C", "D", "E"];

    // Radosavovic et al. 2020, §3.2 and table 1.
    [Theory, MemberData(nameof(Messages))]
    public void SizesAreThoseOfThePaper(string received) =>
        Assert.Equal(
            Oracle.Read("anynet.json").GetProperty("sizes").Text("AnyNetX_" + received),
            Find(received).Decisions.SizeText
        );

    [Theory, MemberData(nameof(Messages))]
    public void SamplesAreAdjustedAndCostTheSame(string received)
    {
        var space = Find(received);
        foreach (var sample in Oracle.Read("anynet.json").GetProperty("AnyNetX_" + received).EnumerateArray())
        {
            var genotype = space.Decisions.FromValues(Values(space, sample));
            var specification = space.Specify(space.Decisions.Read(genotype)).AsObject();
            foreach (var field in sample.EnumerateObject().Where(field => field.Name != "complexity"))
                Assert.Equal(field.Value.GetRawText(), specification[field.Name]!.ToJsonString());
            var (cost, oracle) = (Cost.Of(space.Decode(genotype)), sample.GetProperty("complexity"));
            Assert.Equal(
                (oracle.Whole("flops"), oracle.Whole("params"), oracle.Whole("acts")),
                (cost.MultiplyAdds + cost.BiasAdds, cost.Parameters, cost.Activations)
            );
        }
    }

    [Fact]
    public void TheTextbookKeepsBiasesAndProjectsEveryStage()
    {
        var space = Find("E");
        var genotype = space.Decisions.Sample(SeededRandom.For(1, "textbook"));
        var network = space.Decode(genotype, new(Shape.Of(3, 64, 64), 10, "textbook"));
        Assert.All(
            network.Nodes.Select(node => node.Layer).OfType<Layer.Convolution>(),
            convolution => Assert.True(convolution.Bias)
        );
        Assert.Equal(
            4,
            network.Nodes.Count(node => node.Name.EndsWith("block1.shortcut.conv", StringComparison.Ordinal))
        );
    }

    static Space Find(string received) => SpaceCatalog.Find("anynet-" + received.ToLowerInvariant());

    // The oracle says everything for every stage; where a space decides once, the first stage says it.
    static JsonElement Values(Space space, JsonElement sample)
    {
        var values = new Dictionary<string, JsonElement>
        {
            ["depths"] = sample.GetProperty("depths"),
            ["widths"] = sample.GetProperty("widths"),
        };
        foreach (var (one, all) in new[] { ("bottleneck_ratio", "bottleneck_ratios"), ("group_width", "group_widths") })
            if (space.Decisions.Decisions.Any(decision => decision.Name == one))
                values[one] = sample.GetProperty(all)[0];
            else
                values[all] = sample.GetProperty(all);
        return JsonSerializer.SerializeToElement(values);
    }
}
