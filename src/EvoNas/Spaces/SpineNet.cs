using System.Collections.Frozen;
using EvoNas.Genetics;
using EvoNas.Networks;

namespace EvoNas.Spaces;

/// <summary>Scale-permuted backbones of ResNet's blocks: the released spaces <c>spinenet</c> and
/// <c>spinenet_v2</c>.</summary>
/// <remarks>Source: Du et al. 2020, arXiv:1912.05027.</remarks>
static class SpineNet
{
    const string Residual = "residual",
        Bottleneck = "bottleneck";

    static readonly SpineScale _proxy = new(0.5, Alpha: 0.25, Repeats: 1, Endpoints: 64),
        _segmenting = new(0.25, Alpha: 0.25, Repeats: 1, Endpoints: 64),
        _of49S = new(0.65, Alpha: 0.5, Repeats: 1, Endpoints: 128),
        _of49 = new(1.0, Alpha: 0.5, Repeats: 1, Endpoints: 256),
        _of96 = new(1.0, Alpha: 0.5, Repeats: 2, Endpoints: 256),
        _of143 = new(1.0, Alpha: 1.0, Repeats: 3, Endpoints: 256),
        _of190 = new(1.3, Alpha: 1.0, Repeats: 4, Endpoints: 512);

    // search_proxy and scale_…: the backbone alone, at the scale of the search or of a published network. retinanet_…:
    // with a detector's head.
    static readonly (string Name, SpineScale Scale, PyramidHead Head)[] _profiles =
    [
        ("search_proxy", _proxy, new PyramidHead.None()),
        ("scale_49", _of49, new PyramidHead.None()),
        ("scale_49s", _of49S, new PyramidHead.None()),
        ("scale_96", _of96, new PyramidHead.None()),
        ("scale_143", _of143, new PyramidHead.None()),
        ("scale_190", _of190, new PyramidHead.None()),
        ("retinanet", _proxy, new PyramidHead.RetinaNet(4, 64)),
        ("retinanet_49s", _of49S, new PyramidHead.RetinaNet(4, 128)),
        ("retinanet_49", _of49, new PyramidHead.RetinaNet(4, 256)),
        ("retinanet_96", _of96, new PyramidHead.RetinaNet(4, 256)),
        ("retinanet_143", _of143, new PyramidHead.RetinaNet(4, 256)),
        ("retinanet_190", _of190, new PyramidHead.RetinaNet(7, 512)),
        ("segmentation", _segmenting, new PyramidHead.Segmentation(2, 64)),
        ("segmentation_fused", _segmenting, new PyramidHead.Segmentation(2, 64, IsFused: true)),
        ("classification", _proxy, new PyramidHead.Classification()),
        ("classification_49", _of49, new PyramidHead.Classification()),
        ("classification_143", _of143, new PyramidHead.Classification()),
    ];

    static readonly FrozenDictionary<string, (string Name, SpineScale Scale, PyramidHead Head)> _byName =
        _profiles.ToFrozenDictionary(profile => profile.Name);

    internal static SpineFamily Family { get; } =
        new([2, 3, 3, 3, 4, 4, 4, 4, 4, 5, 5], [-1, 0, 1, 2], [Residual, Bottleneck], (2, 2));

    internal static SpineFamily FamilyV2 { get; } =
        new([2, 3, 3, 3, 4, 4, 4, 4, 4, 5], [-1, 0, 1], [Bottleneck], (2, 2));

    /// <summary>The blocks of SpineNet-49 and larger.</summary>
    /// <remarks>Ibid., fig. 1 and table 8, 15 blocks; the space has 16. The eleventh here, at level 2, is read by
    /// no block, so it is no part of the network.</remarks>
    internal static SpineBlock[] Published { get; } =
    [
        new(2, 0, Bottleneck, 0, 1),
        new(4, 0, Residual, 0, 1),
        new(3, 0, Bottleneck, 2, 3),
        new(4, 0, Bottleneck, 2, 4),
        new(5, 1, Residual, 3, 5),
        new(4, 0, Bottleneck, 3, 5),
        new(4, 1, Residual, 6, 7),
        new(5, 2, Residual, 6, 8),
        new(4, 1, Bottleneck, 8, 9),
        new(3, 2, Bottleneck, 8, 10),
        new(3, -1, Bottleneck, 9, 10),
        new(4, 0, Bottleneck, 5, 10, true),
        new(3, 0, Bottleneck, 4, 10, true),
        new(5, 0, Bottleneck, 7, 13, true),
        new(7, 0, Bottleneck, 5, 15, true),
        new(6, 0, Bottleneck, 13, 15, true),
    ];

    /// <summary>Residual and bottleneck blocks.</summary>
    public static Space Original { get; } =
        Of("spinenet", Family, "blocks of permuted scales, residual or bottleneck, with cross-scale connections") with
        {
            Named =
            [
                Named("SpineNet-49S", 640, "retinanet_49s"),
                Named("SpineNet-49", 640, "retinanet_49"),
                Named("SpineNet-96", 1024, "retinanet_96"),
                Named("SpineNet-143", 1280, "retinanet_143"),
                Named("SpineNet-190", 1280, "retinanet_190"),
                Classifier("SpineNet-49-Classifier", "classification_49"),
                Classifier("SpineNet-143-Classifier", "classification_143"),
            ],
        };

    /// <summary>Bottleneck blocks alone, one fewer.</summary>
    public static Space Smaller { get; } =
        Of("spinenet_v2", FamilyV2, "as spinenet, one block fewer and all of them bottlenecks");

    /// <summary>The network of these blocks.</summary>
    internal static Network Build(
        SpineBlock[] blocks,
        SpineFamily family,
        Shape image,
        int classes,
        SpineScale scale,
        PyramidHead head
    )
    {
        var spine = new ResidualSpine(family, image, scale);
        return head.Over(spine.Endpoints(blocks, spine.Grow(blocks)), classes, ResidualSpine.Usual);
    }

    static Space Of(string name, SpineFamily family, string summary) =>
        new(new(name, family.Decisions), "detection", summary, "Du et al. 2020, arXiv:1912.05027", family.Specify)
        {
            Build = (point, target) =>
                Build(
                    family.Blocks(point),
                    family,
                    target.Input,
                    target.Classes,
                    _byName[target.Profile].Scale,
                    _byName[target.Profile].Head
                ),
            Spine = point => new(family.Blocks(point), family),
            Profiles = [.. _profiles.Select(profile => profile.Name)],
            ClassifyingProfile = "classification",
            DetectingProfiles =
            [
                .. _profiles
                    .Select(profile => profile.Name)
                    .Where(name => name.StartsWith("retinanet", StringComparison.Ordinal)),
            ],
            SegmentingProfiles = ["segmentation_fused", "segmentation"],
            UsualTarget = new(Shape.Of(3, 512, 512), 91, "search_proxy"),
        };

    static NamedGenotype Named(string name, int side, string profile) =>
        new(name, Family.Encode(Published), new(Shape.Of(3, side, side), 91, profile));

    // Du et al. 2020, §4.3: ImageNet.
    static NamedGenotype Classifier(string name, string profile) =>
        new(name, Family.Encode(Published), new(Shape.Of(3, 224, 224), 1000, profile));
}

/// <summary>SpineNet out of ResNet's blocks.</summary>
sealed class ResidualSpine(SpineFamily family, Shape image, SpineScale scale) : Spine(family, image, scale, Usual)
{
    static readonly int[] Filters = [0, 32, 64, 128, 256, 256, 256, 256];

    /// <summary>TensorFlow 2's normalisation and padding, ReLU.</summary>
    public static MobileStyle Usual { get; } = new();

    protected override (SpineFeature, SpineFeature) Stem(Node x)
    {
        x = x.In("stem").ConvBlock(64, kernel: 7, stride: 2, Style).MaxPool(kernel: 3, stride: 2);
        var first = new SpineFeature(Group(x, "stem0"), Level: 2, "bottleneck");
        return (first, new(Group(first.Map, "stem1"), Level: 2, "bottleneck"));
    }

    protected override Node Resample(SpineFeature from, SpineBlock to, string scope)
    {
        var inside = (int)((from.Kind == "bottleneck" ? from.Map.Channels / 4 : from.Map.Channels) * Scale.Alpha);
        var x = from.Map.In(scope).ConvBlock(inside, kernel: 1, stride: 1, Style);
        if (from.Level < to.Level)
        {
            x = x.ConvBlock(inside, kernel: 3, stride: 2, Style);
            for (var level = from.Level + 1; level < to.Level; level++)
                x = x.MaxPool(kernel: 3, stride: 2);
        }
        else if (from.Level > to.Level)
            x = Upsample(x, from.Level, to.Level);
        // No activation: it follows the sum.
        return x.Conv(FiltersAt(to.Level) * (to.Kind == "bottleneck" ? 4 : 1), kernel: 1)
            .Norm(Style.Epsilon, Style.Decay);
    }

    protected override Node Apply(Node x, SpineBlock block) =>
        block.Kind == "bottleneck"
            ? x.Bottleneck(FiltersAt(block.Level), stride: 1, Style)
            : x.Residual(FiltersAt(block.Level), stride: 1, Style);

    Node Group(Node x, string scope)
    {
        for (var repeat = 0; repeat < Scale.Repeats; repeat++)
            x = x.In($"{scope}.repeat{repeat}").Bottleneck(FiltersAt(2), stride: 1, Style);
        return x;
    }

    int FiltersAt(int level) => (int)(Filters[level] * Scale.Filters);
}
