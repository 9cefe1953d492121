using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Networks;

namespace EvoNas.Spaces;

/// <summary>A detector of vehicles in lidar scans from end to end: featurizer of pillars, backbone of five runs of
/// blocks at three levels, decoder; the head is fixed.</summary>
/// <remarks>Source: Lang et al. 2019, arXiv:1812.05784; the decisions are those of the released space. Kernel,
/// expansion and squeeze are silent where a block has none: residual blocks and bottlenecks are always 3×3, a plain
/// convolution has no expansion and no squeeze.</remarks>
static class PointPillars
{
    const int DecoderFilters = 128;

    const string Conv = "conv",
        Residual = "residual",
        Bottleneck = "bottleneck",
        MBConv = "mbconv";

    static readonly int[] BackboneLevels = [1, 2, 2, 3, 3];

    /// <summary>A run of equal blocks.</summary>
    sealed record Run(
        string Block,
        int Repeats,
        int Kernel,
        int Expansion,
        double Squeeze,
        string Activation,
        int Filters,
        int Level
    );

    public static Space EndToEnd { get; } =
        new(
            new(
                "pointpillars",
                [
                    Repeats("featurizer_blocks[0]"),
                    Activation("featurizer_blocks[0]"),
                    Filters("featurizer_blocks[0]", 64),
                    .. BackboneLevels
                        .Index()
                        .SelectMany(run =>
                            BlockDecisions($"backbone_blocks[{run.Index}]", Residual, Bottleneck, MBConv)
                                .Append(Filters($"backbone_blocks[{run.Index}]", 64 << (run.Item - 1)))
                        ),
                    .. Enumerable
                        .Range(0, 3)
                        .SelectMany(level =>
                            BlockDecisions($"decoder_blocks[{level}]", Conv, Residual, Bottleneck, MBConv)
                        ),
                ]
            ),
            "detection",
            "a detector of vehicles in lidar scans, from pillars to boxes",
            "Lang et al. 2019, arXiv:1812.05784",
            point => Specify(RunsOf(point))
        )
        {
            Build = (point, target) => Build(RunsOf(point), target),
            // Ten features a point; the image from above has 512×512 cells of 0.3 m. Background and vehicle.
            UsualTarget = new(Shape.Of(10, 512, 512), 2),
            Profiles = [.. PillarProfile.All.Select(profile => profile.Name)],
            LidarProfiles = ["search_proxy", "published", "search_proxy_rotated", "published_rotated"],
            Named =
            [
                new(
                    "PointPillars-Searched",
                    Genotype.Of(
                        0,
                        1,
                        1,
                        2,
                        1,
                        1,
                        0,
                        0,
                        1,
                        2,
                        1,
                        2,
                        1,
                        1,
                        0,
                        1,
                        2,
                        2,
                        0,
                        0,
                        0,
                        0,
                        1,
                        1,
                        2,
                        1,
                        0,
                        0,
                        0,
                        0,
                        0,
                        1,
                        1,
                        0,
                        0,
                        0,
                        1,
                        1,
                        0,
                        2,
                        1,
                        0,
                        0,
                        1,
                        1,
                        2,
                        0,
                        0,
                        0,
                        0,
                        0,
                        1,
                        0,
                        0,
                        0,
                        0
                    )
                ),
            ],
        };

    static Decision[] BlockDecisions(string block, params Literal[] kinds) =>
        [
            Decision.Among(block + ".block_fn", kinds),
            Repeats(block),
            Decision.Among(block + ".kernel_size", 3, 5),
            Decision.Among(block + ".expand_ratio", 1, 3, 6),
            Decision.Among(block + ".se_ratio", 0.0, 0.25),
            Activation(block),
        ];

    static Decision Repeats(string block) => Decision.Among(block + ".block_repeats", 1, 2, 3);

    static Decision Activation(string block) => Decision.Among(block + ".activation_fn", "swish", "relu");

    static Decision Filters(string block, int filters) =>
        Decision.Among(block + ".output_filters", (int)(0.75 * filters), filters, (int)(1.25 * filters));

    static (Run Featurizer, Run[] Backbone, Run[] Decoder) RunsOf(Point point)
    {
        var answers = point.Answers;
        Run At(int at, int filters, int level) =>
            new(
                answers[at].Word,
                answers[at + 1].Whole,
                answers[at + 2].Whole,
                answers[at + 3].Whole,
                answers[at + 4].Number,
                answers[at + 5].Word,
                filters,
                level
            );
        var (backbone, decoder) = (3, 3 + 7 * BackboneLevels.Length);
        return (
            new(Conv, answers[0].Whole, 1, 1, 0, answers[1].Word, answers[2].Whole, 0),
            [.. BackboneLevels.Select((level, i) => At(backbone + 7 * i, answers[backbone + 7 * i + 6].Whole, level))],
            [.. Enumerable.Range(0, 3).Select(i => At(decoder + 6 * i, DecoderFilters, i + 1))]
        );
    }

    static JsonObject Specify((Run Featurizer, Run[] Backbone, Run[] Decoder) runs) =>
        new()
        {
            ["featurizer"] = Specify([runs.Featurizer]),
            ["backbone"] = Specify(runs.Backbone),
            ["decoder"] = Specify(runs.Decoder),
        };

    static JsonArray Specify(Run[] runs) =>
        [
            .. runs.Select(run => new JsonObject
            {
                ["block_fn"] = run.Block,
                ["block_repeats"] = run.Repeats,
                ["kernel_size"] = run.Kernel,
                ["expand_ratio"] = run.Expansion,
                ["se_ratio"] = new Literal.Real(run.Squeeze).ToJson(),
                ["activation_fn"] = run.Activation,
                ["output_filters"] = run.Filters,
                ["level"] = run.Level,
            }),
        ];

    // The target's input is the image from above, with the features of a point as channels; a cell has at most one
    // pillar.
    static Network Build((Run Featurizer, Run[] Backbone, Run[] Decoder) runs, Target target)
    {
        if (target.Input.Dimensions != 2)
            throw new RequestException(
                "'pointpillars' is built for the features of a point and an image from above, "
                    + $"[features, height, width], not {target.Input}."
            );
        var profile = PillarProfile.Named(target.Profile);
        var (height, width) = (target.Input.Sides[0], target.Input.Sides[1]);
        var pillars = (int)Math.Min(profile.PillarsMax, target.Input.Area);
        Node Apply(Run run, Node x, string scope, int stride) => Applied(run, profile.Divisor, x, scope, stride);
        var x = Apply(
                runs.Featurizer,
                Node.Input(Shape.Of(target.Input.Channels, pillars, profile.PointsMax)),
                "featurizer",
                stride: 1
            )
            .FromAbove(Node.Input(Shape.Of(2, pillars)), height, width);

        var features = new Node[runs.Decoder.Length];
        foreach (var (i, run) in runs.Backbone.Index())
            features[run.Level - 1] = x = Apply(
                run,
                x,
                $"backbone.run{i}",
                stride: i == 0 || runs.Backbone[i - 1].Level < run.Level ? 2 : 1
            );

        // From coarse to fine, each level adds what lies above it; then the same kind of run once more, with weights of
        // its own.
        for (var level = features.Length - 1; level >= 0; level--)
        {
            var before = Apply(runs.Decoder[level], features[level], $"decoder.before{level + 1}", stride: 1);
            features[level] =
                level + 1 == features.Length
                    ? before
                    : before.Add(features[level + 1].In($"decoder.before{level + 1}").Upsample(2, before.Shape));
        }
        // Rotated boxes stand on the finest map alone, as where they were published.
        if (profile.IsRotated)
            return PillarBlocks.RotatedHead(
                new(1, Apply(runs.Decoder[0], features[0], "decoder.after1", stride: 1)),
                target.Classes - 1
            );
        return PillarBlocks.AnchorHead(
            [
                .. features.Select(
                    (map, level) =>
                        new PyramidLevel(
                            level + 1,
                            Apply(runs.Decoder[level], map, $"decoder.after{level + 1}", stride: 1)
                        )
                ),
            ],
            target.Classes
        );
    }

    static Node Applied(Run run, int divisor, Node x, string scope, int stride)
    {
        var filters = run.Filters / divisor;
        var style = new MobileStyle(
            run.Activation == "swish" ? ActivationKind.Swish : ActivationKind.Relu,
            // A few hundred steps: statistics that forget slower are still those of the beginning when it is judged.
            Decay: divisor == 1 ? 0.99 : 0.9
        );
        for (var repeat = 0; repeat < run.Repeats; repeat++)
        {
            var step = repeat == 0 ? stride : 1;
            x = x.In($"{scope}.{repeat}");
            x = run.Block switch
            {
                Conv => x.ConvBlock(filters, run.Kernel, step, style),
                Residual => x.Residual(filters, step, style),
                Bottleneck => x.Bottleneck(filters / 4, step, style),
                _ => x.MBConv(filters, run.Expansion, run.Kernel, step, run.Squeeze, style),
            };
        }
        return x;
    }
}
