namespace EvoNas.Torch.Training;

/// <summary>What one batch says of a network that has not been trained.</summary>
/// <remarks>All scores promise more of a network the larger they are. Definitions: <c>synflow</c> Tanaka et al. 2020
/// (arXiv:2006.05467); <c>jacob_cov</c> and <c>naswot</c> Mellor et al. 2021 (arXiv:2006.04647, versions 1 and 3);
/// <c>snip</c> Lee et al. 2019 (arXiv:1810.02340); <c>grad_norm</c>, and all of these as scores of whole networks,
/// Abdelfattah et al. 2021 (arXiv:2101.08134).</remarks>
/// <param name="Name">Of <see cref="Names"/>.</param>
/// <param name="Value">Null: it has none, and <paramref name="Failure"/> says why.</param>
/// <param name="Seconds">That it took, with the building of the network.</param>
/// <param name="Failure">Null where there is a value.</param>
public sealed record ZeroCostScore(string Name, double? Value, double Seconds, string? Failure = null)
{
    /// <summary>ln Σ w·∂w of the sum of the outputs for an input of ones, with |w| for w and without normalisations; in
    /// float64, and without unit.</summary>
    public const string SynFlow = "synflow";

    /// <summary>−Σ (ln(v + k) + 1/(v + k)) over the eigenvalues v of the correlations between the images' gradients of
    /// the summed outputs; k = 1e-5.</summary>
    public const string JacobianCovariance = "jacob_cov";

    /// <summary>ln |det K|, where K counts for each two images the activations with inputs of the same sign. For
    /// activations other than rectifiers it is the sign of their input, too.</summary>
    public const string NasWot = "naswot";

    /// <summary>Σ ‖∂w‖₂ of the loss over kernels and matrices.</summary>
    public const string GradientNorm = "grad_norm";

    /// <summary>Σ |w·∂w| of the loss over kernels and matrices.</summary>
    public const string Snip = "snip";

    /// <summary>ln of the number of parameters: what any other score has to beat.</summary>
    public const string Parameters = "parameters";

    /// <summary>ln of the multiply-adds of one sample: what any other score has to beat.</summary>
    public const string MultiplyAdds = "madds";

    /// <summary>Every score; those that look at nothing but the size last.</summary>
    public static Sequence<string> Names { get; } =
    [SynFlow, JacobianCovariance, NasWot, GradientNorm, Snip, Parameters, MultiplyAdds];
}
