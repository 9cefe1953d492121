namespace EvoNas.Networks;

/// <summary>The feature pyramid of detectors.</summary>
public static class FeaturePyramid
{
    /// <summary>Every level through a 1×1 convolution, plus the next coarser one upsampled to its sides, then a 3×3 convolution; convolutions have a bias, no activation.</summary>
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
            merged[i] = i == levels.Count - 1 ? lateral : lateral.Add(merged[i + 1].Upsample(1 << (levels[i + 1].Level - levels[i].Level), lateral.Shape));
        }
        return [.. levels.Select((level, i) => level with
        {
            Map = merged[i].In($"pyramid.level{level.Level}.out").Conv(filters, kernel: 3, bias: true, padding: style.Padding),
        })];
    }
}
