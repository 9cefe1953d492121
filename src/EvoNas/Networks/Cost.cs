namespace EvoNas.Networks;

/// <summary>What one sample costs. Sums of exact integers; overflow is an error, never a wrong number.</summary>
/// <param name="Parameters">Learnable numbers.</param>
/// <param name="Buffers">Numbers that are kept but not learnt: the moving mean and variance of normalisations.</param>
/// <param name="MultiplyAdds">Multiply-adds of convolutions, transposed convolutions and dense layers, biases excluded;
/// what papers print as "FLOPs".</param>
/// <param name="BiasAdds">One per output value of a layer with a bias. pycls' "flops" are
/// <paramref name="MultiplyAdds"/> + <paramref name="BiasAdds"/>.</param>
/// <param name="Activations">Output values of convolutions, max-pools and dense layers (Radosavovic et al. 2020,
/// arXiv:2003.13678).</param>
/// <param name="PeakActivationBytes">Of float32 values alive at once while the layers run in order, one sample, without
/// gradients.</param>
public sealed record Cost(
    long Parameters,
    long Buffers,
    long MultiplyAdds,
    long BiasAdds,
    long Activations,
    long PeakActivationBytes
)
{
    /// <summary>The cost of a whole network.</summary>
    /// <exception cref="RequestException">It is beyond 64 bits.</exception>
    public static Cost Of(Network network)
    {
        try
        {
            return Sum(network);
        }
        catch (OverflowException)
        {
            throw new RequestException(
                $"the cost of a network over {network.Input} is beyond 64 bits.",
                "Take a smaller input."
            );
        }
    }

    static Cost Sum(Network network)
    {
        var sum = new Cost(0, 0, 0, 0, 0, 0);
        foreach (var node in network.Nodes)
            if (
                node.Layer
                is Layer.Convolution
                    or Layer.TransposedConvolution
                    or Layer.Dense
                    or Layer.BatchNorm
                    or Layer.InstanceNorm
                    or Layer.Pool
            )
                sum = sum.Plus(Of(network, node));
        return sum with { PeakActivationBytes = Peak(network) };
    }

    /// <summary>The cost of one layer; its <see cref="PeakActivationBytes"/> are those of its output.</summary>
    public static Cost Of(Network network, NetworkNode node)
    {
        var (input, output) = (node.Inputs.Count == 0 ? node.Shape : network.Nodes[node.Inputs[0]].Shape, node.Shape);
        var bytes = checked(4 * output.Elements);
        var cost = checked(
            node.Layer switch
            {
                Layer.Convolution conv => Kernel(
                    (long)Product(conv.Kernel) * input.Channels / conv.Groups * conv.Channels,
                    conv.Bias,
                    output.Channels,
                    output.Area,
                    output.Elements,
                    bytes
                ),
                Layer.TransposedConvolution deconv => Kernel(
                    (long)Product(deconv.Kernel) * input.Channels * deconv.Channels,
                    deconv.Bias,
                    output.Channels,
                    input.Area,
                    output.Elements,
                    bytes
                ),
                Layer.Dense dense => Kernel(
                    (long)input.Channels * dense.Units,
                    dense.Bias,
                    dense.Units,
                    1,
                    output.Elements,
                    bytes
                ),
                Layer.BatchNorm => new(2L * output.Channels, 2L * output.Channels, 0, 0, 0, bytes),
                Layer.InstanceNorm => new(2L * output.Channels, 0, 0, 0, 0, bytes),
                Layer.Pool { Kind: PoolKind.Max } => new(0, 0, 0, 0, output.Elements, bytes),
                _ => new Cost(0, 0, 0, 0, 0, bytes),
            }
        );
        // Weights are counted where they are used first, work wherever it is done.
        return node.WeightsOf is null ? cost : cost with { Parameters = 0, Buffers = 0 };
    }

    /// <summary>Both costs together; the larger of the two peaks.</summary>
    public Cost Plus(Cost other) =>
        checked(
            new(
                Parameters + other.Parameters,
                Buffers + other.Buffers,
                MultiplyAdds + other.MultiplyAdds,
                BiasAdds + other.BiasAdds,
                Activations + other.Activations,
                Math.Max(PeakActivationBytes, other.PeakActivationBytes)
            )
        );

    static Cost Kernel(long weights, bool bias, int channels, long area, long elements, long bytes) =>
        checked(new(weights + (bias ? channels : 0), 0, weights * area, bias ? elements : 0, elements, bytes));

    static int Product(Sequence<int> sides)
    {
        var product = 1;
        foreach (var side in sides)
            product = checked(product * side);
        return product;
    }

    // A value lives from the layer that makes it to the last one that takes it; outputs live to the end.
    static long Peak(Network network)
    {
        var lastUse = new int[network.Nodes.Count];
        foreach (var node in network.Nodes)
        foreach (var input in node.Inputs)
            lastUse[input] = node.Index;
        foreach (var output in network.Outputs)
            lastUse[output.Node] = int.MaxValue;
        var (alive, peak) = (0L, 0L);
        foreach (var node in network.Nodes)
        {
            alive = checked(alive + 4 * node.Shape.Elements);
            peak = Math.Max(peak, alive);
            // A layer that takes a value twice ends it once.
            for (var i = 0; i < node.Inputs.Count; i++)
            {
                var input = node.Inputs[i];
                if (lastUse[input] != node.Index)
                    continue;
                alive -= 4 * network.Nodes[input].Shape.Elements;
                lastUse[input] = -1;
            }
        }
        return peak;
    }
}
