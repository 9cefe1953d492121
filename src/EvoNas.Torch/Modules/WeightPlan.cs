using EvoNas.Networks;

namespace EvoNas.Torch.Modules;

/// <summary>What a tensor of weights is for; decides how it begins and whether it decays.</summary>
enum WeightRole
{
    /// <summary>Of a convolution.</summary>
    Kernel,

    /// <summary>Of a dense layer.</summary>
    Matrix,

    /// <summary>Added to a layer's output.</summary>
    Bias,

    /// <summary>A normalisation's γ.</summary>
    Scale,

    /// <summary>A normalisation's β.</summary>
    Shift,
}

/// <summary>One tensor of weights before it is allocated.</summary>
/// <param name="Node">The index of its node.</param>
/// <param name="Name">The node's name, a dot, and <c>weight</c> or <c>bias</c>.</param>
/// <param name="Role">What it is for.</param>
/// <param name="Shape">Of the tensor, as PyTorch has it.</param>
/// <param name="FanIn">Inputs of one output value.</param>
/// <param name="FanOut">Outputs that one input value reaches; groups are not divided out, as in pycls.</param>
/// <param name="Offset">Of its first number in the flat memory of all weights.</param>
sealed record Weight(int Node, string Name, WeightRole Role, long[] Shape, long FanIn, long FanOut, long Offset = 0)
{
    public long Count => Shape.Aggregate(1L, (product, side) => checked(product * side));
}

/// <summary>Where every weight of a network lies in one flat memory: kernels and matrices first, so that decay is one
/// operation on one slice.</summary>
sealed class WeightPlan
{
    // 64 bytes: a line of the CPU's cache, and what a GPU's fastest kernels want weights to begin at. The gaps belong
    // to no layer.
    const int Alignment = 16;

    public WeightPlan(Network network)
    {
        var weights = network
            .Nodes.SelectMany(node => Of(network, node))
            .OrderBy(weight => weight.Role is not (WeightRole.Kernel or WeightRole.Matrix))
            .ToArray();
        for (var i = 0; i < weights.Length; i++)
        {
            weights[i] = weights[i] with { Offset = Length };
            Length = checked(Length + (weights[i].Count + Alignment - 1) / Alignment * Alignment);
            if (weights[i].Role is WeightRole.Kernel or WeightRole.Matrix)
                DecayingLength = Length;
        }
        Weights = weights;
        ByNode = weights.ToLookup(weight => weight.Node);
    }

    /// <summary>In the order of their offsets.</summary>
    public IReadOnlyList<Weight> Weights { get; }

    /// <summary>Numbers in all, with the gaps.</summary>
    public long Length { get; }

    /// <summary>Numbers at the beginning that decay: kernels and matrices.</summary>
    public long DecayingLength { get; }

    /// <summary>A node's weights.</summary>
    public ILookup<int, Weight> ByNode { get; }

    static IEnumerable<Weight> Of(Network network, NetworkNode node)
    {
        if (node.Inputs.Count == 0 || node.WeightsOf is not null)
            yield break;
        var input = network.Nodes[node.Inputs[0]].Shape;
        var (weight, bias) = (node.Name + ".weight", node.Name + ".bias");
        switch (node.Layer)
        {
            case Layer.Convolution conv:
                var (fanIn, fanOut) = (
                    Area(conv.Kernel) * input.Channels / conv.Groups,
                    Area(conv.Kernel) * conv.Channels
                );
                yield return new(
                    node.Index,
                    weight,
                    WeightRole.Kernel,
                    [conv.Channels, input.Channels / conv.Groups, .. Longs(conv.Kernel)],
                    fanIn,
                    fanOut
                );
                if (conv.Bias)
                    yield return new(node.Index, bias, WeightRole.Bias, [conv.Channels], fanIn, fanOut);
                break;
            case Layer.TransposedConvolution deconv:
                var (into, outOf) = (Area(deconv.Kernel) * input.Channels, Area(deconv.Kernel) * deconv.Channels);
                yield return new(
                    node.Index,
                    weight,
                    WeightRole.Kernel,
                    [input.Channels, deconv.Channels, .. Longs(deconv.Kernel)],
                    into,
                    outOf
                );
                if (deconv.Bias)
                    yield return new(node.Index, bias, WeightRole.Bias, [deconv.Channels], into, outOf);
                break;
            case Layer.Dense dense:
                yield return new(
                    node.Index,
                    weight,
                    WeightRole.Matrix,
                    [dense.Units, input.Channels],
                    input.Channels,
                    dense.Units
                );
                if (dense.Bias)
                    yield return new(node.Index, bias, WeightRole.Bias, [dense.Units], input.Channels, dense.Units);
                break;
            case Layer.BatchNorm or Layer.InstanceNorm:
                yield return new(
                    node.Index,
                    weight,
                    WeightRole.Scale,
                    [input.Channels],
                    input.Channels,
                    input.Channels
                );
                yield return new(node.Index, bias, WeightRole.Shift, [input.Channels], input.Channels, input.Channels);
                break;
        }
    }

    static long Area(Sequence<int> sides)
    {
        var area = 1L;
        foreach (var side in sides)
            area = checked(area * side);
        return area;
    }

    static long[] Longs(Sequence<int> sides) => [.. sides.Select(side => (long)side)];
}
