using EvoNas.Networks;
using EvoNas.Spaces;

namespace EvoNas.Tests.Networks;

/// <summary>Well-known networks that are points of no space here, out of the same blocks.</summary>
static class OtherNetworks
{
    static readonly Shape Image = Shape.Of(3, 224, 224);

    // pycls and PyTorch: the squeeze has swish inside, padding is symmetric.
    static readonly MobileStyle _mobile = new(ActivationKind.Relu, Padding.Symmetric, Epsilon: 1e-5, Decay: 0.9),
        _efficient =
            new(
                ActivationKind.Swish,
                Padding.Symmetric,
                Epsilon: 1e-5,
                Decay: 0.9,
                SqueezeActivation: ActivationKind.Swish
            );

    public static readonly IReadOnlyDictionary<string, Func<Network>> All = new Dictionary<string, Func<Network>>
    {
        // Tan and Le 2019, arXiv:1905.11946: sides, stem, blocks and widths of each group, head.
        ["EN-B0"] = () => EfficientNet(224, 32, [1, 2, 2, 3, 3, 4, 1], [16, 24, 40, 80, 112, 192, 320], 1280),
        ["EN-B2"] = () => EfficientNet(260, 32, [2, 3, 3, 4, 4, 5, 2], [16, 24, 48, 88, 120, 208, 352], 1408),
        ["EN-B3"] = () => EfficientNet(300, 40, [2, 3, 3, 5, 5, 6, 2], [24, 32, 48, 96, 136, 232, 384], 1536),
        ["EN-B5"] = () => EfficientNet(456, 48, [3, 5, 5, 7, 7, 9, 3], [24, 40, 64, 128, 176, 304, 512], 2048),
        // He et al. 2016, arXiv:1512.03385; Xie et al. 2017, arXiv:1611.05431: blocks of each stage, ratio and group
        // width of the first.
        ["R-50-1x64d"] = () => ResNeXt([3, 4, 6, 3], 0.25, 64),
        ["R-152-1x64d"] = () => ResNeXt([3, 8, 36, 3], 0.25, 64),
        ["X-50-32x4d"] = () => ResNeXt([3, 4, 6, 3], 0.5, 4),
        ["X-101-32x4d"] = () => ResNeXt([3, 4, 23, 3], 0.5, 4),
        // Tan et al. 2019, arXiv:1807.11626, fig. 7 (B1): stem, first projection and six groups, for each width.
        ["mnasnet0_5"] = () => MnasNetB1(16, 8, 16, 24, 40, 48, 96, 160),
        ["mnasnet1_0"] = () => MnasNetB1(32, 16, 24, 40, 80, 96, 192, 320),
        ["mnasnet1_3"] = () => MnasNetB1(40, 24, 32, 56, 104, 128, 248, 416),
        // torchvision rounds halves up where the paper's code rounds them to even.
        ["regnet_x_400mf"] = () =>
            Stage.NetworkOf([.. Stages(16, (1, 32), (2, 64), (7, 160), (12, 400))], new(Image, 1000)),
        ["regnet_y_800mf"] = () =>
            Stage.NetworkOf([.. Stages(16, (1, 64), (3, 144), (8, 320), (2, 784))], new(Image, 1000), squeeze: 0.25),
        ["retinanet_resnet50_fpn"] = RetinaNet,
        // Zhang et al., "Dive into Deep Learning", §8.8.
        ["d2l_AnyNet_3stage_bot2"] = Textbook,
    };

    static Network EfficientNet(int side, int stem, int[] depths, int[] widths, int head)
    {
        var x = Node.Input(Shape.Of(3, side, side)).ConvBlock(stem, 3, 2, _efficient);
        for (var group = 0; group < depths.Length; group++)
        for (var block = 0; block < depths[group]; block++)
            x = x.MBConv(
                widths[group],
                group == 0 ? 1 : 6,
                group is 2 or 4 or 5 ? 5 : 3,
                block == 0 && group is 1 or 2 or 3 or 5 ? 2 : 1,
                0.25,
                _efficient
            );
        return Network.Of(x.ConvBlock(head, 1, 1, _efficient).GlobalAveragePool().Dense(1000));
    }

    static Network ResNeXt(int[] depths, double ratio, int groupWidth)
    {
        var x = Node.Input(Image)
            .Conv(64, 7, 2, padding: Padding.Symmetric)
            .Norm()
            .Relu()
            .MaxPool(3, 2, Padding.Symmetric);
        for (var stage = 0; stage < depths.Length; stage++)
        for (var block = 0; block < depths[stage]; block++)
            x = x.In($"stage{stage}.{block}")
                .XBlock(
                    256 << stage,
                    (int)((256 << stage) * ratio),
                    groupWidth << stage,
                    stage > 0 && block == 0 ? 2 : 1
                );
        return Network.Of(x.GlobalAveragePool().Dense(1000));
    }

    static Network MnasNetB1(int stem, params int[] widths)
    {
        (int Repeats, int Expansion, int Kernel, int Stride)[] groups =
        [
            (1, 1, 3, 1),
            (3, 3, 3, 2),
            (3, 3, 5, 2),
            (3, 6, 5, 2),
            (2, 6, 3, 1),
            (4, 6, 5, 2),
            (1, 6, 3, 1),
        ];
        var x = Node.Input(Image).ConvBlock(stem, 3, 2, _mobile);
        foreach (var (i, group) in groups.Index())
            for (var block = 0; block < group.Repeats; block++)
                x = x.MBConv(widths[i], group.Expansion, group.Kernel, block == 0 ? group.Stride : 1, 0, _mobile);
        return Network.Of(x.ConvBlock(1280, 1, 1, _mobile).GlobalAveragePool().Dropout(0.2).Dense(1000));
    }

    static IEnumerable<Stage> Stages(int groupWidth, params (int Depth, int Width)[] stages) =>
        stages.Select(stage => new Stage(stage.Depth, stage.Width, 1, groupWidth, stage.Width));

    // Lin et al. 2017, arXiv:1708.02002, in torchvision's form: towers with biases and without normalisation.
    static Network RetinaNet()
    {
        var levels = FeaturePyramid.Extended(
            FeaturePyramid.Merge(Node.Input(Shape.Of(3, 640, 640)).ResNet(50, _mobile)[1..], 256, _mobile),
            7,
            _mobile
        );
        return Network.Of([.. Tower("scores", 9 * 91), .. Tower("boxes", 9 * 4)]);

        IEnumerable<(string, Node)> Tower(string name, int channels)
        {
            var kernels = new Node[5];
            foreach (var (level, map) in levels)
            {
                var x = map;
                for (var i = 0; i < kernels.Length; i++)
                {
                    var made = kernels[i] is { } first
                        ? x.Again(first)
                        : kernels[i] = x.Conv(i < 4 ? 256 : channels, 3, bias: true);
                    x = i < 4 ? made.Relu() : made;
                }
                yield return (name + level, x);
            }
        }
    }

    static Network Textbook()
    {
        var x = Node.Input(Shape.Of(3, 64, 64)).Conv(16, 3, 2, bias: true, padding: Padding.Symmetric).Norm().Relu();
        foreach (var (depth, width, groupWidth) in ((int, int, int)[])[(2, 32, 8), (3, 64, 8), (2, 128, 16)])
            for (var block = 0; block < depth; block++)
                x = x.In($"{width}.{block}")
                    .XBlock(width, width / 2, groupWidth, block == 0 ? 2 : 1, bias: true, project: block == 0);
        return Network.Of(x.GlobalAveragePool().Dense(10));
    }
}
