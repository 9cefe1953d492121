using System.Collections.Frozen;
using EvoNas.Genetics;
using EvoNas.Networks;

namespace EvoNas.Spaces;

/// <summary>Scale-permuted backbones of mobile blocks: the released space <c>spinenet_mbconv</c>.</summary>
/// <remarks>Source: Du et al. 2020, arXiv:2010.11426. Repeats follow one another; in the released TensorFlow 2 code
/// every repeat reads the group's input, so that only the last one has an effect. No profile repeats blocks.</remarks>
static class SpineNetMobile
{
    const string Kind = "mbconv";

    // Alpha is silent: mobile resampling has no inner convolution.
    static readonly SpineScale _proxy = new(0.5, Alpha: 1, Repeats: 1, Endpoints: 64),
        _of49 = new(1.0, Alpha: 1, Repeats: 1, Endpoints: 48),
        _of49S = new(0.65, Alpha: 1, Repeats: 1, Endpoints: 40),
        _of49XS = new(0.6, Alpha: 1, Repeats: 1, Endpoints: 24);

    static readonly FrozenDictionary<string, (SpineScale Scale, PyramidHead Head)> _profiles = new Dictionary<
        string,
        (SpineScale, PyramidHead)
    >
    {
        ["search_proxy"] = (_proxy, new PyramidHead.None()),
        ["scale_49"] = (_of49, new PyramidHead.None()),
        ["scale_49s"] = (_of49S, new PyramidHead.None()),
        ["scale_49xs"] = (_of49XS, new PyramidHead.None()),
        ["retinanet"] = (_proxy, new PyramidHead.RetinaNet(4, 64, Separable: true)),
        ["retinanet_49"] = (_of49, new PyramidHead.RetinaNet(4, 48, Separable: true)),
        ["retinanet_49s"] = (_of49S, new PyramidHead.RetinaNet(4, 40, Separable: true)),
        ["retinanet_49xs"] = (_of49XS, new PyramidHead.RetinaNet(4, 24, Separable: true)),
        ["segmentation"] = (_proxy, new PyramidHead.Segmentation(2, 64)),
        ["segmentation_fused"] = (_proxy, new PyramidHead.Segmentation(2, 64, IsFused: true)),
        ["classification"] = (_proxy, new PyramidHead.Classification()),
        ["classification_49"] = (_of49, new PyramidHead.Classification()),
    }.ToFrozenDictionary();

    internal static SpineFamily Family { get; } = new([2, 3, 4, 4, 4, 4, 4, 5, 5, 5, 5], [-1, 0, 1, 2], [Kind], (1, 2));

    // Ibid., fig. 2.
    static readonly SpineBlock[] _published =
    [
        new(2, 0, Kind, 0, 1),
        new(3, -1, Kind, 1, 2),
        new(4, 0, Kind, 1, 2),
        new(4, -1, Kind, 3, 4),
        new(4, 0, Kind, 3, 5),
        new(5, 1, Kind, 4, 6),
        new(4, 0, Kind, 4, 6),
        new(4, 1, Kind, 7, 8),
        new(5, 2, Kind, 7, 9),
        new(5, 0, Kind, 9, 10),
        new(5, 0, Kind, 9, 11),
        new(4, 0, Kind, 6, 11, true),
        new(3, 0, Kind, 5, 11, true),
        new(5, 0, Kind, 8, 13, true),
        new(7, 0, Kind, 6, 15, true),
        new(6, 0, Kind, 13, 15, true),
    ];

    /// <summary>Mobile blocks of expansion 6 with squeeze-and-excitation.</summary>
    public static Space Mobile { get; } =
        new(
            new("spinenet_mbconv", Family.Decisions),
            "detection",
            "as spinenet, of mobile blocks",
            "Du et al. 2020, arXiv:2010.11426",
            Family.Specify
        )
        {
            Build = (point, target) =>
            {
                var (scale, head) = _profiles[target.Profile];
                var (spine, blocks) = (new MobileSpine(Family, target.Input, scale), Family.Blocks(point));
                return head.Over(spine.Endpoints(blocks, spine.Grow(blocks)), target.Classes, MobileSpine.Usual);
            },
            Profiles =
            [
                "search_proxy",
                .. _profiles.Keys.Where(name => name != "search_proxy").Order(StringComparer.Ordinal),
            ],
            ClassifyingProfile = "classification",
            DetectingProfiles =
            [
                .. _profiles.Keys.Where(name => name.StartsWith("retinanet", StringComparison.Ordinal)),
            ],
            SegmentingProfiles = ["segmentation_fused", "segmentation"],
            UsualTarget = new(Shape.Of(3, 512, 512), 91, "search_proxy"),
            Named =
            [
                Named("SpineNet-Mobile", 384, "retinanet_49"),
                Named("SpineNet-Mobile-49S", 320, "retinanet_49s"),
                Named("SpineNet-Mobile-49XS", 256, "retinanet_49xs"),
            ],
        };

    static NamedGenotype Named(string name, int side, string profile) =>
        new(name, Family.Encode(_published), new(Shape.Of(3, side, side), 91, profile));
}

/// <summary>SpineNet out of mobile blocks.</summary>
sealed class MobileSpine(SpineFamily family, Shape image, SpineScale scale) : Spine(family, image, scale, Usual)
{
    static readonly int[] Filters = [8, 16, 24, 40, 80, 112, 112, 112];

    /// <summary>TensorFlow 2's normalisation and padding, swish; ReLU in the squeeze.</summary>
    public static MobileStyle Usual { get; } = new(ActivationKind.Swish);

    protected override (SpineFeature, SpineFeature) Stem(Node x)
    {
        x = x.In("stem").ConvBlock(FiltersAt(0), kernel: 3, stride: 2, Style);
        var first = new SpineFeature(Group(x, level: 1, stride: 1, "stem0"), Level: 1, "mbconv");
        return (first, new(Group(first.Map, level: 2, stride: 2, "stem1"), Level: 2, "mbconv"));
    }

    protected override Node Resample(SpineFeature from, SpineBlock to, string scope)
    {
        var x = from.Map.In(scope);
        for (var level = from.Level; level < to.Level; level++)
            x = x.Depthwise(kernel: 3, stride: 2, Style.Padding)
                .Norm(Style.Epsilon, Style.Decay)
                .Activate(Style.Activation);
        if (from.Level > to.Level)
            x = Upsample(x, from.Level, to.Level);
        // No activation: it follows the sum.
        return x.Conv(FiltersAt(to.Level), kernel: 1).Norm(Style.Epsilon, Style.Decay);
    }

    protected override Node Apply(Node x, SpineBlock block) => MBConv(x, block.Level, stride: 1);

    Node Group(Node x, int level, int stride, string scope)
    {
        for (var repeat = 0; repeat < Scale.Repeats; repeat++)
            x = MBConv(x.In($"{scope}.repeat{repeat}"), level, repeat == 0 ? stride : 1);
        return x;
    }

    Node MBConv(Node x, int level, int stride) =>
        x.MBConv(FiltersAt(level), expansion: 6, kernel: 3, stride, squeeze: 0.2, Style);

    int FiltersAt(int level) => (int)(Filters[level] * Scale.Filters);
}
