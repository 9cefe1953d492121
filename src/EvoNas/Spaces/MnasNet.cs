using System.Text.Json.Nodes;
using EvoNas.Genetics;
using EvoNas.Networks;

namespace EvoNas.Spaces;

/// <summary>The factorized hierarchical space around MobileNetV2: seven groups of blocks; within a group all blocks are
/// alike.</summary>
/// <remarks>Source: Tan et al. 2019, arXiv:1807.11626, §4.1, in the form in which it was released as an open search
/// space.</remarks>
static class MnasNet
{
    // Levels 2 to 5 and the 1×1 convolution over the last, as the released network is counted without its classifier;
    // the same levels under a one-stage detector, as large as published or as small as a search on a CPU wants it.
    const string BackboneAlone = "backbone_with_1280_conv",
        Detector = "retinanet",
        DetectorProxy = "search_proxy";

    static readonly int[] Strides = [1, 2, 2, 2, 1, 2, 1];

    /// <summary>Around MobileNetV2's repeats and widths.</summary>
    public static Space AroundMobileNetV2 { get; } =
        Of(
            "mnasnet",
            "seven groups of mobile blocks around MobileNetV2",
            [1, 2, 3, 4, 3, 3, 1],
            [16, 24, 32, 64, 96, 160, 320]
        ) with
        {
            Named =
            [
                new(
                    "MobileNetV2",
                    Genotype.Of(
                    // Repeats and widths of the reference, mbconv, expansion 1 then 6, kernel 3, no squeeze.
                    [
                        0,
                        1,
                        0,
                        0,
                        0,
                        1,
                        .. Enumerable.Repeat<int[]>([0, 1, 2, 0, 0, 1], 6).SelectMany(group => group),
                    ]),
                    new(Shape.Of(3, 224, 224), 1000, "mobilenet")
                ),
            ],
        };

    /// <summary>Around MnasNet-A1's repeats and widths, of which the other space lacks some.</summary>
    public static Space AroundA1 { get; } =
        Of(
            "mnasnet-a1",
            "seven groups of mobile blocks around MnasNet-A1",
            [1, 2, 3, 4, 2, 3, 1],
            [16, 24, 40, 80, 112, 160, 320]
        ) with
        {
            Named =
            [
                new(
                    "MnasNet-A1",
                    Genotype.Of(
                        0,
                        1,
                        0,
                        0,
                        0,
                        1,
                        0,
                        1,
                        2,
                        0,
                        0,
                        1,
                        0,
                        1,
                        1,
                        1,
                        1,
                        1,
                        0,
                        1,
                        2,
                        0,
                        0,
                        1,
                        0,
                        1,
                        2,
                        0,
                        1,
                        1,
                        0,
                        1,
                        2,
                        1,
                        1,
                        1,
                        0,
                        1,
                        2,
                        0,
                        0,
                        1
                    )
                ),
            ],
        };

    static Space Of(string name, string summary, int[] repeats, int[] filters) =>
        new(
            new(name, [.. Enumerable.Range(0, 7).SelectMany(i => GroupDecisions(i, repeats[i], filters[i]))]),
            "classification",
            summary,
            "Tan et al. 2019, arXiv:1807.11626",
            Specify
        )
        {
            Build = Build,
            Backbone = (point, target) => Groups(point, target, ProfileOf(target.Profile).Style).Levels[1..],
            Profiles = ["mnasnet", "mobilenet", "pytorch", BackboneAlone, Detector, DetectorProxy],
            DetectingProfiles = [DetectorProxy, Detector],
            // The released networks have a class for the background.
            UsualTarget = new(Shape.Of(3, 224, 224), 1001),
        };

    static IEnumerable<Decision> GroupDecisions(int i, int repeats, int filters) =>
        [
            repeats > 1
                ? Decision.Among($"blocks[{i}].num_repeats", repeats, repeats - 1, repeats + 1)
                : Decision.Among($"blocks[{i}].num_repeats", 1, 2),
            Decision.Among($"blocks[{i}].block_fn", "conv", "mbconv"),
            Decision.Among($"blocks[{i}].expand_ratio", 1, 3, 6),
            Decision.Among($"blocks[{i}].kernel_size", 3, 5),
            Decision.Among($"blocks[{i}].se_ratio", 0.0, 0.25),
            Decision.Among($"blocks[{i}].output_filters", (int)(0.75 * filters), filters, (int)(1.25 * filters)),
        ];

    static JsonArray Specify(Point point) =>
        [
            .. Enumerable
                .Range(0, Strides.Length)
                .Select(i =>
                    (JsonNode)
                        new JsonObject(
                            point
                                .Answers.Skip(6 * i)
                                .Take(6)
                                .Select(answer =>
                                    KeyValuePair.Create(
                                        answer.Id[(answer.Id.IndexOf('.') + 1)..],
                                        (JsonNode?)answer.Value.ToJson()
                                    )
                                )
                        )
                ),
        ];

    static Network Build(Point point, Target target)
    {
        var (style, head) = ProfileOf(target.Profile);
        var (x, levels) = Groups(point, target, style);
        if (target.Profile is Detector or DetectorProxy)
            return PyramidHead.Detector(levels[1..], isProxy: target.Profile == DetectorProxy, target.Classes, style);
        x = x.In("head");
        x = head == 0 ? x : x.ConvBlock(head, kernel: 1, stride: 1, style);
        // The last map is called 6 in the release, though its sides are those of level 5.
        if (target.Profile == BackboneAlone)
            return Network.Of([.. levels.Select(level => ($"level{level.Level}", level.Map)), ("level6", x)]);
        return Network.Of(x.GlobalAveragePool().Dropout(0.2).Dense(target.Classes));
    }

    // The last map, and the levels from 2 on.
    static (Node Last, List<PyramidLevel> Levels) Groups(Point point, Target target, MobileStyle style)
    {
        var x = Node.Input(target.Input).In("stem").ConvBlock(32, kernel: 3, stride: 2, style);
        var levels = new List<PyramidLevel>();
        for (var i = 0; i < Strides.Length; i++)
        {
            var (repeats, kind, expansion, kernel, squeeze, filters) = (
                point.Answers[6 * i],
                point.Answers[6 * i + 1].Word,
                point.Answers[6 * i + 2].Whole,
                point.Answers[6 * i + 3].Whole,
                point.Answers[6 * i + 4].Number,
                point.Answers[6 * i + 5].Whole
            );
            for (var block = 0; block < repeats.Whole; block++)
            {
                var stride = block == 0 ? Strides[i] : 1;
                x = x.In($"blocks{i}.{block}");
                // A plain convolution has neither expansion nor squeeze: those two genes are silent.
                x =
                    kind == "conv"
                        ? x.ConvBlock(filters, kernel, stride, style)
                        : x.MBConv(filters, expansion, kernel, stride, squeeze, style);
            }
            // A level ends where the next group halves the map.
            if (i > 0 && (i + 1 == Strides.Length || Strides[i + 1] == 2))
                levels.Add(new(levels.Count + 2, x));
        }
        return (x, levels);
    }

    // mnasnet: TensorFlow 2, the one that was searched. mobilenet: as MobileNetV2 was published. pytorch: the port,
    // which differs in the squeeze, puts an activation after the projection, and has no 1×1 convolution before the
    // head.
    static (MobileStyle Style, int Head) ProfileOf(string profile) =>
        profile switch
        {
            "mobilenet" => (new(ActivationKind.Relu6, Padding.Symmetric, Epsilon: 1e-5, Decay: 0.9), 1280),
            "pytorch" => (
                new(
                    ActivationKind.Relu,
                    Padding.Symmetric,
                    Epsilon: 1e-5,
                    Decay: 0.9,
                    SqueezeOf.Expanded,
                    ActivationKind.Swish,
                    ActivatesProjection: true
                ),
                0
            ),
            // A few hundred steps: statistics that forget slower are still those of the beginning when it is judged.
            DetectorProxy => (new(Decay: 0.9), 0),
            _ => (new(), 1280),
        };
}
