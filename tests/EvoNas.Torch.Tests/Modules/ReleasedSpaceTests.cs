using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;
using EvoNas.Torch.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Tests.Modules;

/// <summary>Points of spaces whose networks are no classifiers, as modules: shapes as declared, parameters as counted, gradients everywhere.</summary>
public class ReleasedSpaceTests
{
    [Theory]
    [InlineData("unet3d_encoder", 8)]
    [InlineData("unet3d_nasfpn", 25)]
    public void VolumesGoForwardAndBack(string name, int count)
    {
        var space = SpaceCatalog.Find(name);
        foreach (var network in Drawn(space, new(Shape.Of(4, 16, 16, 8), 3)).Take(count)) Check(network);
    }

    // Large ones would take minutes, and say nothing else.
    static IEnumerable<Network> Drawn(Space space, Target target) =>
        from birth in Enumerable.Range(1, int.MaxValue)
        let network = space.Decode(space.Decisions.Sample(Dice.For(23, new BirthNumber(birth))), target)
        where Cost.Of(network).Parameters < 5_000_000
        select network;

    static void Check(Network network)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var module = new NetworkModule(network);
        Assert.Equal(Cost.Of(network).Parameters, module.Memory.Parameters.Sum(parameter => parameter.numel()));
        var outputs = module.Outputs(randn([2, network.Input.Channels, .. network.Input.Sides.Select(side => (long)side)]));
        foreach (var (output, made) in network.Outputs.Zip(outputs))
            Assert.Equal([2, network.ShapeOf(output).Channels, .. network.ShapeOf(output).Sides.Select(side => (long)side)], made.shape);
        outputs.Select(output => (output * randn(output.shape)).sum()).Aggregate((sum, one) => sum + one).backward();
        var silent = Silent(network).ToHashSet();
        foreach (var (tensor, parameterName) in module.Memory.Parameters.Zip(module.Memory.Names))
            Assert.True(silent.Contains(parameterName) || tensor.grad!.abs().sum().item<float>() > 0, $"No gradient reaches {parameterName} of {network.Fingerprint}.");
    }

    // A normalisation takes a bias away again: its gradient is rounding alone.
    static IEnumerable<string> Silent(Network network) =>
        from node in network.Nodes
        where node.Layer is Layer.BatchNorm or Layer.InstanceNorm
        select network.Nodes[node.Inputs[0]].Name + ".bias";
}
