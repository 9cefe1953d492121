namespace EvoNas.Networks;

/// <summary>The blocks of 3-D U-Nets. All maps are [N, C, D, H, W]; kernels are cubes with ⌊k/2⌋ zeros around the
/// map.</summary>
/// <remarks>Sources: Ronneberger et al. 2015, arXiv:1505.04597; Çiçek et al. 2016, arXiv:1606.06650; in the form of
/// MONAI's BasicUNet (0.5.2).</remarks>
public static class VolumeBlocks
{
    /// <summary>Of the leaky rectifiers of decoders.</summary>
    public const double Slope = 0.1;

    /// <summary>Convolution, instance normalisation, activation.</summary>
    /// <param name="x">Input.</param>
    /// <param name="channels">Of the output.</param>
    /// <param name="kernel">Side of the kernel; odd.</param>
    /// <param name="activation">After the normalisation; null: none.</param>
    /// <param name="bias">Of the convolution, although the normalisation takes it away again.</param>
    public static Node VolumeConv(this Node x, int channels, int kernel, Func<Node, Node>? activation, bool bias = true)
    {
        var y = x.Conv(channels, kernel, bias: bias, padding: Padding.Symmetric).InstanceNorm();
        return activation is null ? y : activation(y);
    }

    /// <summary>Two 3×3×3 convolutions with normalisation and leaky rectifier.</summary>
    public static Node TwoConv(this Node x, int channels) =>
        x.VolumeConv(channels, 3, Leaky).VolumeConv(channels, 3, Leaky);

    /// <summary>A block of two k×k×k convolutions: [squeeze-excite,] [plus shortcut,] activation.</summary>
    /// <param name="x">Input.</param>
    /// <param name="filters">Channels of the output.</param>
    /// <param name="kernel">Side of the kernels; odd.</param>
    /// <param name="skips">Adds the input; through a 1×1×1 convolution with bias where the channels differ.</param>
    /// <param name="squeeze">The reciprocal of the squeeze's reduction; 0 leaves it out.</param>
    /// <param name="activation">After the first convolution and at the end.</param>
    public static Node VolumeBasic(
        this Node x,
        int filters,
        int kernel,
        bool skips,
        double squeeze,
        Func<Node, Node> activation
    ) =>
        x.VolumeConv(filters, kernel, activation)
            .VolumeConv(filters, kernel, null)
            .Finished(x, skips, squeeze, activation);

    /// <summary>A block of a 1×1×1, a k×k×k and a 1×1×1 convolution to four times the filters: [squeeze-excite,] [plus
    /// shortcut,] activation.</summary>
    /// <param name="x">Input.</param>
    /// <param name="filters">Channels inside; the output has four times as many.</param>
    /// <param name="kernel">Side of the middle kernel; odd.</param>
    /// <param name="skips">Adds the input; through a 1×1×1 convolution with bias where the channels differ.</param>
    /// <param name="squeeze">The reciprocal of the squeeze's reduction; 0 leaves it out.</param>
    /// <param name="activation">After the first two convolutions and at the end.</param>
    public static Node VolumeBottleneck(
        this Node x,
        int filters,
        int kernel,
        bool skips,
        double squeeze,
        Func<Node, Node> activation
    ) =>
        x.VolumeConv(filters, 1, activation)
            .VolumeConv(filters, kernel, activation)
            .VolumeConv(checked(4 * filters), 1, null)
            .Finished(x, skips, squeeze, activation);

    /// <summary>The levels of the plain encoder: two convolutions, and a max-pool by 2 before each level but the
    /// first.</summary>
    /// <param name="x">Input.</param>
    /// <param name="features">Channels of each level, from fine to coarse.</param>
    /// <returns>A map a level, from fine to coarse.</returns>
    public static Node[] PlainLevels(this Node x, params ReadOnlySpan<int> features)
    {
        var levels = new Node[features.Length];
        for (var level = 0; level < levels.Length; level++)
            levels[level] = (level == 0 ? x : levels[level - 1].In($"encoder.level{level}").Halved())
                .In($"encoder.level{level}")
                .TwoConv(features[level]);
        return levels;
    }

    /// <summary>The decoder: from coarse to fine the map is doubled by a transposed convolution, joined with the
    /// encoder's, and goes through two convolutions.</summary>
    /// <param name="levels">The encoder's maps, from fine to coarse; at least one.</param>
    /// <returns>A map with the channels and sides of the finest.</returns>
    public static Node UNetDecoder(IReadOnlyList<Node> levels)
    {
        var x = levels[^1];
        for (var level = levels.Count - 2; level >= 0; level--)
        {
            // The last step does not halve the channels.
            x = x.In($"decoder.level{level}")
                .TransposedConv(level == 0 ? levels[1].Channels : x.Channels / 2, kernel: 2, stride: 2, bias: true)
                .ExtendedTo(levels[level].Shape);
            x = levels[level].In($"decoder.level{level}").Concatenate(x).TwoConv(levels[level].Channels);
        }
        return x;
    }

    /// <summary>The plain U-Net: encoder, decoder, 1×1×1 convolution with bias.</summary>
    /// <param name="x">Input.</param>
    /// <param name="classes">Channels of the output.</param>
    /// <param name="features">Channels of each level, from fine to coarse.</param>
    public static Node UNet(this Node x, int classes, params ReadOnlySpan<int> features) =>
        UNetDecoder(x.PlainLevels(features)).In("head").Conv(classes, kernel: 1, bias: true);

    /// <summary>Max-pool by 2; an odd last plane is left out.</summary>
    public static Node Halved(this Node x) => x.MaxPool(kernel: 2, stride: 2, Padding.None);

    internal static Node Leaky(Node x) => x.LeakyRelu(Slope);

    static Node Finished(this Node y, Node x, bool skips, double squeeze, Func<Node, Node> activation)
    {
        y = squeeze == 0 ? y : y.SqueezeExcite(y.Channels / (int)(1 / squeeze));
        if (!skips)
            return activation(y);
        return activation(
            y.Add(x.Channels == y.Channels ? x : x.In(x.Scope + ".shortcut").Conv(y.Channels, kernel: 1, bias: true))
        );
    }

    // Twice the half of an odd side is one short.
    static Node ExtendedTo(this Node x, Shape like)
    {
        var more = new int[x.Shape.Dimensions];
        for (var i = 0; i < more.Length; i++)
            more[i] = like.Sides[i] - x.Shape.Sides[i];
        return more.All(one => one == 0) ? x : x.Then(new Layer.Extend([.. more]));
    }
}
