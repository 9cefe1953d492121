namespace EvoNas.Networks;

/// <summary>The text of a layer from which fingerprints are made. For ever: a property that is added later is left out
/// at its default.</summary>
static class Signature
{
    public static string Of(Layer layer) =>
        layer switch
        {
            Layer.Input input => Text($"input {input.Shape.Channels}{input.Shape.Sides}"),
            Layer.Convolution c => Text(
                $"conv {c.Channels} k{c.Kernel} s{c.Stride} g{c.Groups} b{(c.Bias ? 1 : 0)} {c.Padding} d{c.Dilation}"
            ),
            Layer.TransposedConvolution c => Text($"deconv {c.Channels} k{c.Kernel} s{c.Stride} b{(c.Bias ? 1 : 0)}"),
            Layer.BatchNorm norm => Text($"norm {norm.Epsilon:R} {norm.Decay:R}"),
            Layer.InstanceNorm norm => Text($"instancenorm {norm.Epsilon:R}"),
            Layer.LeakyRelu leaky => Text($"leakyrelu {leaky.Slope:R}"),
            Layer.Extend extend => Text($"extend {extend.After}"),
            Layer.PillarScatter scatter => Text($"scatter {scatter.Height} {scatter.Width}"),
            Layer.Activation activation => Text($"activation {activation.Kind}"),
            Layer.Pool pool => Text($"pool {pool.Kind} k{pool.Kernel} s{pool.Stride} {pool.Padding}"),
            Layer.GlobalPool pool => Text($"globalpool {pool.Kind}"),
            Layer.Flatten => "flatten",
            Layer.Dense dense => Text($"dense {dense.Units} b{(dense.Bias ? 1 : 0)}"),
            Layer.Add => "add",
            Layer.Multiply => "multiply",
            Layer.Concatenate => "concatenate",
            Layer.Dropout dropout => Text($"dropout {dropout.Rate:R}"),
            Layer.StochasticDepth depth => Text($"droppath {depth.Rate:R}"),
            Layer.Upsample up => Text($"upsample {up.Factor}") + (up.Sides.Count == 0 ? "" : $" to {up.Sides}"),
            Layer.Resize resize => Text($"resize {resize.Sides}"),
            _ => throw new System.Diagnostics.UnreachableException(
                $"Layer {layer.GetType().Name} has no arm in Signature.Of."
            ),
        };

    static string Text(FormattableString text) => FormattableString.Invariant(text);
}
