using System.Text.RegularExpressions;
using EvoNas.Networks;

namespace EvoNas.Reports.Drawings;

/// <summary>A block of a network as a drawing shows it: layers of one scope.</summary>
/// <param name="Name">The scope of the layers.</param>
/// <param name="Level">How often the image is halved at its output; null for vectors, below 0 for what comes before
/// there is an image.</param>
/// <param name="Column">From left to right: its own, or that of the other levels of a pyramid, which are made side by
/// side.</param>
/// <param name="Nodes">The layers, in the order of execution.</param>
/// <param name="Cost">The cost of these layers.</param>
sealed record DrawnBlock(string Name, int? Level, int Column, List<NetworkNode> Nodes, Cost Cost)
{
    /// <summary>What comes out.</summary>
    public Shape Shape => Nodes[^1].Shape;
}

/// <summary>A network as blocks and what flows between them; blocks are in an order in which each comes after what it
/// takes.</summary>
sealed partial record BlockGraph(List<DrawnBlock> Blocks, List<(int From, int To)> Edges)
{
    public static BlockGraph Of(Network network)
    {
        var groups = network
            .Nodes.GroupBy(node => ScopeOf(node))
            .Select(group => (Name: group.Key, Nodes: group.ToList()))
            .ToList();
        var place = new Dictionary<string, int>();
        foreach (var (i, group) in groups.Index())
            place[group.Name] = i;
        var edges = new HashSet<(int From, int To)>();
        foreach (var node in network.Nodes)
        foreach (var input in node.Inputs)
            if (place[ScopeOf(network.Nodes[input])] is var from && place[ScopeOf(node)] is var to && from != to)
                edges.Add((from, to));
        var order = Order([.. groups.Select(group => group.Name)], edges);
        var position = new int[order.Count];
        foreach (var (i, group) in order.Index())
            position[group] = i;
        List<(int From, int To)> lines = [.. edges.Select(edge => (position[edge.From], position[edge.To])).Order()];
        // For lidar, the view from above is the image.
        var image = network.Nodes.FirstOrDefault(node => node.Layer is Layer.PillarScatter)?.Shape ?? network.Input;
        var blocks = new List<DrawnBlock>();
        foreach (var group in order.Select(group => groups[group]))
            blocks.Add(
                new(
                    group.Name,
                    LevelOf(image, group.Nodes[^1].Shape),
                    ColumnAfter(blocks, group.Name, lines),
                    group.Nodes,
                    group.Nodes.Select(node => Cost.Of(network, node)).Aggregate((sum, cost) => sum.Plus(cost))
                )
            );
        return new(blocks, lines);
    }

    // Levels of one pyramid that do not take from each other share a column.
    static int ColumnAfter(List<DrawnBlock> blocks, string name, List<(int From, int To)> lines)
    {
        if (blocks.Count == 0)
            return 0;
        var last = blocks[^1].Column;
        var beside = blocks.Index().Where(one => one.Item.Column == last).ToList();
        var (prefix, own) = (PyramidLevel().Match(name).Groups["pyramid"], blocks.Count);
        return
            prefix.Success
            && beside.All(one =>
                PyramidLevel().Match(one.Item.Name).Groups["pyramid"] is { Success: true } other
                && other.Value == prefix.Value
                && !lines.Contains((one.Index, own))
            )
            ? last
            : last + 1;
    }

    static string ScopeOf(NetworkNode node)
    {
        var parts = node.Name.Split('.');
        var taken = 1;
        while (taken < parts.Length - 1 && Part().IsMatch(parts[taken]))
            taken++;
        return string.Join('.', parts[..taken]);
    }

    static int? LevelOf(Shape image, Shape shape) =>
        shape.Dimensions == 0 || shape.Sides.All(side => side == 1) && image.Sides.Any(side => side > 1)
            ? null
            : (int)Math.Round(Math.Log2((double)image.Sides.Max() / shape.Sides.Max()));

    // Of what is ready, the one with the smallest number of the family that came first: the blocks of a permuted
    // network stand in their own order.
    static List<int> Order(string[] names, HashSet<(int From, int To)> edges)
    {
        var families = new Dictionary<string, int>();
        foreach (var (i, name) in names.Index())
            families.TryAdd(Digits().Replace(name, ""), i);
        var keys = names
            .Select(
                (name, i) =>
                    (
                        families[Digits().Replace(name, "")],
                        string.Concat(Digits().Matches(name).Select(number => number.Value.PadLeft(6, '0'))),
                        i
                    )
            )
            .ToArray();
        var waits = new int[names.Length];
        foreach (var (_, to) in edges)
            waits[to]++;
        var (order, open) = (new List<int>(), Enumerable.Range(0, names.Length).ToHashSet());
        while (open.Count > 0)
        {
            // Scopes that feed each other both ways have no order: then the first of all.
            var next = (open.Any(i => waits[i] == 0) ? open.Where(i => waits[i] == 0) : open).MinBy(i => keys[i]);
            open.Remove(next);
            order.Add(next);
            foreach (var (from, to) in edges)
                if (from == next)
                    waits[to]--;
        }
        return order;
    }

    [GeneratedRegex(@"^(\d+|(block|node|level|stage|cell|run|entry|before|after|fusion)\d+)\z")]
    private static partial Regex Part();

    [GeneratedRegex(@"\A(?<pyramid>(.*\.)?(level|entry))\d+\z")]
    private static partial Regex PyramidLevel();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Digits();
}
