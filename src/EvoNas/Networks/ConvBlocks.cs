namespace EvoNas.Networks;

/// <summary>Plain blocks, and the squeeze-and-excitation that other blocks contain.</summary>
public static class ConvBlocks
{
    /// <summary>Squeeze-and-excitation: global mean, 1×1 to <paramref name="squeezed"/> with bias, activation, 1×1 back
    /// with bias, sigmoid; gates the channels of <paramref name="x"/>.</summary>
    /// <param name="x">Input, [N, C, …].</param>
    /// <param name="squeezed">Channels between the two convolutions; at least 1.</param>
    /// <param name="activation">After the first convolution.</param>
    /// <returns>Output, of the shape of the input.</returns>
    /// <remarks>Source: Hu et al. 2018, arXiv:1709.01507, fig. 3. The two layers are 1×1 convolutions, so that the
    /// map's layout stays.</remarks>
    public static Node SqueezeExcite(this Node x, int squeezed, ActivationKind activation = ActivationKind.Relu)
    {
        var gate = x.In(x.Scope == "" ? "se" : x.Scope + ".se")
            .GlobalAveragePool()
            .Conv(squeezed, kernel: 1, bias: true)
            .Activate(activation)
            .Conv(x.Channels, kernel: 1, bias: true)
            .Sigmoid();
        return x.Multiply(gate);
    }
}
