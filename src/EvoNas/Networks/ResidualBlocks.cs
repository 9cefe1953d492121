namespace EvoNas.Networks;

/// <summary>Blocks that add what they compute to what they were given.</summary>
public static class ResidualBlocks
{
    /// <summary>The block of ResNet-18: 3×3, 3×3, each with normalisation and the first with activation; plus the
    /// shortcut; activation.</summary>
    /// <param name="x">Input, [N, C, H, W].</param>
    /// <param name="filters">Channels inside and of the output.</param>
    /// <param name="stride">Of the first convolution.</param>
    /// <param name="style">Padding, normalisation and activation.</param>
    /// <param name="project">The shortcut is a 1×1 convolution even where the shapes agree; it is one anyway where they
    /// do not.</param>
    /// <returns>Output, [N, <paramref name="filters"/>, ⌈H/stride⌉, ⌈W/stride⌉].</returns>
    /// <remarks>Source: He et al. 2016, arXiv:1512.03385, fig. 5 left.</remarks>
    public static Node Residual(this Node x, int filters, int stride, MobileStyle style, bool project = false) =>
        x.ConvBlock(filters, kernel: 3, stride, style)
            .Conv(filters, kernel: 3, padding: style.Padding)
            .Norm(style.Epsilon, style.Decay)
            .Add(x.Shortcut(filters, stride, style, project))
            .Activate(style.Activation);

    /// <summary>The block of ResNet-50: 1×1, 3×3, 1×1 to four times the filters, each with normalisation and all but
    /// the last with activation; plus the shortcut; activation.</summary>
    /// <param name="x">Input, [N, C, H, W].</param>
    /// <param name="filters">Channels inside; the output has four times as many.</param>
    /// <param name="stride">Of the 3×3 convolution.</param>
    /// <param name="style">Padding, normalisation and activation.</param>
    /// <param name="project">The shortcut is a 1×1 convolution even where the shapes agree; it is one anyway where they
    /// do not.</param>
    /// <returns>Output, [N, 4·<paramref name="filters"/>, ⌈H/stride⌉, ⌈W/stride⌉].</returns>
    /// <remarks>Source: He et al. 2016, arXiv:1512.03385, fig. 5 right; the stride is the 3×3 convolution's, as in all
    /// later code.</remarks>
    public static Node Bottleneck(this Node x, int filters, int stride, MobileStyle style, bool project = false) =>
        x.ConvBlock(filters, kernel: 1, stride: 1, style)
            .ConvBlock(filters, kernel: 3, stride, style)
            .Conv(checked(4 * filters), kernel: 1)
            .Norm(style.Epsilon, style.Decay)
            .Add(x.Shortcut(checked(4 * filters), stride, style, project))
            .Activate(style.Activation);

    static Node Shortcut(this Node x, int channels, int stride, MobileStyle style, bool project) =>
        project || stride != 1 || channels != x.Channels
            ? x.In(x.Scope == "" ? "shortcut" : x.Scope + ".shortcut")
                .Conv(channels, kernel: 1, stride, padding: style.Padding)
                .Norm(style.Epsilon, style.Decay)
            : x;

    /// <summary>ResNeXt's bottleneck, the block of AnyNetX and RegNetX: 1×1 to <paramref name="inside"/>, 3×3 in
    /// groups, [squeeze-excite,] 1×1 to
    /// <paramref name="channels"/>, each with normalisation and all but the last with ReLU; plus the shortcut; ReLU.
    /// With a squeeze it is RegNetY's.</summary>
    /// <param name="x">Input, [N, C, H, W].</param>
    /// <param name="channels">Of the output.</param>
    /// <param name="inside">Channels of the 3×3 convolution; a multiple of <paramref name="groupWidth"/>.</param>
    /// <param name="groupWidth">Channels a group of the 3×3 convolution.</param>
    /// <param name="stride">Of the 3×3 convolution.</param>
    /// <param name="squeeze">Channels of the squeeze over channels of the block's <i>input</i>, rounded half to even; 0
    /// leaves it out.</param>
    /// <param name="bias">Convolutions have a bias although a normalisation follows.</param>
    /// <param name="project">The shortcut is a 1×1 convolution even where the shapes agree; it is one anyway where they
    /// do not.</param>
    /// <returns>Output, [N, <paramref name="channels"/>, ⌈H/stride⌉, ⌈W/stride⌉].</returns>
    /// <remarks>Source: Radosavovic et al. 2020, arXiv:2003.13678, fig. 4 and §4; Xie et al. 2017,
    /// arXiv:1611.05431.</remarks>
    public static Node XBlock(
        this Node x,
        int channels,
        int inside,
        int groupWidth,
        int stride,
        double squeeze = 0,
        bool bias = false,
        bool project = false
    )
    {
        var y = x.Conv(inside, kernel: 1, bias: bias).Norm().Relu();
        y = y.Conv(inside, kernel: 3, stride, groups: inside / groupWidth, bias, Padding.Symmetric).Norm().Relu();
        y = squeeze == 0 ? y : y.SqueezeExcite(Math.Max(1, (int)Math.Round(x.Channels * squeeze)));
        y = y.Conv(channels, kernel: 1, bias: bias).Norm();
        var shortcut =
            project || stride != 1 || channels != x.Channels
                ? x.In(x.Scope + ".shortcut")
                    .Conv(channels, kernel: 1, stride, bias: bias, padding: Padding.Symmetric)
                    .Norm()
                : x;
        return y.Add(shortcut).Relu();
    }
}
