namespace EvoNas.Networks;

/// <summary>What lies around a map before a kernel slides over it.</summary>
public enum Padding
{
    /// <summary>Output side ⌈n/s⌉; of the zeros needed, half (rounded down) go before, the rest after (TensorFlow's
    /// "same").</summary>
    Same,

    /// <summary>⌊dilation·(k−1)/2⌋ zeros on each side (PyTorch's custom); output side ⌊(n−1)/s⌋+1 for odd
    /// kernels.</summary>
    Symmetric,

    /// <summary>None; output side ⌊(n−k)/s⌋+1.</summary>
    None,
}

/// <summary>A function applied to each value.</summary>
public enum ActivationKind
{
    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>min(max(x, 0), 6).</summary>
    Relu6,

    /// <summary>x·sigmoid(x), also called SiLU.</summary>
    Swish,

    /// <summary>x·relu6(x+3)/6.</summary>
    HardSwish,

    /// <summary>1/(1+e^−x).</summary>
    Sigmoid,

    /// <summary>relu6(x+3)/6.</summary>
    HardSigmoid,

    /// <summary>x·Φ(x), the exact form.</summary>
    Gelu,

    /// <summary>π·tanh(x): an angle in radians.</summary>
    Angle,
}

/// <summary>How a window becomes one value.</summary>
public enum PoolKind
{
    /// <summary>The largest; padding never wins.</summary>
    Max,

    /// <summary>The mean of the values that are no padding.</summary>
    Average,
}

/// <summary>One operation of a network: what it is, not how it is computed. Lists per dimension have one number a side
/// of the map.</summary>
public abstract record Layer
{
    Layer() { }

    /// <summary>Where the data comes in.</summary>
    public sealed record Input(Shape Shape) : Layer;

    /// <summary>Convolution in 1, 2 or 3 dimensions.</summary>
    /// <param name="Channels">Of the output.</param>
    /// <param name="Kernel">Sides of the kernel.</param>
    /// <param name="Stride">Per dimension.</param>
    /// <param name="Groups">Divides input and output channels; the input's channels for a depthwise one.</param>
    /// <param name="Bias">One learnable number an output channel.</param>
    /// <param name="Padding">Around the map.</param>
    /// <param name="Dilation">Per dimension; default 1.</param>
    public sealed record Convolution(
        int Channels,
        Sequence<int> Kernel,
        Sequence<int> Stride,
        int Groups = 1,
        bool Bias = false,
        Padding Padding = Padding.Same,
        Sequence<int> Dilation = default
    ) : Layer;

    /// <summary>Transposed convolution; each side becomes side·stride.</summary>
    public sealed record TransposedConvolution(
        int Channels,
        Sequence<int> Kernel,
        Sequence<int> Stride,
        bool Bias = false
    ) : Layer;

    /// <summary>Batch normalisation with learnable scale and shift.</summary>
    /// <param name="Epsilon">Added to the variance.</param>
    /// <param name="Decay">Of the moving statistics, in [0, 1): moving = decay·moving + (1−decay)·batch. PyTorch's
    /// momentum is 1−decay.</param>
    public sealed record BatchNorm(double Epsilon = 1e-5, double Decay = 0.9) : Layer;

    /// <summary>Normalisation of each channel of each sample by its own mean and variance, with learnable scale and
    /// shift; nothing is kept between samples.</summary>
    /// <param name="Epsilon">Added to the variance.</param>
    /// <remarks>Source: Ulyanov et al. 2016, arXiv:1607.08022.</remarks>
    public sealed record InstanceNorm(double Epsilon = 1e-5) : Layer;

    /// <summary>x, or slope·x where it is negative.</summary>
    /// <param name="Slope">In [0, 1).</param>
    public sealed record LeakyRelu(double Slope) : Layer;

    /// <summary>A function of each value.</summary>
    public sealed record Activation(ActivationKind Kind) : Layer;

    /// <summary>Pooling over a window.</summary>
    public sealed record Pool(PoolKind Kind, Sequence<int> Kernel, Sequence<int> Stride, Padding Padding = Padding.Same)
        : Layer;

    /// <summary>Pooling over the whole map; every side becomes 1.</summary>
    public sealed record GlobalPool(PoolKind Kind = PoolKind.Average) : Layer;

    /// <summary>All values as one vector, channels first.</summary>
    public sealed record Flatten : Layer;

    /// <summary>A fully connected layer over a vector (or a map with sides of 1).</summary>
    public sealed record Dense(int Units, bool Bias = true) : Layer;

    /// <summary>The sum of inputs of one shape.</summary>
    public sealed record Add : Layer;

    /// <summary>The product of the first input with a gate of the same shape, or of its channels with sides of
    /// 1.</summary>
    public sealed record Multiply : Layer;

    /// <summary>The channels of all inputs, one after the other; their sides agree.</summary>
    public sealed record Concatenate : Layer;

    /// <summary>While training, drops each value with this probability in [0, 1) and scales the rest.</summary>
    public sealed record Dropout(double Rate) : Layer;

    /// <summary>While training, drops a sample's whole branch with this probability in [0, 1) and scales the kept ones
    /// (Huang et al. 2016, arXiv:1603.09382).</summary>
    public sealed record StochasticDepth(double Rate) : Layer;

    /// <summary>Nearest upsampling: each value is repeated <paramref name="Factor"/> times along every side.</summary>
    /// <param name="Factor">At least 1.</param>
    /// <param name="Sides">Of the output, where the last copies overhang and are cropped; empty: every side times the
    /// factor.</param>
    public sealed record Upsample(int Factor, Sequence<int> Sides = default) : Layer;

    /// <summary>Bilinear resizing of a map, by the centres of its pixels and without smoothing before it is made
    /// smaller.</summary>
    /// <param name="Sides">Of the output, height and width; at least 1.</param>
    public sealed record Resize(Sequence<int> Sides) : Layer;

    /// <summary>The last value along each side is repeated <paramref name="After"/> times at its end.</summary>
    /// <param name="After">A number a side of the map; at least 0.</param>
    public sealed record Extend(Sequence<int> After) : Layer;

    /// <summary>Lays the columns of the first input, one a pillar, into a map of zeros, at the places of the second
    /// input; what meets at one place is added.</summary>
    /// <param name="Height">Rows of the map.</param>
    /// <param name="Width">Columns of the map.</param>
    /// <remarks>Inputs [N, C, P] or [N, C, P, 1], and [N, 2, P]: row and column of each pillar, whole numbers. Output
    /// [N, C, Height, Width]. Source: Lang et al. 2019, arXiv:1812.05784, §2.1.</remarks>
    public sealed record PillarScatter(int Height, int Width) : Layer;

    /// <summary>The name of the case, as it stands in node names and tables.</summary>
    public string Label =>
        this switch
        {
            Convolution { Groups: > 1 } convolution when convolution.Groups == convolution.Channels => "depthwise",
            Convolution => "conv",
            TransposedConvolution => "deconv",
            BatchNorm or InstanceNorm => "norm",
            Activation { Kind: ActivationKind.Relu } => "relu",
            Activation { Kind: ActivationKind.Swish } => "swish",
            Activation { Kind: ActivationKind.Sigmoid } => "sigmoid",
            Activation activation => activation.Kind.ToString().ToLowerInvariant(),
            Upsample => "upsample",
            Pool pool => pool.Kind == PoolKind.Max ? "maxpool" : "avgpool",
            GlobalPool => "globalpool",
            StochasticDepth => "droppath",
            PillarScatter => "scatter",
            Add => "add",
            Multiply => "multiply",
            _ => GetType().Name.ToLowerInvariant(),
        };
}
