using EvoNas.Networks;

namespace EvoNas.Spaces;

/// <summary>A run of equal blocks in an AnyNet or RegNet; the first halves the map.</summary>
/// <param name="Depth">Blocks; at least 1.</param>
/// <param name="Width">Channels of its output.</param>
/// <param name="BotMul">Channels inside a block over its width: the reciprocal of the paper's bottleneck ratio
/// b.</param>
/// <param name="GroupWidth">Channels a group of the 3×3 convolution.</param>
/// <param name="Inside">Channels of the 3×3 convolution.</param>
sealed record Stage(int Depth, int Width, double BotMul, int GroupWidth, int Inside)
{
    /// <summary>Groups of the 3×3 convolution.</summary>
    public int Groups => Inside / GroupWidth;

    /// <summary>A stage whose group width divides its inner width: widths and groups are moved to the nearest that
    /// fit.</summary>
    /// <remarks>Source: pycls, Radosavovic et al. 2020, arXiv:2003.13678. Halves are rounded to even: RegNetX-400MF
    /// ends in 384 channels, as in the paper, where rounding up gives 400.</remarks>
    public static Stage Compatible(int depth, int width, double botMul, int groupWidth)
    {
        var inside = (int)Math.Max(1, width * botMul);
        groupWidth = Math.Min(groupWidth, inside);
        var multiple = botMul > 1 ? LeastCommonMultiple(groupWidth, (int)botMul) : groupWidth;
        inside = Math.Max(multiple, (int)Math.Round((double)inside / multiple) * multiple);
        return new(depth, (int)(inside / botMul), botMul, groupWidth, inside);
    }

    /// <summary>The network of these stages: 3×3 stem with 32 channels, the stages, global mean, dense.</summary>
    /// <remarks>The stem halves the map, unless all sides are below 64: 28×28 and 32×32 images keep their resolution
    /// there (pycls' CIFAR stem). In the profile <c>textbook</c> convolutions keep their bias and the first block of
    /// every stage projects its shortcut.</remarks>
    public static Network NetworkOf(IEnumerable<Stage> stages, Target target, double squeeze = 0)
    {
        var textbook = target.Profile == "textbook";
        var stem = target.Input.Sides.All(side => side < 64) ? 1 : 2;
        var x = Node.Input(target.Input)
            .In("stem")
            .Conv(32, kernel: 3, stem, bias: textbook, padding: Padding.Symmetric)
            .Norm()
            .Relu();
        var number = 0;
        foreach (var stage in stages)
        {
            number++;
            for (var block = 1; block <= stage.Depth; block++)
                x = x.In($"stage{number}.block{block}")
                    .XBlock(
                        stage.Width,
                        stage.Inside,
                        stage.GroupWidth,
                        stride: block == 1 ? 2 : 1,
                        squeeze,
                        bias: textbook,
                        project: textbook && block == 1
                    );
        }
        return Network.Of(x.In("head").GlobalAveragePool().Dense(target.Classes));
    }

    static int LeastCommonMultiple(int a, int b) => a / (int)System.Numerics.BigInteger.GreatestCommonDivisor(a, b) * b;
}
