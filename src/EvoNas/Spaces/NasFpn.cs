using System.Collections.Frozen;
using EvoNas.Genetics;
using EvoNas.Networks;

namespace EvoNas.Spaces;

/// <summary>The decoder of a one-stage detector: a cell of merging nodes over levels 3 to 7 that is searched once and
/// stacked.</summary>
/// <remarks>Source: Ghiasi et al. 2019, arXiv:1904.07392; the decisions are those of the released space. Convolutions
/// of the decoder keep a bias before their normalisation, as there. That code's TensorFlow 2 version resamples to 256
/// channels whatever the filters are; here, as in its first version, to the filters.</remarks>
static class NasFpn
{
    const int Filters = 256;

    static readonly MergingDecisions _cell = new([3, 4, 5, 6, 7], [4, 5, 6, 7], Intermediates: 2);

    static readonly MobileStyle _style = new();

    static readonly FrozenDictionary<string, (int Backbone, int Cells, PyramidHead Head)> _profiles = new Dictionary<
        string,
        (int, int, PyramidHead)
    >
    {
        ["search_proxy"] = (10, 3, new PyramidHead.RetinaNet(4, Filters)),
        ["full_training"] = (50, 5, new PyramidHead.RetinaNet(4, Filters)),
        ["published"] = (50, 7, new PyramidHead.RetinaNet(4, Filters)),
        ["segmentation"] = (10, 3, new PyramidHead.Segmentation(2, Filters)),
        ["classification"] = (10, 3, new PyramidHead.Classification()),
    }.ToFrozenDictionary();

    /// <summary>Two intermediate nodes and an output a level.</summary>
    public static Space Pyramid { get; } =
        new(
            new("nasfpn", _cell.All),
            "detection",
            "a cell that merges levels of a feature pyramid, stacked",
            "Ghiasi et al. 2019, arXiv:1904.07392",
            _cell.Specify
        )
        {
            Build = (point, target) => Build(backbone: null, point, target),
            Over = network =>
            {
                var backbone = network.Backbone;
                return Pyramid! with // Made by the time it is asked.
                {
                    Build = (point, target) => Build(backbone, point, target),
                    Summary = $"a cell that merges levels over a network found in {network.Space.Name}, stacked",
                    Named = [],
                    Over = null,
                };
            },
            Profiles = ["search_proxy", "full_training", "published", "segmentation", "classification"],
            ClassifyingProfile = "classification",
            DetectingProfiles = ["search_proxy", "full_training", "published"],
            SegmentingProfiles = ["segmentation"],
            UsualTarget = new(Shape.Of(3, 512, 512), 91, "search_proxy"),
            // Ibid., fig. 6 and table 1: R-50, 7 cells of 256 filters, 640 pixels.
            Named =
            [
                new(
                    "NAS-FPN",
                    Genotype.Of(0, 1, 1, 3, 0, 0, 1, 5, 0, 0, 6, 0, 6, 7, 1, 7, 8, 1, 6, 9, 1, 9, 10, 0, 1, 2, 4, 3),
                    new(Shape.Of(3, 640, 640), 91, "published")
                ),
            ],
        };

    /// <summary>The nodes of a cell: intermediate ones, then outputs.</summary>
    internal static MergingNode[] NodesOf(Point point) => _cell.NodesOf(point);

    // Over another backbone where there is one, else over ResNet.
    static Network Build(Func<Target, IReadOnlyList<PyramidLevel>>? backbone, Point point, Target target)
    {
        var (depth, cells, head) = _profiles[target.Profile];
        var (nodes, pyramid) = (
            NodesOf(point),
            Entry(backbone?.Invoke(target) ?? Node.Input(target.Input).ResNet(depth, _style))
        );
        for (var cell = 0; cell < cells; cell++)
            pyramid = MergingCell.Merge(pyramid, nodes, $"decoder.cell{cell}", _style);
        return head.Over(pyramid, target.Classes, _style);
    }

    // A level of the backbone goes through a 1×1 convolution where its channels differ; a coarser one is pooled from
    // the one before.
    static PyramidLevel[] Entry(IReadOnlyList<PyramidLevel> backbone)
    {
        var pyramid = new PyramidLevel[_cell.Levels.Count];
        foreach (var (i, level) in _cell.Levels.Index())
        {
            var scope = $"decoder.entry{level}";
            var x =
                backbone.FirstOrDefault(made => made.Level == level)?.Map.In(scope)
                ?? pyramid[i - 1].Map.In(scope).MaxPool(kernel: 2, stride: 2);
            pyramid[i] = new(
                level,
                x.Channels == Filters ? x : x.Conv(Filters, kernel: 1, bias: true).Norm(_style.Epsilon, _style.Decay)
            );
        }
        return pyramid;
    }
}
