namespace EvoNas.Networks;

/// <summary>The shape that a layer makes of its inputs' shapes.</summary>
public static class ShapeInference
{
    /// <summary>The output's shape.</summary>
    /// <param name="layer">Any layer.</param>
    /// <param name="inputs">The inputs' shapes, in order.</param>
    /// <param name="scope">Named in errors.</param>
    /// <exception cref="RequestException">The layer does not take such inputs.</exception>
    public static Shape Of(Layer layer, ReadOnlySpan<Shape> inputs, string scope) =>
        layer switch
        {
            Layer.Input input => input.Shape,
            Layer.Convolution conv => AfterConvolution(conv, inputs[0], scope),
            Layer.TransposedConvolution deconv => AfterTransposed(deconv, inputs[0], scope),
            Layer.Pool pool => new(
                inputs[0].Channels,
                After(inputs[0], pool.Kernel, pool.Stride, default, pool.Padding, pool, scope)
            ),
            Layer.GlobalPool => new(inputs[0].Channels, [.. inputs[0].Sides.Select(_ => 1)]),
            Layer.Flatten => new(checked((int)inputs[0].Elements), []),
            Layer.Dense dense => inputs[0].Dimensions == 0
                ? new(Positive(dense.Units, dense, scope), [])
                : throw Misfit(dense, scope, $"takes a vector, not {inputs[0]}"),
            Layer.Add => Alike(layer, inputs, scope),
            Layer.Multiply => Gated(layer, inputs, scope),
            Layer.Concatenate => Joined(layer, inputs, scope),
            Layer.Dropout { Rate: < 0 or >= 1 } or Layer.StochasticDepth { Rate: < 0 or >= 1 } => throw Misfit(
                layer,
                scope,
                "takes a rate in [0, 1)"
            ),
            Layer.LeakyRelu { Slope: < 0 or >= 1 } => throw Misfit(layer, scope, "takes a slope in [0, 1)"),
            Layer.PillarScatter scatter => Scattered(scatter, inputs, scope),
            Layer.Extend extend => Extended(extend, inputs[0], scope),
            Layer.Upsample up => AfterUpsampling(up, inputs[0], scope),
            Layer.Resize resize => Resized(resize, inputs[0], scope),
            _ => inputs[0],
        };

    static Shape AfterConvolution(Layer.Convolution conv, Shape input, string scope)
    {
        Positive(conv.Channels, conv, scope);
        if (conv.Groups < 1 || input.Channels % conv.Groups != 0 || conv.Channels % conv.Groups != 0)
            throw Misfit(
                conv,
                scope,
                $"has {conv.Groups} groups, "
                    + $"which must divide its {input.Channels} input and {conv.Channels} output channels"
            );
        return new(conv.Channels, After(input, conv.Kernel, conv.Stride, conv.Dilation, conv.Padding, conv, scope));
    }

    static Shape AfterTransposed(Layer.TransposedConvolution deconv, Shape input, string scope) =>
        input.Dimensions > 0 && deconv.Kernel.Count == input.Dimensions && deconv.Stride.Count == input.Dimensions
            ? new(
                Positive(deconv.Channels, deconv, scope),
                [.. input.Sides.Select((side, i) => checked(side * deconv.Stride[i]))]
            )
            : throw Misfit(deconv, scope, $"has a kernel of {deconv.Kernel.Count} dimensions over {input}");

    static Shape AfterUpsampling(Layer.Upsample up, Shape input, string scope)
    {
        if (up.Factor < 1)
            throw Misfit(up, scope, $"takes a factor of at least 1, not {up.Factor}");
        if (up.Sides.Count == 0)
            return new(input.Channels, [.. input.Sides.Select(side => checked(side * up.Factor))]);
        for (var i = 0; i < Math.Max(up.Sides.Count, input.Dimensions); i++)
            if (
                up.Sides.Count != input.Dimensions
                || up.Sides[i] > checked(input.Sides[i] * up.Factor)
                || up.Sides[i] <= (input.Sides[i] - 1) * up.Factor
            )
                throw Misfit(
                    up,
                    scope,
                    $"by {up.Factor} does not make sides of {up.Sides} from {input}: less than one copy may overhang"
                );
        return new(input.Channels, up.Sides);
    }

    static Sequence<int> After(
        Shape input,
        Sequence<int> kernel,
        Sequence<int> stride,
        Sequence<int> dilation,
        Padding padding,
        Layer layer,
        string scope
    )
    {
        if (input.Dimensions == 0 || kernel.Count != input.Dimensions || stride.Count != input.Dimensions)
            throw Misfit(layer, scope, $"has a kernel of {kernel.Count} dimensions over {input}");
        Span<int> sides = stackalloc int[input.Dimensions];
        for (var i = 0; i < sides.Length; i++)
        {
            if (kernel[i] < 1 || stride[i] < 1)
                throw Misfit(layer, scope, $"has kernel {kernel} and stride {stride}; both must be positive");
            var reach = (kernel[i] - 1) * (dilation.Count == 0 ? 1 : dilation[i]);
            sides[i] = padding switch
            {
                Padding.Same => (input.Sides[i] + stride[i] - 1) / stride[i],
                Padding.Symmetric => (input.Sides[i] + 2 * (reach / 2) - reach - 1) / stride[i] + 1,
                _ => input.Sides[i] > reach ? (input.Sides[i] - reach - 1) / stride[i] + 1 : 0,
            };
            if (sides[i] < 1)
                throw Misfit(layer, scope, $"leaves nothing of {input}: the kernel is larger than the map");
        }
        return [.. sides];
    }

    static Shape Resized(Layer.Resize resize, Shape input, string scope) =>
        input.Dimensions == 2 && resize.Sides.Count == 2 && resize.Sides.All(side => side >= 1)
            ? new(input.Channels, resize.Sides)
            : throw Misfit(resize, scope, $"makes two sides of at least 1 of a map, not {resize.Sides} of {input}");

    static Shape Extended(Layer.Extend extend, Shape input, string scope) =>
        extend.After.Count == input.Dimensions && extend.After.All(more => more >= 0)
            ? new(input.Channels, [.. input.Sides.Select((side, i) => checked(side + extend.After[i]))])
            : throw Misfit(extend, scope, $"takes a number of at least 0 for each side of {input}, not {extend.After}");

    static Shape Scattered(Layer.PillarScatter scatter, ReadOnlySpan<Shape> inputs, string scope) =>
        scatter is { Height: >= 1, Width: >= 1 }
        && inputs.Length == 2
        && inputs[0].Dimensions is 1 or 2
        && inputs[1] == Shape.Of(2, inputs[0].Sides[0])
        && inputs[0].Area == inputs[0].Sides[0]
            ? Shape.Of(inputs[0].Channels, scatter.Height, scatter.Width)
            : throw Misfit(
                scatter,
                scope,
                "takes a column a pillar and its two indices, not "
                    + $"{string.Join(" and ", inputs.ToArray().AsEnumerable())}"
            );

    static Shape Alike(Layer layer, ReadOnlySpan<Shape> inputs, string scope)
    {
        foreach (var input in inputs)
            if (input != inputs[0])
                throw Misfit(layer, scope, $"takes equal shapes, not {inputs[0]} and {input}");
        return inputs[0];
    }

    static Shape Gated(Layer layer, ReadOnlySpan<Shape> inputs, string scope) =>
        inputs.Length == 2
        && inputs[1].Channels == inputs[0].Channels
        && (inputs[1] == inputs[0] || inputs[1].Area == 1)
            ? inputs[0]
            : throw Misfit(
                layer,
                scope,
                $"takes a map and a gate of its channels, not {string.Join(" and ", inputs.ToArray().AsEnumerable())}"
            );

    static Shape Joined(Layer layer, ReadOnlySpan<Shape> inputs, string scope)
    {
        var channels = 0;
        foreach (var input in inputs)
        {
            if (input.Sides != inputs[0].Sides)
                throw Misfit(layer, scope, $"takes maps of equal sides, not {inputs[0]} and {input}");
            channels = checked(channels + input.Channels);
        }
        return new(channels, inputs[0].Sides);
    }

    static int Positive(int channels, Layer layer, string scope) =>
        channels >= 1 ? channels : throw Misfit(layer, scope, $"has {channels} output channels; at least 1 are needed");

    static RequestException Misfit(Layer layer, string scope, string what) =>
        new($"{(scope == "" ? "" : scope + ".")}{layer.Label} {what}.");
}
