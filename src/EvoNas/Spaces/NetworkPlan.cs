using EvoNas.Genetics;
using EvoNas.Networks;

namespace EvoNas.Spaces;

/// <summary>One entry of a described network: a block, perhaps repeated, perhaps one that a decision names.</summary>
/// <param name="Path">Where it stands in the file.</param>
/// <param name="Block">One of <see cref="NetworkPlan.Blocks"/>.</param>
/// <param name="Parameters">By name; what a block does not use is silent.</param>
/// <param name="Copy">Its number in the loop around it, from 0; there only where the loop's count is larger.</param>
/// <param name="Count">Of that loop; null where there is none.</param>
sealed record LayerPlan(string Path, Term Block, IReadOnlyDictionary<string, Term> Parameters, int Copy, Term? Count);

/// <summary>What a user's file says of networks: blocks one after the other, then a head, perhaps over a pyramid of
/// their maps.</summary>
sealed record NetworkPlan(
    Shape Input,
    int Classes,
    MobileStyle Style,
    IReadOnlyList<LayerPlan> Layers,
    (int From, int To, Term Filters)? Pyramid,
    PyramidHead Head
)
{
    public static readonly string[] Blocks =
    [
        "conv",
        "mbconv",
        "fused_mbconv",
        "residual",
        "bottleneck",
        "xblock",
        "max_pool",
        "average_pool",
        "skip",
    ];

    /// <summary>Bounds and defaults of the parameters. All are integers but the last two.</summary>
    public static readonly IReadOnlyDictionary<string, (double Min, double Max, double Usual)> Parameters =
        new Dictionary<string, (double, double, double)>
        {
            ["repeats"] = (0, 256, 1),
            ["filters"] = (1, 65_536, 64),
            ["kernel"] = (1, 31, 3),
            ["stride"] = (1, 16, 1),
            ["expand_ratio"] = (1, 32, 6),
            ["group_width"] = (1, 65_536, 1),
            ["se_ratio"] = (0, 1, 0),
            ["bottleneck_ratio"] = (0.01, 16, 1),
        };

    public static bool IsReal(string parameter) => parameter is "se_ratio" or "bottleneck_ratio";

    public string Task =>
        Head switch
        {
            PyramidHead.Classification => "classification",
            PyramidHead.RetinaNet => "detection",
            PyramidHead.Segmentation => "segmentation",
            _ => "features",
        };

    public Network Build(Point point, Target target)
    {
        var values = Term.ValuesOf(point);
        var x = Node.Input(target.Input);
        // The last map of every level; a level is how often the image was halved.
        var levels = new SortedDictionary<int, Node> { [0] = x };
        var (stage, shrunk, blocks) = (0, 1, 0);
        foreach (var layer in Layers)
        {
            if (layer.Count is { } count && layer.Copy >= (count.At(values)?.Whole ?? 0))
                continue;
            stage++;
            var (repeats, stride) = ((int)Value(layer, "repeats", values), (int)Value(layer, "stride", values));
            if ((blocks += repeats) > NetworkBounds.LayersMax)
                throw new RequestException(
                    $"{layer.Path}: with these there are {blocks} blocks; "
                        + $"at most {NetworkBounds.LayersMax} are allowed."
                );
            for (var block = 1; block <= repeats; block++)
            {
                var step = block == 1 ? stride : 1;
                x = Apply(x.In($"stage{stage}.block{block}"), layer, step, values);
                shrunk *= step;
                if (int.IsPow2(shrunk))
                    levels[int.Log2(shrunk)] = x;
            }
        }
        if (Pyramid is not { } pyramid)
            return Head.Over([new(int.Log2(shrunk), x)], target.Classes, Style);
        var features = Enumerable
            .Range(pyramid.From, pyramid.To - pyramid.From + 1)
            .Select(level =>
                levels.TryGetValue(level, out var map)
                    ? new PyramidLevel(level, map)
                    : throw new RequestException(
                        $"$.network.pyramid: no layer makes level {level}, a {1 << level}th of the image; there are "
                            + $"levels {string.Join(", ", levels.Keys)}."
                    )
            )
            .ToArray();
        return Head.Over(
            FeaturePyramid.Merge(features, pyramid.Filters.At(values)!.Whole, Style),
            target.Classes,
            Style
        ); // The reader asks for a decision that is always there.
    }

    Node Apply(Node x, LayerPlan layer, int stride, IReadOnlyDictionary<string, Literal> values)
    {
        int Whole(string name) => (int)Value(layer, name, values);
        double Real(string name) => Value(layer, name, values);
        return ((Literal.Word)layer.Block.At(values)!).Value switch // The reader saw to both.
        {
            "conv" => x.ConvBlock(Whole("filters"), Whole("kernel"), stride, Style),
            "mbconv" => x.MBConv(
                Whole("filters"),
                Whole("expand_ratio"),
                Whole("kernel"),
                stride,
                Real("se_ratio"),
                Style
            ),
            "fused_mbconv" => x.FusedMBConv(
                Whole("filters"),
                Whole("expand_ratio"),
                Whole("kernel"),
                stride,
                Real("se_ratio"),
                Style
            ),
            "residual" => x.Residual(Whole("filters"), stride, Style),
            "bottleneck" => x.Bottleneck(Whole("filters"), stride, Style),
            "xblock" => XBlock(
                x,
                Whole("filters"),
                Real("bottleneck_ratio"),
                Whole("group_width"),
                stride,
                Real("se_ratio")
            ),
            "max_pool" => x.MaxPool(Whole("kernel"), stride, Style.Padding),
            "average_pool" => x.AveragePool(Whole("kernel"), stride, Style.Padding),
            "skip" => stride == 1 ? x : x.AveragePool(stride, stride, Style.Padding),
            var other => throw new System.Diagnostics.UnreachableException($"Block '{other}' has no arm in Apply."),
        };
    }

    // Widths inside are made multiples of the group's, as RegNet does (arXiv:2003.13678, §3.3).
    static Node XBlock(Node x, int filters, double ratio, int group, int stride, double squeeze)
    {
        var inside = Math.Max(1, (int)Math.Round(filters * ratio));
        group = Math.Min(group, inside);
        return x.XBlock(
            filters,
            Math.Max(group, (int)Math.Round((double)inside / group) * group),
            group,
            stride,
            squeeze
        );
    }

    static double Value(LayerPlan layer, string name, IReadOnlyDictionary<string, Literal> values) =>
        layer.Parameters.GetValueOrDefault(name)?.At(values)?.Number ?? Parameters[name].Usual;
}
