using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Networks;

namespace EvoNas.Spaces;

/// <summary>Groups of MBConv and Fused-MBConv around the EfficientNetV2s; within a group all blocks are
/// alike.</summary>
/// <remarks>Source: Tan and Le 2021, arXiv:2104.00298, tables 4 and 8; the decisions are those of the released search
/// space around the B0 layout. That space's six groups do not hold the larger networks, so each of them has a space of
/// its own with the same decisions around its repeats and widths.</remarks>
static class EfficientNetV2
{
    const int Genes = 7;

    static readonly int[] Expansions = [1, 2, 4, 6];

    // The TensorFlow 1 code: an explicit padding before strides, swish in the squeeze. Padding of odd kernels is then
    // the same on both sides.
    static readonly MobileStyle _released = new(
        ActivationKind.Swish,
        Padding.Symmetric,
        Epsilon: 1e-4,
        Decay: 0.997,
        SqueezeActivation: ActivationKind.Swish
    );

    static readonly MobileStyle _published = _released with { Epsilon = 1e-3, Decay = 0.9 };

    /// <summary>The released space: six groups around EfficientNetV2-B0.</summary>
    public static Space AroundB0 { get; } =
        Of(
            "efficientnet_v2",
            "B0",
            224,
            new(
                Stem: 32,
                [
                    new(1, "fused_mbconv", 1, 0, 16, 1),
                    new(2, "fused_mbconv", 4, 0, 32, 2),
                    new(2, "fused_mbconv", 4, 0, 48, 2),
                    new(3, "mbconv", 4, 0.25, 96, 2),
                    new(5, "mbconv", 6, 0.25, 112, 1),
                    new(8, "mbconv", 6, 0.25, 192, 2),
                ]
            )
        );

    /// <summary>Around EfficientNetV2-S.</summary>
    public static Space AroundS { get; } =
        Of(
            "efficientnet_v2-s",
            "S",
            384,
            new(
                Stem: 24,
                [
                    new(2, "fused_mbconv", 1, 0, 24, 1),
                    new(4, "fused_mbconv", 4, 0, 48, 2),
                    new(4, "fused_mbconv", 4, 0, 64, 2),
                    new(6, "mbconv", 4, 0.25, 128, 2),
                    new(9, "mbconv", 6, 0.25, 160, 1),
                    new(15, "mbconv", 6, 0.25, 256, 2),
                ]
            )
        );

    /// <summary>Around EfficientNetV2-M: seven groups.</summary>
    public static Space AroundM { get; } =
        Of(
            "efficientnet_v2-m",
            "M",
            480,
            new(
                Stem: 24,
                [
                    new(3, "fused_mbconv", 1, 0, 24, 1),
                    new(5, "fused_mbconv", 4, 0, 48, 2),
                    new(5, "fused_mbconv", 4, 0, 80, 2),
                    new(7, "mbconv", 4, 0.25, 160, 2),
                    new(14, "mbconv", 6, 0.25, 176, 1),
                    new(18, "mbconv", 6, 0.25, 304, 2),
                    new(5, "mbconv", 6, 0.25, 512, 1),
                ]
            )
        );

    /// <summary>Around EfficientNetV2-L: seven groups.</summary>
    public static Space AroundL { get; } =
        Of(
            "efficientnet_v2-l",
            "L",
            480,
            new(
                Stem: 32,
                [
                    new(4, "fused_mbconv", 1, 0, 32, 1),
                    new(7, "fused_mbconv", 4, 0, 64, 2),
                    new(7, "fused_mbconv", 4, 0, 96, 2),
                    new(10, "mbconv", 4, 0.25, 192, 2),
                    new(19, "mbconv", 6, 0.25, 224, 1),
                    new(25, "mbconv", 6, 0.25, 384, 2),
                    new(7, "mbconv", 6, 0.25, 640, 1),
                ]
            )
        );

    /// <summary>A group of the published network: the first candidates around which a space lies.</summary>
    sealed record Group(int Repeats, string Kind, int Expansion, double Squeeze, int Filters, int Stride);

    sealed record Layout(int Stem, Sequence<Group> Groups);

    static Space Of(string name, string size, int side, Layout layout) =>
        new(
            new(name, [.. layout.Groups.SelectMany((group, i) => GroupDecisions(i, group))]),
            "detection",
            $"{(layout.Groups.Count == 6 ? "six" : "seven")} groups of MBConv "
                + $"and Fused-MBConv around EfficientNetV2-{size}",
            "Tan and Le 2021, arXiv:2104.00298",
            Specify
        )
        {
            Build = (point, target) => Build(layout, point, target),
            Backbone = (point, target) => FromLevel3(Groups(layout, point, target).Levels),
            // backbone: levels 2 to 5, as the released space is counted. classification: the same with a head.
            // published: the block and the head as in the paper's networks. retinanet: levels 3 to 5 under a one-stage
            // detector. search_proxy: under a small one.
            Profiles = ["backbone", "classification", "published", "retinanet", "search_proxy"],
            DetectingProfiles = ["search_proxy", "retinanet"],
            ClassifyingProfile = "classification",
            UsualTarget = new(Shape.Of(3, 512, 512), 1000, "backbone"),
            Named =
            [
                new(
                    $"EfficientNetV2-{size}",
                    Genotype.Of([.. layout.Groups.SelectMany(GenesOf)]),
                    new(Shape.Of(3, side, side), 1000, "published")
                ),
            ],
        };

    static IEnumerable<Decision> GroupDecisions(int i, Group group) =>
        [
            group.Repeats > 1
                ? Decision.Among($"blocks[{i}].num_repeats", group.Repeats, group.Repeats - 1, group.Repeats + 1)
                : Decision.Among($"blocks[{i}].num_repeats", 1, 2),
            Decision.Among($"blocks[{i}].block_type", "mbconv", "fused_mbconv"),
            new Decision.OneOf($"blocks[{i}].expand_ratio", [.. Expansions.Select(ratio => new Candidate(ratio))]),
            Decision.Among($"blocks[{i}].kernel_size", 3, 5),
            Decision.Among($"blocks[{i}].se_ratio", 0.0, 0.25),
            Decision.Among(
                $"blocks[{i}].output_filters",
                (int)(0.75 * group.Filters),
                group.Filters,
                (int)(1.25 * group.Filters)
            ),
            Decision.Among($"blocks[{i}].act_fn", "swish", "relu"),
        ];

    // The published networks have 3×3 kernels and swish throughout.
    static int[] GenesOf(Group group) =>
        [
            0,
            group.Kind == "mbconv" ? 0 : 1,
            Array.IndexOf(Expansions, group.Expansion),
            0,
            group.Squeeze == 0 ? 0 : 1,
            1,
            0,
        ];

    static JsonArray Specify(Point point) =>
        [
            .. point
                .Answers.Chunk(Genes)
                .Select(group =>
                    (JsonNode)
                        new JsonObject(
                            group.Select(answer =>
                                KeyValuePair.Create(
                                    answer.Id[(answer.Id.IndexOf('.') + 1)..],
                                    (JsonNode?)answer.Value.ToJson()
                                )
                            )
                        )
                ),
        ];

    static Network Build(Layout layout, Point point, Target target)
    {
        var common = StyleOf(target);
        var (x, levels) = Groups(layout, point, target);
        if (target.Profile is "retinanet" or "search_proxy")
            return PyramidHead.Detector(
                FromLevel3(levels),
                isProxy: target.Profile == "search_proxy",
                target.Classes,
                common
            );
        return target.Profile == "backbone"
            ? Network.Of([.. levels.Where(made => made.Key > 1).Select(made => ($"level{made.Key}", made.Value))])
            : Network.Of(
                x.In("head")
                    .ConvBlock(1280, kernel: 1, stride: 1, common)
                    .GlobalAveragePool()
                    .Dropout(0.2)
                    .Dense(target.Classes)
            );
    }

    // A few hundred steps: statistics that forget slower are still those of the beginning when it is judged.
    static MobileStyle StyleOf(Target target) =>
        target.Profile switch
        {
            "published" => _published,
            "search_proxy" => _released with { Decay = 0.9 },
            _ => _released,
        };

    static PyramidLevel[] FromLevel3(SortedDictionary<int, Node> levels) =>
        [.. levels.Where(made => made.Key > 2).Select(made => new PyramidLevel(made.Key, made.Value))];

    // The last map, and the last one of each level.
    static (Node Last, SortedDictionary<int, Node> Levels) Groups(Layout layout, Point point, Target target)
    {
        var (published, common) = (target.Profile == "published", StyleOf(target));
        var x = Node.Input(target.Input).In("stem").ConvBlock(layout.Stem, kernel: 3, stride: 2, common);
        // A level ends where the next group halves the map; of groups without a stride between them the last one
        // counts.
        var levels = new SortedDictionary<int, Node>();
        var level = 1;
        for (var i = 0; i < layout.Groups.Count; i++)
        {
            var (repeats, fused, expansion, kernel, squeeze, filters, relu) = (
                point.Answers[Genes * i].Whole,
                point.Answers[Genes * i + 1].Word == "fused_mbconv",
                point.Answers[Genes * i + 2].Whole,
                point.Answers[Genes * i + 3].Whole,
                point.Answers[Genes * i + 4].Number,
                point.Answers[Genes * i + 5].Whole,
                point.Answers[Genes * i + 6].Word == "relu"
            );
            var style = relu ? common with { Activation = ActivationKind.Relu } : common;
            for (var block = 0; block < repeats; block++)
            {
                var stride = block == 0 ? layout.Groups[i].Stride : 1;
                x = x.In($"blocks{i}.{block}");
                x = fused
                    ? x.FusedMBConv(filters, expansion, kernel, stride, squeeze, style, projects: !published)
                    : x.MBConv(filters, expansion, kernel, stride, squeeze, style);
            }
            if (layout.Groups[i].Stride == 2)
                level++;
            levels[level] = x;
        }
        return (x, levels);
    }
}
