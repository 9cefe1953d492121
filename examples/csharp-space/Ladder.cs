using EvoNas.Genetics;
using EvoNas.Networks;
using EvoNas.Spaces;

namespace LadderSpace;

/// <summary>Residual networks of two to four stages; each stage halves the map and multiplies the width.</summary>
/// <remarks>What JSON cannot say: widths that are computed, and a rule over several decisions.</remarks>
public static class Ladder
{
    /// <summary><c>--space LadderSpace.dll#Ladder</c>.</summary>
    public static Space Space { get; } =
        new(
            new(
                "ladder",
                [
                    Decision.Among("stages", 2, 3, 4),
                    Decision.Among("depth", 1, 2, 3, 4),
                    new Decision.Range("width", 8, 64, 8),
                    Decision.Among("growth", 1.0, 1.5, 2.0),
                ],
                Rule
            ),
            "classification",
            "residual stages whose widths grow by a factor",
            "",
            point => point.Values()
        )
        {
            Build = Build,
            UsualTarget = new(Shape.Of(3, 32, 32), 10),
        };

    // Null: the point is a member. Draws and mutants keep this.
    static string? Rule(Point point) =>
        point["stages"].Whole * point["depth"].Whole <= 12 ? null : "more than 12 blocks";

    static Network Build(Point point, Target target)
    {
        var style = new MobileStyle();
        var x = Node.Input(target.Input).In("stem").ConvBlock(point["width"].Whole, kernel: 3, stride: 1, style);
        double width = x.Channels;
        for (var stage = 1; stage <= point["stages"].Whole; stage++)
        {
            for (var block = 1; block <= point["depth"].Whole; block++)
                x = x.In($"stage{stage}.block{block}").Residual((int)width, stride: block == 1 ? 2 : 1, style);
            width *= point["growth"].Number;
        }
        return Network.Of(x.In("head").GlobalAveragePool().Dense(target.Classes));
    }
}
