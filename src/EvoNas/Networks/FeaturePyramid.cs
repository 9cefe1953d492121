namespace EvoNas.Networks;

/// <summary>The feature pyramid of detectors.</summary>
public static class FeaturePyramid
{
    /// <summary>Every level through a 1×1 convolution, plus the next coarser one upsampled to its sides, then a 3×3
    /// convolution; convolutions have a bias, no activation.</summary>
    /// <param name="levels">From fine to coarse, neighbouring levels.</param>
    /// <param name="filters">Channels of every map that comes out.</param>
    /// <param name="style">Padding of the convolutions.</param>
    /// <returns>As many levels, from fine to coarse.</returns>
    /// <remarks>Source: Lin et al. 2017, arXiv:1612.03144, §3.</remarks>
    public static PyramidLevel[] Merge(IReadOnlyList<PyramidLevel> levels, int filters, MobileStyle style)
    {
        var merged = new Node[levels.Count];
        for (var i = levels.Count - 1; i >= 0; i--)
        {
            var lateral = levels[i].Map.In($"pyramid.level{levels[i].Level}").Conv(filters, kernel: 1, bias: true);
            merged[i] =
                i == levels.Count - 1
                    ? lateral
                    : lateral.Add(merged[i + 1].Upsample(1 << (levels[i + 1].Level - levels[i].Level), lateral.Shape));
        }
        return
        [
            .. levels.Select(
                (level, i) =>
                    level with
                    {
                        Map = merged[i]
                            .In($"pyramid.level{level.Level}.out")
                            .Conv(filters, kernel: 3, bias: true, padding: style.Padding),
                    }
            ),
        ];
    }

    /// <summary>The same levels and coarser ones: each a 3×3 convolution with stride 2 and bias over the one before,
    /// from the second on over its rectified values.</summary>
    /// <param name="levels">From fine to coarse, all with equal channels.</param>
    /// <param name="last">The coarsest level wanted.</param>
    /// <param name="style">Padding of the convolutions.</param>
    /// <remarks>Source: Lin et al. 2017, arXiv:1708.02002, §4, with level 6 over level 5 of the pyramid, as in all
    /// later code.</remarks>
    public static PyramidLevel[] Extended(IReadOnlyList<PyramidLevel> levels, int last, MobileStyle style)
    {
        var extended = levels.ToList();
        for (var level = levels[^1].Level + 1; level <= last; level++)
        {
            var x = extended[^1].Map.In($"pyramid.level{level}");
            extended.Add(
                new(
                    level,
                    (extended.Count > levels.Count ? x.Relu() : x).Conv(
                        x.Channels,
                        kernel: 3,
                        stride: 2,
                        bias: true,
                        padding: style.Padding
                    )
                )
            );
        }
        return [.. extended];
    }
}
