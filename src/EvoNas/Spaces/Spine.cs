using EvoNas.Networks;

namespace EvoNas.Spaces;

/// <summary>A value between the blocks of a scale-permuted network.</summary>
sealed record SpineFeature(Node Map, int Level, string Kind);

/// <summary>How large a scale-permuted network is built.</summary>
/// <param name="Filters">Multiplies the channels of every level; products are truncated.</param>
/// <param name="Alpha">Channels between the two convolutions of a resampling over the filters of the feature,
/// truncated.</param>
/// <param name="Repeats">Of a block.</param>
/// <param name="Endpoints">Channels of the pyramid.</param>
sealed record SpineScale(double Filters, double Alpha, int Repeats, int Endpoints);

/// <summary>Builds scale-permuted networks out of their blocks.</summary>
/// <remarks>Source: Du et al. 2020, arXiv:1912.05027, §3. The released code demands sides that are multiples of 128;
/// here the sides of a level are ⌈side/2^level⌉ for any image, and copies of an upsampling that overhang are
/// cropped.</remarks>
abstract class Spine(SpineFamily family, Shape image, SpineScale scale, MobileStyle style)
{
    protected SpineScale Scale { get; } = scale;

    protected MobileStyle Style { get; } = style;

    /// <summary>Every feature: the stem's two, then one a block, whether an output depends on it or not.</summary>
    public SpineFeature[] Grow(SpineBlock[] blocks)
    {
        var features = new SpineFeature[2 + blocks.Length];
        (features[0], features[1]) = Stem(Node.Input(image));
        var absorbed = family.Absorbed(blocks);
        for (var i = 0; i < blocks.Length; i++)
        {
            var block = blocks[i];
            var terms = new Node[1 + absorbed[i].Count];
            terms[0] = Resample(features[block.Second], block, $"blocks{i}.input1");
            for (var more = 0; more < absorbed[i].Count; more++)
                terms[1 + more] = features[absorbed[i][more]].Map;
            var x = Resample(features[block.First], block, $"blocks{i}.input0")
                .In($"blocks{i}.sum")
                .Add(terms)
                .Activate(Style.Activation);
            for (var repeat = 0; repeat < Scale.Repeats; repeat++)
                x = Apply(x.In($"blocks{i}.repeat{repeat}"), block);
            features[2 + i] = new(x, block.Level, block.Kind);
        }
        return features;
    }

    /// <summary>The pyramid: each output block's map through a 1×1 convolution.</summary>
    public PyramidLevel[] Endpoints(SpineBlock[] blocks, SpineFeature[] features) =>
        [
            .. Enumerable
                .Range(0, blocks.Length)
                .Where(i => blocks[i].IsOutput)
                .OrderBy(i => blocks[i].Level)
                .Select(i => new PyramidLevel(
                    blocks[i].Level,
                    features[2 + i]
                        .Map.In($"endpoints.level{blocks[i].Level}")
                        .ConvBlock(Scale.Endpoints, kernel: 1, stride: 1, Style)
                )),
        ];

    protected abstract (SpineFeature, SpineFeature) Stem(Node x);

    /// <summary>A feature with the sides and channels of a block.</summary>
    protected abstract Node Resample(SpineFeature from, SpineBlock to, string scope);

    protected abstract Node Apply(Node x, SpineBlock block);

    protected Node Upsample(Node x, int from, int to)
    {
        var sides = image.Sides;
        for (var level = 0; level < to; level++)
            sides = [.. sides.Select(side => (side + 1) / 2)];
        return x.Upsample(1 << (from - to), image with { Sides = sides });
    }
}
