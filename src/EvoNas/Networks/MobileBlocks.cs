namespace EvoNas.Networks;

/// <summary>The channels from which the width of a squeeze is counted.</summary>
public enum SqueezeOf
{
    /// <summary>Those of the block's input, before it is expanded (TensorFlow's MnasNet and EfficientNet).</summary>
    Input,

    /// <summary>Those inside the block.</summary>
    Expanded,
}

/// <summary>In what implementations of the same block differ. The usual values are those of the TensorFlow 2
/// MnasNet.</summary>
/// <param name="Activation">After every normalisation but the projection's.</param>
/// <param name="Padding">Of convolutions larger than 1×1.</param>
/// <param name="Epsilon">See <see cref="Layer.BatchNorm"/>.</param>
/// <param name="Decay">See <see cref="Layer.BatchNorm"/>.</param>
/// <param name="Squeeze">What the squeeze's ratio multiplies.</param>
/// <param name="SqueezeActivation">Inside the squeeze-and-excitation, whatever <paramref name="Activation"/>
/// is.</param>
/// <param name="ActivatesProjection">An activation after the projection too, which the paper leaves out.</param>
public sealed record MobileStyle(
    ActivationKind Activation = ActivationKind.Relu,
    Padding Padding = Padding.Same,
    double Epsilon = 1e-3,
    double Decay = 0.99,
    SqueezeOf Squeeze = SqueezeOf.Input,
    ActivationKind SqueezeActivation = ActivationKind.Relu,
    bool ActivatesProjection = false
);

/// <summary>The blocks of MobileNetV2 and its descendants.</summary>
public static class MobileBlocks
{
    /// <summary>Convolution k×k, normalisation, activation; no residual.</summary>
    /// <param name="x">Input, [N, C, H, W].</param>
    /// <param name="channels">Of the output.</param>
    /// <param name="kernel">Side of the kernel in pixels; odd.</param>
    /// <param name="stride">Of the convolution.</param>
    /// <param name="style">Padding, normalisation and activation.</param>
    /// <returns>Output, [N, <paramref name="channels"/>, ⌈H/stride⌉, ⌈W/stride⌉].</returns>
    public static Node ConvBlock(this Node x, int channels, int kernel, int stride, MobileStyle style) =>
        x.Conv(channels, kernel, stride, padding: style.Padding).Norm(style).Activate(style.Activation);

    /// <summary>Mobile inverted bottleneck: 1×1 expand, k×k depthwise, squeeze-excite, 1×1 project; adds its input if
    /// the shapes agree.</summary>
    /// <param name="x">Input, [N, C, H, W].</param>
    /// <param name="channels">Of the output.</param>
    /// <param name="expansion">Channels inside the block over channels of the input; 1 leaves the expansion
    /// out.</param>
    /// <param name="kernel">Side of the depthwise kernel in pixels; odd.</param>
    /// <param name="stride">Of the depthwise convolution.</param>
    /// <param name="squeeze">Channels of the squeeze over those that the style names, in [0, 1], truncated, at least
    /// one channel; 0 leaves it out.</param>
    /// <param name="style">Padding, normalisation, activations.</param>
    /// <returns>Output, [N, <paramref name="channels"/>, ⌈H/stride⌉, ⌈W/stride⌉].</returns>
    /// <remarks>Source: Sandler et al. 2018, arXiv:1801.04381, fig. 4; squeeze-excite as in Tan et al. 2019,
    /// arXiv:1807.11626, fig. 7.</remarks>
    public static Node MBConv(
        this Node x,
        int channels,
        int expansion,
        int kernel,
        int stride,
        double squeeze,
        MobileStyle style
    )
    {
        var y = expansion == 1 ? x : x.ConvBlock(checked(x.Channels * expansion), kernel: 1, stride: 1, style);
        y = y.Depthwise(kernel, stride, style.Padding).Norm(style).Activate(style.Activation);
        var squeezed = (int)((style.Squeeze == SqueezeOf.Input ? x : y).Channels * squeeze);
        y = squeeze == 0 ? y : y.SqueezeExcite(Math.Max(1, squeezed), style.SqueezeActivation);
        y = y.Conv(channels, kernel: 1).Norm(style);
        y = style.ActivatesProjection ? y.Activate(style.Activation) : y;
        return stride == 1 && y.Channels == x.Channels ? y.Add(x) : y;
    }

    /// <summary>MobileNet's block with expansion and depthwise convolution fused: k×k expand, squeeze-excite, 1×1
    /// project; adds its input if the shapes agree.</summary>
    /// <param name="x">Input, [N, C, H, W].</param>
    /// <param name="channels">Of the output.</param>
    /// <param name="expansion">Channels inside the block over channels of the input.</param>
    /// <param name="kernel">Side of the expanding kernel in pixels; odd.</param>
    /// <param name="stride">Of the expanding convolution.</param>
    /// <param name="squeeze">Channels of the squeeze over those that the style names, in [0, 1], truncated, at least
    /// one channel; 0 leaves it out.</param>
    /// <param name="style">Padding, normalisation, activations.</param>
    /// <param name="projects">False: with an expansion of 1 and no squeeze the one convolution makes the output's
    /// channels at once, as in the published networks.</param>
    /// <returns>Output, [N, <paramref name="channels"/>, ⌈H/stride⌉, ⌈W/stride⌉].</returns>
    /// <remarks>Source: Tan and Le 2021, arXiv:2104.00298, fig. 2.</remarks>
    public static Node FusedMBConv(
        this Node x,
        int channels,
        int expansion,
        int kernel,
        int stride,
        double squeeze,
        MobileStyle style,
        bool projects = true
    )
    {
        var single = !projects && expansion == 1 && squeeze == 0;
        var y = x.ConvBlock(single ? channels : checked(x.Channels * expansion), kernel, stride, style);
        var squeezed = (int)((style.Squeeze == SqueezeOf.Input ? x : y).Channels * squeeze);
        y = squeeze == 0 ? y : y.SqueezeExcite(Math.Max(1, squeezed), style.SqueezeActivation);
        y = single ? y : y.Conv(channels, kernel: 1).Norm(style);
        return stride == 1 && y.Channels == x.Channels ? y.Add(x) : y;
    }

    static Node Norm(this Node x, MobileStyle style) => x.Norm(style.Epsilon, style.Decay);
}
