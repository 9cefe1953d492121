namespace EvoNas.Networks;

/// <summary>ResNets without their head, as detectors use them.</summary>
public static class ResNetBackbone
{
    /// <summary>7×7 convolution and 3×3 max-pool, each halving the map, then four stages; the first block of each
    /// projects its shortcut, those of the last three halve the map.</summary>
    /// <param name="image">[N, C, H, W].</param>
    /// <param name="depth">10, 18 or 34 of residual blocks, 50 of bottlenecks.</param>
    /// <param name="style">Padding, normalisation and activation.</param>
    /// <returns>Levels 2 to 5, with 64, 128, 256 and 512 channels, four times as many of a ResNet-50.</returns>
    /// <exception cref="RequestException">No such depth.</exception>
    /// <remarks>Source: He et al. 2016, arXiv:1512.03385, table 1. The released detectors project the first shortcut of
    /// the first stage too, where the paper's ResNet-18 has an identity; ResNet-10 is theirs.</remarks>
    public static PyramidLevel[] ResNet(this Node image, int depth, MobileStyle style)
    {
        int[] blocks = depth switch
        {
            10 => [1, 1, 1, 1],
            18 => [2, 2, 2, 2],
            34 or 50 => [3, 4, 6, 3],
            _ => throw new RequestException($"There is no ResNet-{depth} here; take 10, 18, 34 or 50."),
        };
        var x = image
            .In("backbone.stem")
            .ConvBlock(64, kernel: 7, stride: 2, style)
            .MaxPool(kernel: 3, stride: 2, style.Padding);
        var levels = new PyramidLevel[blocks.Length];
        for (var stage = 0; stage < blocks.Length; stage++)
        {
            for (var block = 0; block < blocks[stage]; block++)
            {
                var (filters, stride) = (64 << stage, stage > 0 && block == 0 ? 2 : 1);
                x = x.In($"backbone.stage{stage + 2}.block{block}");
                x =
                    depth == 50
                        ? x.Bottleneck(filters, stride, style, project: block == 0)
                        : x.Residual(filters, stride, style, project: block == 0);
            }
            levels[stage] = new(stage + 2, x);
        }
        return levels;
    }
}
