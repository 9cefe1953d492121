using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Networks;

namespace EvoNas.Spaces;

/// <summary>A U-Net over volumes whose encoder is searched: at each of four levels kind, width, number, kernel,
/// shortcut and squeeze of the blocks.</summary>
/// <remarks>Sources: Çiçek et al. 2016, arXiv:1606.06650, for the network; the decisions are those of the open search
/// space for medical volumes. The decoder follows from the encoder: <see cref="VolumeBlocks.UNetDecoder"/>.</remarks>
static class Unet3D
{
    /// <summary>The profile with a quarter of the filters: networks that a CPU trains.</summary>
    public const string Small = "small";

    const string Bottleneck = "bottleneck_block";

    // What the filters of a profile are divided by.
    const int SmallDivisor = 4;

    static readonly int[] Filters = [32, 64, 128, 256];

    public static Space Encoder { get; } =
        new(
            new(
                "unet3d_encoder",
                [
                    .. Filters.SelectMany((filters, level) => LevelDecisions($"blocks[{level}]", filters)),
                    Decision.Among("activation", "relu", "swish"),
                ]
            ),
            "segmentation",
            "the encoder of a 3-D U-Net: blocks of four levels",
            "Çiçek et al. 2016, arXiv:1606.06650",
            Specify
        )
        {
            Build = Build,
            Profiles = ["search_proxy", Small],
            VolumeProfiles = [Small, "search_proxy"],
            // Four modalities of a scan; three kinds of tissue.
            UsualTarget = new(Shape.Of(4, 32, 32, 32), 3),
        };

    static IEnumerable<Decision> LevelDecisions(string block, int filters) =>
        [
            Decision.Among(block + ".block_type", "basic_block", Bottleneck),
            Decision.Among(block + ".num_filters", (int)(0.75 * filters), filters, (int)(1.25 * filters)),
            Decision.Among(block + ".num_repeats", 1, 2, 3),
            Decision.Among(block + ".kernel_size", 3, 5),
            Decision.Among(block + ".id_skip", false, true),
            Decision.Among(block + ".se_ratio", 0.0, 0.25, 0.5),
        ];

    static JsonObject Specify(Point point) =>
        new()
        {
            ["blocks"] = new JsonArray([
                .. Enumerable
                    .Range(0, Filters.Length)
                    .Select(level => new JsonObject(
                        point
                            .Answers.Skip(6 * level)
                            .Take(6)
                            .Select(answer =>
                                KeyValuePair.Create(
                                    answer.Id[(answer.Id.IndexOf('.') + 1)..],
                                    (JsonNode?)answer.Value.ToJson()
                                )
                            )
                    )),
            ]),
            ["activation"] = point.Answers[^1].Word,
        };

    static Network Build(Point point, Target target)
    {
        if (target.Input.Sides.Any(side => side < 1 << (Filters.Length - 1)))
            throw new RequestException(
                $"'unet3d_encoder' halves volumes {Filters.Length - 1} times; "
                    + $"sides of {target.Input.Sides} are too small.",
                $"Take at least {1 << (Filters.Length - 1)}."
            );
        Func<Node, Node> activation = point.Answers[^1].Word == "swish" ? x => x.Swish() : x => x.Relu();
        var levels = new Node[Filters.Length];
        var x = Node.Input(target.Input);
        for (var level = 0; level < levels.Length; level++)
        {
            x = level == 0 ? x : x.In($"encoder.level{level}").Halved();
            var answers = point.Answers.Skip(6 * level).Take(6).ToArray();
            var (filters, kernel, skips, squeeze) = (
                target.Profile == Small ? answers[1].Whole / SmallDivisor : answers[1].Whole,
                answers[3].Whole,
                answers[4].Number == 1,
                answers[5].Number
            );
            for (var repeat = 0; repeat < answers[2].Whole; repeat++)
            {
                x = x.In($"encoder.level{level}.block{repeat}");
                x =
                    answers[0].Word == Bottleneck
                        ? x.VolumeBottleneck(filters, kernel, skips, squeeze, activation)
                        : x.VolumeBasic(filters, kernel, skips, squeeze, activation);
            }
            levels[level] = x;
        }
        return Network.Of(
            ("mask", VolumeBlocks.UNetDecoder(levels).In("head").Conv(target.Classes, kernel: 1, bias: true))
        );
    }
}
