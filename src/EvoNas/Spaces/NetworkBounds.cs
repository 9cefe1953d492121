using EvoNas.Networks;

namespace EvoNas.Spaces;

/// <summary>How large a network of a user's file may be: asked of the network as data, before anything is allocated for
/// it.</summary>
static class NetworkBounds
{
    /// <summary>Convolutions, dense layers and pools.</summary>
    public const int LayersMax = 1_000;

    public const int ChannelsMax = 65_536;

    const long ParametersMax = 2_000_000_000,
        MultiplyAddsMax = 10_000_000_000_000;

    /// <summary>The network, if it keeps the bounds.</summary>
    /// <param name="build">Makes it.</param>
    /// <param name="path">The place in the file that describes it.</param>
    /// <exception cref="RequestException">It does not; says where, by how much, and what is allowed.</exception>
    public static Network Checked(Func<Network> build, string path)
    {
        try
        {
            var network = build();
            var layers = network.Nodes.Count(node =>
                node.Layer is Layer.Convolution or Layer.TransposedConvolution or Layer.Dense or Layer.Pool
            );
            if (layers > LayersMax)
                throw Beyond(path, "the network", layers, LayersMax, "convolutions, dense layers and pools");
            if (
                network.Nodes.FirstOrDefault(node =>
                    node.Layer is not Layer.Flatten && node.Shape.Channels > ChannelsMax
                ) is
                { } wide
            )
                throw Beyond(path, wide.Name, wide.Shape.Channels, ChannelsMax, "channels");
            var cost = CostOf(network, path);
            if (cost.Parameters > ParametersMax)
                throw Beyond(path, "the network", cost.Parameters, ParametersMax, "parameters");
            if (cost.MultiplyAdds > MultiplyAddsMax)
                throw Beyond(path, "the network", cost.MultiplyAdds, MultiplyAddsMax, "multiply-adds");
            return network;
        }
        catch (OverflowException)
        {
            throw new RequestException($"{path}: the network's sides or channels are beyond 32 bits.");
        }
    }

    static Cost CostOf(Network network, string path)
    {
        try
        {
            return Cost.Of(network);
        }
        catch (RequestException fault)
        {
            throw new RequestException($"{path}: {fault.Message}", fault.Hint);
        }
    }

    static RequestException Beyond(string path, string what, long found, long most, string unit) =>
        new($"{path}: {what} has {found} {unit}; at most {most} are allowed.");
}
