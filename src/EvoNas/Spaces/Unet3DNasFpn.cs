using EvoNas.Genetics;
using EvoNas.Networks;

namespace EvoNas.Spaces;

/// <summary>A network over volumes whose decoder is a searched cell of merging nodes over four levels, twice; the
/// encoder is a plain U-Net's.</summary>
/// <remarks>Sources: Ghiasi et al. 2019, arXiv:1904.07392, for the cell; Çiçek et al. 2016, arXiv:1606.06650, for the
/// encoder; the decisions are those of the open search space for medical volumes. Level 1 is the full resolution. As in
/// that space's code, an output adds the cell's input and every intermediate node of its level, merged before or
/// not.</remarks>
static class Unet3DNasFpn
{
    const int Levels = 4,
        Cells = 2;

    static readonly MergingDecisions _cell = new([1, 2, 3, 4], [1, 2, 3, 4], Intermediates: 2);

    public static Space Decoder { get; } =
        new(
            new("unet3d_nasfpn", _cell.All),
            "segmentation",
            "a cell that merges levels of a 3-D U-Net",
            "Ghiasi et al. 2019, arXiv:1904.07392; Çiçek et al. 2016, arXiv:1606.06650",
            _cell.Specify
        )
        {
            Build = Build,
            Profiles = ["search_proxy", "finetune", Unet3D.Small],
            VolumeProfiles = [Unet3D.Small, "search_proxy", "finetune"],
            UsualTarget = new(Shape.Of(4, 32, 32, 32), 3),
        };

    static Network Build(Point point, Target target)
    {
        // A level's map must be twice the next one's, or cells could not add them.
        if (target.Input.Sides.Any(side => side % (1 << (Levels - 1)) != 0))
            throw new RequestException(
                $"'unet3d_nasfpn' halves volumes {Levels - 1} times; sides of {target.Input.Sides} do not stay whole.",
                $"Take multiples of {1 << (Levels - 1)}."
            );
        var (filters, encoder) = target.Profile switch
        {
            "finetune" => (64, Node.Input(target.Input).PlainLevels(32, 64, 128, 256)),
            Unet3D.Small => (8, Node.Input(target.Input).PlainLevels(8, 16, 32, 64)),
            _ => (16, Node.Input(target.Input).PlainLevels(32, 64, 128, 256)),
        };
        var (cell, pyramid) = (_cell.NodesOf(point), new Node[Levels]);
        for (var level = 1; level <= Levels; level++)
            pyramid[level - 1] =
                encoder[level - 1].Channels == filters
                    ? encoder[level - 1]
                    : encoder[level - 1].In($"decoder.entry{level}").VolumeConv(filters, kernel: 1, null, bias: false);
        for (var repeat = 0; repeat < Cells; repeat++)
            pyramid = Merge(pyramid, cell, $"decoder.cell{repeat}");
        return Network.Of(("mask", Fuse(encoder, pyramid, filters).In("head").Conv(target.Classes, kernel: 1)));
    }

    static Node[] Merge(Node[] pyramid, MergingNode[] cell, string scope)
    {
        var features = pyramid.Select((map, i) => (Level: i + 1, Map: map, IsOutput: false)).ToList();
        foreach (var (i, node) in cell.Index())
        {
            Node At(int feature) =>
                Resample(features[feature].Map.In($"{scope}.node{i}"), features[feature].Level, node.Level);
            // The coarser map attends; of equal levels the first.
            var x =
                !node.Attends ? At(node.First).Add(At(node.Second))
                : features[node.Second].Level > features[node.First].Level
                    ? MergingCell.Attend(At(node.Second), At(node.First))
                : MergingCell.Attend(At(node.First), At(node.Second));
            Node[] more = node.IsOutput
                ?
                [
                    .. features
                        .Where(feature => !feature.IsOutput && feature.Level == node.Level)
                        .Select(feature => feature.Map),
                ]
                : [];
            x = more.Length == 0 ? x : x.Add(more);
            features.Add(
                (node.Level, x.Relu().VolumeConv(pyramid[0].Channels, kernel: 3, null, bias: false), node.IsOutput)
            );
        }
        return
        [
            .. features
                .Where(feature => feature.IsOutput)
                .OrderBy(feature => feature.Level)
                .Select(feature => feature.Map),
        ];
    }

    static Node Resample(Node x, int from, int to) =>
        from < to ? x.MaxPool(1 << (to - from), 1 << (to - from), Padding.None)
        : from > to ? x.Then(new Layer.Upsample(1 << (from - to)))
        : x;

    // From coarse to fine the encoder's map, the cell's, and what was fused so far are joined.
    static Node Fuse(Node[] encoder, Node[] pyramid, int filters)
    {
        Node? x = null;
        for (var level = Levels; level >= 1; level--)
        {
            var scope = $"decoder.fusion{level}";
            var joined = encoder[level - 1].In(scope);
            joined = x is null
                ? joined.Concatenate(pyramid[level - 1])
                : joined.Concatenate(
                    pyramid[level - 1],
                    VolumeBlocks.Leaky(
                        x.In(scope).TransposedConv(filters, kernel: 2, stride: 2, bias: true).InstanceNorm()
                    )
                );
            x = joined.VolumeConv(filters, kernel: 3, VolumeBlocks.Leaky, bias: false);
        }
        // There are levels.
        return x!.In("decoder.last").VolumeConv(filters, kernel: 3, VolumeBlocks.Leaky, bias: false);
    }
}
