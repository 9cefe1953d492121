namespace EvoNas.Networks;

/// <summary>One map of a feature pyramid.</summary>
/// <param name="Level">Its side is ⌈side of the image / 2^level⌉.</param>
/// <param name="Map">[N, C, H, W].</param>
public sealed record PyramidLevel(int Level, Node Map);

/// <summary>What a network does with a pyramid of maps that have equal channels.</summary>
public abstract record PyramidHead
{
    PyramidHead() { }

    /// <summary>Nothing: the maps are the outputs, <c>level3</c>, <c>level4</c>, ….</summary>
    public sealed record None : PyramidHead;

    /// <summary>A one-stage detector: on every map two towers of 3×3 convolutions, then a 3×3 convolution to
    /// <c>scores3</c>, … [N, classes·anchors, H, W] and <c>boxes3</c>, … [N, 4·anchors, H, W]. All levels share the
    /// convolutions; normalisations are each level's own.</summary>
    /// <param name="Convolutions">In a tower.</param>
    /// <param name="Filters">Channels inside a tower.</param>
    /// <param name="Separable">Every 3×3 convolution is a depthwise one and a 1×1, as on phones.</param>
    /// <param name="Anchors">Boxes a place; usually 3 scales of 3 shapes.</param>
    /// <remarks>Source: Lin et al. 2017, arXiv:1708.02002, fig. 3. Classes include the background.</remarks>
    public sealed record RetinaNet(int Convolutions, int Filters, bool Separable = false, int Anchors = 9)
        : PyramidHead;

    /// <summary>Classes of pixels, from the finest map or from all of them: 3×3 convolutions with normalisation and
    /// activation, then a 1×1 to <c>mask</c> [N, classes, H, W] at the finest map's sides.</summary>
    /// <param name="Convolutions">Before the last one.</param>
    /// <param name="Filters">Their channels.</param>
    /// <param name="IsFused">True: the maps are first resized (bilinear) to the sides of the finest one and added,
    /// which costs no weights. False: the finest map alone.</param>
    /// <remarks>Source: Du et al. 2020, arXiv:1912.05027, and <c>use_pyramid_fusion</c> of the released trainer of
    /// SpineNets; NAS-FPN's read the finest map.</remarks>
    public sealed record Segmentation(int Convolutions, int Filters, bool IsFused = false) : PyramidHead;

    /// <summary>Classes of images: the means of all maps, added, dropout, dense to <c>logits</c> [N,
    /// classes].</summary>
    /// <param name="Dropout">In [0, 1).</param>
    /// <remarks>Source: Du et al. 2020, arXiv:1912.05027, §3.3, which averages the maps at the finest one's sides: the
    /// same but for a factor that the dense layer learns.</remarks>
    public sealed record Classification(double Dropout = 0.2) : PyramidHead;

    /// <summary>A one-stage detector over the levels of a backbone without a pyramid.</summary>
    /// <param name="backbone">Levels 3 to 5.</param>
    /// <param name="isProxy">False: a pyramid of 256 channels up to level 7 and towers of four convolutions, as
    /// published. True: 48 channels up to level 6 and towers of two: for images of 128 pixels on a CPU.</param>
    /// <param name="classes">The background included.</param>
    /// <param name="style">Of normalisations and activations.</param>
    public static Network Detector(IReadOnlyList<PyramidLevel> backbone, bool isProxy, int classes, MobileStyle style)
    {
        var (filters, last, convolutions) = isProxy ? (48, 6, 2) : (256, 7, 4);
        return new RetinaNet(convolutions, filters).Over(
            FeaturePyramid.Extended(FeaturePyramid.Merge(backbone, filters, style), last, style),
            classes,
            style
        );
    }

    /// <summary>The network that ends in this head.</summary>
    /// <param name="levels">From fine to coarse; at least one.</param>
    /// <param name="classes">At least 1.</param>
    /// <param name="style">Of normalisations and activations.</param>
    public Network Over(IReadOnlyList<PyramidLevel> levels, int classes, MobileStyle style) =>
        this switch
        {
            None => Network.Of([.. levels.Select(level => ($"level{level.Level}", level.Map))]),
            RetinaNet head => Network.Of([
                .. Tower(levels, "scores", classes * head.Anchors, head, style),
                .. Tower(levels, "boxes", 4 * head.Anchors, head, style),
            ]),
            Segmentation head => Network.Of(("mask", Mask(Read(levels, head), classes, head, style))),
            Classification head => Network.Of(Mean(levels).Dropout(head.Dropout).Dense(classes)),
            _ => throw new System.Diagnostics.UnreachableException($"PyramidHead {GetType().Name} has no arm in Over."),
        };

    static IEnumerable<(string, Node)> Tower(
        IReadOnlyList<PyramidLevel> levels,
        string name,
        int channels,
        RetinaNet head,
        MobileStyle style
    )
    {
        var tower = Enumerable
            .Range(0, head.Convolutions)
            .Select(_ => new SharedConvolution(head.Filters, head.Separable))
            .ToArray();
        var predictor = new SharedConvolution(channels, head.Separable);
        foreach (var (level, map) in levels)
        {
            var x = map.In($"head.level{level}.{name}");
            foreach (var convolution in tower)
                x = convolution.Over(x).Norm(style.Epsilon, style.Decay).Activate(style.Activation);
            yield return ($"{name}{level}", predictor.Over(x));
        }
    }

    // Each map is resized at once, not level by level.
    static Node Read(IReadOnlyList<PyramidLevel> levels, Segmentation head)
    {
        var finest = levels[0].Map;
        if (!head.IsFused || levels.Count == 1)
            return finest.In("head");
        Node[] others =
        [
            .. levels.Skip(1).Select(level => level.Map.In($"head.fusion.level{level.Level}").Resize(finest.Shape)),
        ];
        return finest.In("head.fusion").Add(others).In("head");
    }

    static Node Mask(Node x, int classes, Segmentation head, MobileStyle style)
    {
        for (var i = 0; i < head.Convolutions; i++)
            x = x.ConvBlock(head.Filters, kernel: 3, stride: 1, style);
        return x.Conv(classes, kernel: 1, bias: true);
    }

    static Node Mean(IReadOnlyList<PyramidLevel> levels)
    {
        var means = levels.Select(level => level.Map.In("head").GlobalAveragePool()).ToArray();
        return means.Length == 1 ? means[0] : means[0].Add(means.AsSpan(1));
    }

    /// <summary>A 3×3 convolution with bias over any number of maps; the first makes its weights.</summary>
    sealed class SharedConvolution(int channels, bool separable)
    {
        Node? _depthwise,
            _kernel;

        public Node Over(Node x)
        {
            if (separable)
                x = _depthwise is null ? _depthwise = x.Depthwise(kernel: 3) : x.Again(_depthwise);
            return _kernel is null
                ? _kernel = x.Conv(channels, kernel: separable ? 1 : 3, bias: true)
                : x.Again(_kernel);
        }
    }
}
