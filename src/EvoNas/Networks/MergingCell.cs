namespace EvoNas.Networks;

/// <summary>One node of a merging cell.</summary>
/// <param name="Level">Of its map.</param>
/// <param name="First">One of the two earlier features that it merges; the cell's inputs are 0, 1, …, from fine to
/// coarse, its nodes follow.</param>
/// <param name="Second">The other one, later in the list.</param>
/// <param name="Attends">True: global attention pooling; false: sum.</param>
/// <param name="IsOutput">Its map is a level of the cell's pyramid.</param>
public sealed record MergingNode(int Level, int First, int Second, bool Attends, bool IsOutput);

/// <summary>Cells that make a pyramid of a pyramid by merging maps of different levels.</summary>
/// <remarks>Source: Ghiasi et al. 2019, arXiv:1904.07392, §3.1.</remarks>
public static class MergingCell
{
    /// <summary>The cell: each node merges two features at its level, adds what it absorbs, and is activation, 3×3
    /// convolution with bias, normalisation.</summary>
    /// <param name="pyramid">From fine to coarse, one map a level, all with equal channels.</param>
    /// <param name="nodes">In order.</param>
    /// <param name="scope">Of the layers.</param>
    /// <param name="style">Of normalisations and activations.</param>
    /// <returns>The outputs, from fine to coarse, with the channels of the inputs.</returns>
    public static PyramidLevel[] Merge(
        IReadOnlyList<PyramidLevel> pyramid,
        IReadOnlyList<MergingNode> nodes,
        string scope,
        MobileStyle style
    )
    {
        var features = pyramid.ToList();
        var absorbed = Absorbed([.. pyramid.Select(level => level.Level)], nodes);
        foreach (var (i, node) in nodes.Index())
        {
            var like = pyramid.Single(level => level.Level == node.Level).Map.Shape;
            var (first, second) = (features[node.First], features[node.Second]);
            Node At(PyramidLevel feature) =>
                Resample(feature.Map.In($"{scope}.node{i}"), feature.Level, node.Level, like);
            // The coarser map attends; of equal levels the first.
            var x =
                !node.Attends ? At(first).Add(At(second))
                : second.Level > first.Level ? Attend(At(second), At(first))
                : Attend(At(first), At(second));
            if (absorbed[i].Count > 0)
                x = x.Add([.. absorbed[i].Select(feature => features[feature].Map)]);
            x = x.Activate(style.Activation)
                .Conv(like.Channels, kernel: 3, bias: true, padding: style.Padding)
                .Norm(style.Epsilon, style.Decay);
            features.Add(new(node.Level, x));
        }
        return
        [
            .. nodes
                .Index()
                .Where(pair => pair.Item.IsOutput)
                .Select(pair => features[pyramid.Count + pair.Index])
                .OrderBy(level => level.Level),
        ];
    }

    /// <summary>For each node the features that it adds besides its two: an output takes every earlier one of its level
    /// that no cell has merged.</summary>
    /// <param name="levels">Of the cell's inputs.</param>
    /// <param name="nodes">In order.</param>
    public static List<int>[] Absorbed(IReadOnlyList<int> levels, IReadOnlyList<MergingNode> nodes)
    {
        var merged = new bool[levels.Count + nodes.Count];
        var absorbed = new List<int>[nodes.Count];
        foreach (var (i, node) in nodes.Index())
        {
            (merged[node.First], merged[node.Second], absorbed[i]) = (true, true, []);
            for (var feature = 0; node.IsOutput && feature < levels.Count + i; feature++)
            {
                if (
                    merged[feature]
                    || (feature < levels.Count ? levels[feature] : nodes[feature - levels.Count].Level) != node.Level
                )
                    continue;
                absorbed[i].Add(feature);
                merged[feature] = true;
            }
        }
        return absorbed;
    }

    /// <summary>The map at another level: max-pool whose window is its stride, or nearest upsampling.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="from">Its level.</param>
    /// <param name="to">The level wanted.</param>
    /// <param name="like">Has the sides of that level.</param>
    static Node Resample(Node x, int from, int to, Shape like) =>
        from < to ? x.MaxPool(1 << (to - from), stride: 1 << (to - from))
        : from > to ? x.Upsample(1 << (from - to), like)
        : x;

    // P + Q·σ(max of P over all positions): the coarser map says which channels of the finer one matter.
    internal static Node Attend(Node coarser, Node finer) =>
        coarser.Add(finer.Multiply(coarser.Then(new Layer.GlobalPool(PoolKind.Max)).Sigmoid()));
}
