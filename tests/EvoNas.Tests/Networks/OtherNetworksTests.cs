using System.Text.Json;
using EvoNas.Networks;
using EvoNas.Tests.Oracles;

namespace EvoNas.Tests.Networks;

public class OtherNetworksTests
{
    public static TheoryData<string> Names =>
        [.. Oracle.Read("models.json").GetProperty("others").EnumerateArray().Select(model => model.Text("name"))];

    [Theory, MemberData(nameof(Names))]
    public void BlocksMakeOtherPeoplesNetworksToTheLastParameter(string name)
    {
        var oracle = Oracle
            .Read("models.json")
            .GetProperty("others")
            .EnumerateArray()
            .Single(model => model.Text("name") == name);
        var cost = Cost.Of(OtherNetworks.All[name]());
        Assert.Equal(oracle.Whole("parameters"), cost.Parameters);
        if (oracle.TryGetProperty("multiplyAdds", out var alone))
            Assert.Equal(alone.GetInt64(), cost.MultiplyAdds);
        if (oracle.TryGetProperty("multiplyAddsAndBiases", out var both))
            Assert.Equal(both.GetInt64(), cost.MultiplyAdds + cost.BiasAdds);
        if (oracle.TryGetProperty("activations", out var activations))
            Assert.Equal(activations.GetInt64(), cost.Activations);
    }
}
