using EvoNas.Networks;
using EvoNas.Torch.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Torch.Tests.Modules;

/// <summary>Layers that networks over lidar scans alone have.</summary>
public class PillarTests
{
    [Fact]
    public void PillarsAreLaidWhereTheyStandAndAdded()
    {
        using var scope = NewDisposeScope();
        var pillars = Node.Input(Shape.Of(2, 3, 2));
        using var module = new NetworkModule(
            Network.Of(pillars.FromAbove(Node.Input(Shape.Of(2, 3)), height: 2, width: 3))
        );
        // Of each pillar two points: the larger value counts. Two pillars stand at (0, 0), one at (1, 2).
        var image = module.Outputs(
            tensor(new float[] { 1, 2, 9, 3, 5, 4, -1, -2, -3, -4, -5, -6 }, [1, 2, 3, 2]),
            tensor(new long[] { 0, 1, 0, 0, 2, 0 }, [1, 2, 3])
        )[0];
        Assert.Equal([7f, 0, 0, 0, 0, 9, -6, 0, 0, 0, 0, -3], image.contiguous().data<float>().ToArray());
        Assert.Throws<ArgumentException>(() => module.Outputs(zeros(1, 2, 3, 2)));
        // A pillar of a negative row fills up a batch, and is none.
        var fewer = module.Outputs(ones(1, 2, 3, 2), tensor(new long[] { -1, 1, -1, -1, 2, -1 }, [1, 2, 3]))[0];
        Assert.Equal([0f, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1], fewer.contiguous().data<float>().ToArray());
    }

    [Fact]
    public void AnAngleLiesWithinPi()
    {
        using var scope = NewDisposeScope();
        using var module = new NetworkModule(Network.Of(Node.Input(Shape.Of(1, 1, 3)).Activate(ActivationKind.Angle)));
        var angles = module.call(tensor(new float[] { -50, 0, 0.5f }, [1, 1, 1, 3])).data<float>().ToArray();
        Assert.Equal([-MathF.PI, 0f, (float)(Math.PI * Math.Tanh(0.5))], angles, (a, b) => Math.Abs(a - b) < 1e-5);
    }
}
