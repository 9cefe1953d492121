using EvoNas.Cli.Views;
using EvoNas.Networks;
using EvoNas.Reports;

namespace EvoNas.Cli.Spaces;

/// <summary>A network as a table: a row a block, or a row a layer.</summary>
static class NetworkTable
{
    public static Listing Of(Network network, bool everyLayer)
    {
        var rows = new Listing(
            (everyLayer ? "LAYER" : "BLOCK", Listing.Kind.Text),
            ("OPERATION", Listing.Kind.Long),
            ("OUTPUT", Listing.Kind.Number),
            ("PARAMETERS", Listing.Kind.Number),
            ("MULTIPLY-ADDS", Listing.Kind.Number)
        );
        if (everyLayer)
            foreach (var node in network.Nodes)
                Add(rows, node.Name, Operation(node.Layer), node.Shape, Cost.Of(network, node));
        else
            foreach (var (scope, nodes) in Blocks(network))
                Add(
                    rows,
                    scope,
                    Operations(nodes),
                    nodes[^1].Shape,
                    nodes.Select(node => Cost.Of(network, node)).Aggregate((sum, cost) => sum.Plus(cost))
                );
        return rows;
    }

    static void Add(Listing rows, string name, string operation, Shape shape, Cost cost) =>
        rows.Add(
            name,
            operation,
            string.Join('×', new[] { shape.Channels }.Concat(shape.Sides)),
            cost.Parameters == 0 ? "" : Figures.Exact(cost.Parameters),
            cost.MultiplyAdds == 0 ? "" : Figures.Exact(cost.MultiplyAdds)
        );

    // Neighbours of one scope, its innermost part left out where that is only a branch: stage2.block1.squeeze belongs
    // to stage2.block1. Heads have a tower for every output.
    static IEnumerable<(string Scope, List<NetworkNode> Nodes)> Blocks(Network network)
    {
        (string Scope, List<NetworkNode> Nodes)? open = null;
        foreach (var node in network.Nodes)
        {
            var parts = node.Name.Split('.');
            var scope =
                parts.Length == 1
                    ? node.Name
                    : string.Join('.', parts[..Math.Min(parts.Length - 1, parts[0] == "head" ? 3 : 2)]);
            if (open is { } block && block.Scope == scope)
                block.Nodes.Add(node);
            else
            {
                if (open is { } done)
                    yield return done;
                open = (scope, [node]);
            }
        }
        if (open is { } last)
            yield return last;
    }

    static string Operations(List<NetworkNode> nodes) =>
        string.Join(
            ", ",
            nodes
                .Select(node => node.Layer)
                .Where(layer =>
                    nodes.Count == 1
                    || layer
                        is Layer.Convolution
                            or Layer.TransposedConvolution
                            or Layer.Dense
                            or Layer.Pool
                            or Layer.GlobalPool
                            or Layer.Add
                            or Layer.Multiply
                            or Layer.Concatenate
                            or Layer.Upsample
                            or Layer.Resize
                )
                .Select(Operation)
        );

    static string Operation(Layer layer) =>
        layer switch
        {
            Layer.Convolution conv => $"{layer.Label} {Sides(conv.Kernel)}{Stride(conv.Stride)}"
                + (conv.Groups > 1 && conv.Groups != conv.Channels ? $" g{conv.Groups}" : ""),
            Layer.TransposedConvolution conv => $"{layer.Label} {Sides(conv.Kernel)}{Stride(conv.Stride)}",
            Layer.Pool pool => $"{layer.Label} {Sides(pool.Kernel)}{Stride(pool.Stride)}",
            Layer.Dropout dropout => string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{layer.Label} {dropout.Rate}"
            ),
            Layer.StochasticDepth depth => string.Create(
                System.Globalization.CultureInfo.InvariantCulture,
                $"{layer.Label} {depth.Rate}"
            ),
            Layer.Upsample upsample => $"{layer.Label} ×{upsample.Factor}",
            Layer.Resize resize => $"{layer.Label} {Sides(resize.Sides)}",
            _ => layer.Label,
        };

    static string Sides(Sequence<int> kernel) => string.Join('×', kernel.Items);

    static string Stride(Sequence<int> stride) => stride.All(step => step == 1) ? "" : $"/{stride[0]}";
}
