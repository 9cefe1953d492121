namespace EvoNas.Networks;

/// <summary>A value inside a network that is being described: the layer that makes it, what it is made of, and its
/// shape. Immutable.</summary>
/// <remarks>Methods append a layer and return its output, so that a block reads like the figure of its paper. Nothing
/// is registered anywhere: what no output depends on is no part of the network.</remarks>
public sealed class Node
{
    // No sensible network is so deep: a number of repeats is wrong.
    const int DepthMax = 120_000;

    readonly Vertex _vertex;

    Node(Vertex vertex, string scope) => (_vertex, Scope) = (vertex, scope);

    // WeightsOf: the vertex whose weights it uses; null: its own.
    internal sealed record Vertex(Layer Layer, Vertex[] Inputs, Shape Shape, string Scope, Vertex? WeightsOf = null)
    {
        public int Depth { get; } = Deeper(Inputs, Scope);

        static int Deeper(Vertex[] inputs, string scope)
        {
            var depth = 1;
            foreach (var input in inputs)
                depth = Math.Max(depth, 1 + input.Depth);
            return depth <= DepthMax
                ? depth
                : throw new RequestException(
                    $"{scope}: the network is deeper than {DepthMax} layers.",
                    "Repeat fewer blocks."
                );
        }

        // A vertex is itself: two equal convolutions of one input are two layers.
        public bool Equals(Vertex? other) => ReferenceEquals(this, other);

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);
    }

    internal Vertex Made => _vertex;

    /// <summary>Where the next layers belong: <c>stage2.block1</c>.</summary>
    public string Scope { get; }

    /// <summary>The shape of this value, one sample.</summary>
    public Shape Shape => _vertex.Shape;

    /// <summary>Its channels.</summary>
    public int Channels => Shape.Channels;

    /// <summary>The input of a network.</summary>
    public static Node Input(Shape shape) => new(new(new Layer.Input(shape), [], shape, ""), "");

    /// <summary>The same value; layers appended to it belong to this scope.</summary>
    public Node In(string scope) => new(_vertex, scope);

    /// <summary>Appends a layer that takes this value and others.</summary>
    /// <exception cref="RequestException">The shapes do not fit the layer; names the scope, the layer and the
    /// shapes.</exception>
    public Node Then(Layer layer, params ReadOnlySpan<Node> others)
    {
        if (others.Length == 0)
            return new(new(layer, [_vertex], ShapeInference.Of(layer, [Shape], Scope), Scope), Scope);
        var inputs = new Vertex[others.Length + 1];
        inputs[0] = _vertex;
        for (var i = 0; i < others.Length; i++)
            inputs[i + 1] = others[i]._vertex;
        var shapes = new Shape[inputs.Length];
        for (var i = 0; i < shapes.Length; i++)
            shapes[i] = inputs[i].Shape;
        return new(new(layer, inputs, ShapeInference.Of(layer, shapes, Scope), Scope), Scope);
    }

    /// <summary>Appends the layer that made another value once more, with the very same weights: what detectors do on
    /// every level of a pyramid.</summary>
    /// <param name="made">What the layer made of its own input, which has as many channels and dimensions as this
    /// value.</param>
    /// <exception cref="RequestException">The shapes do not fit those weights.</exception>
    public Node Again(Node made)
    {
        var (layer, first) = (made._vertex.Layer, made._vertex.Inputs[0].Shape);
        if (Channels != first.Channels || Shape.Dimensions != first.Dimensions)
            throw new RequestException(
                $"{Scope}: a {layer.Label} whose weights were made for {first} does not take {Shape}."
            );
        return new(
            new(
                layer,
                [_vertex],
                ShapeInference.Of(layer, [Shape], Scope),
                Scope,
                made._vertex.WeightsOf ?? made._vertex
            ),
            Scope
        );
    }

    /// <summary>A convolution with a square (cubic) kernel.</summary>
    public Node Conv(
        int channels,
        int kernel,
        int stride = 1,
        int groups = 1,
        bool bias = false,
        Padding padding = Padding.Same,
        int dilation = 1
    ) =>
        Then(
            new Layer.Convolution(
                channels,
                Every(kernel),
                Every(stride),
                groups,
                bias,
                padding,
                dilation == 1 ? default : Every(dilation)
            )
        );

    /// <summary>A depthwise convolution: each channel has a kernel of its own.</summary>
    public Node Depthwise(int kernel, int stride = 1, Padding padding = Padding.Same) =>
        Conv(Channels, kernel, stride, groups: Channels, padding: padding);

    /// <summary>Batch normalisation.</summary>
    public Node Norm(double epsilon = 1e-5, double decay = 0.9) => Then(new Layer.BatchNorm(epsilon, decay));

    /// <summary>Instance normalisation.</summary>
    public Node InstanceNorm(double epsilon = 1e-5) => Then(new Layer.InstanceNorm(epsilon));

    /// <summary>x, or slope·x where it is negative.</summary>
    public Node LeakyRelu(double slope) => Then(new Layer.LeakyRelu(slope));

    /// <summary>A transposed convolution with a square (cubic) kernel; each side becomes side·stride.</summary>
    public Node TransposedConv(int channels, int kernel, int stride, bool bias = false) =>
        Then(new Layer.TransposedConvolution(channels, Every(kernel), Every(stride), bias));

    /// <summary>An activation.</summary>
    public Node Activate(ActivationKind kind) => Then(new Layer.Activation(kind));

    /// <summary>max(x, 0).</summary>
    public Node Relu() => Activate(ActivationKind.Relu);

    /// <summary>x·sigmoid(x).</summary>
    public Node Swish() => Activate(ActivationKind.Swish);

    /// <summary>1/(1+e^−x).</summary>
    public Node Sigmoid() => Activate(ActivationKind.Sigmoid);

    /// <summary>Max pooling with a square (cubic) window.</summary>
    public Node MaxPool(int kernel, int stride, Padding padding = Padding.Same) =>
        Then(new Layer.Pool(PoolKind.Max, Every(kernel), Every(stride), padding));

    /// <summary>Average pooling with a square (cubic) window.</summary>
    public Node AveragePool(int kernel, int stride, Padding padding = Padding.Same) =>
        Then(new Layer.Pool(PoolKind.Average, Every(kernel), Every(stride), padding));

    /// <summary>Nearest upsampling; at the ends of its sides, copies that overhang are cropped.</summary>
    /// <param name="factor">At least 1.</param>
    /// <param name="like">Of the output's sides; each is larger than the side before its last copy. Null: nothing is
    /// cropped.</param>
    public Node Upsample(int factor, Shape? like = null)
    {
        var whole =
            like is null || Enumerable.Range(0, Shape.Dimensions).All(i => like.Sides[i] == Shape.Sides[i] * factor);
        return Then(new Layer.Upsample(factor, whole ? default : like!.Sides)); // Not whole: there is a shape.
    }

    /// <summary>Bilinear resizing of a map to the sides of another one.</summary>
    /// <param name="like">Whose sides are taken; where they are those of this map, it stays as it is.</param>
    public Node Resize(Shape like) => Shape.Sides == like.Sides ? this : Then(new Layer.Resize(like.Sides));

    /// <summary>The mean of each channel; every side becomes 1.</summary>
    public Node GlobalAveragePool() => Then(new Layer.GlobalPool());

    /// <summary>A fully connected layer over a vector, or over a map with sides of 1, which it flattens.</summary>
    public Node Dense(int units, bool bias = true) =>
        (Shape.Dimensions == 0 ? this : Then(new Layer.Flatten())).Then(new Layer.Dense(units, bias));

    /// <summary>The sum with another value of the same shape.</summary>
    public Node Add(params ReadOnlySpan<Node> others) => Then(new Layer.Add(), others);

    /// <summary>The product with a gate.</summary>
    public Node Multiply(Node gate) => Then(new Layer.Multiply(), gate);

    /// <summary>The channels of this value, then those of the others.</summary>
    public Node Concatenate(params ReadOnlySpan<Node> others) => Then(new Layer.Concatenate(), others);

    /// <summary>Dropout; a rate of 0 adds nothing.</summary>
    public Node Dropout(double rate) => rate == 0 ? this : Then(new Layer.Dropout(rate));

    // Kernels and strides of 1 to 7 over a plane are most of all lists; they are made once.
    static readonly Sequence<int>[] _pairs = [.. Enumerable.Range(0, 8).Select(side => (Sequence<int>)[side, side])];

    Sequence<int> Every(int side)
    {
        if (Shape.Dimensions == 2 && side is >= 0 and < 8)
            return _pairs[side];
        Span<int> sides = stackalloc int[Shape.Dimensions];
        sides.Fill(side);
        return [.. sides];
    }
}
