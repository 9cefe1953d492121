using EvoNas.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace EvoNas.Tasks.Detection;

/// <summary>The boxes that a one-stage detector begins with: at each place of each map three scales of three
/// shapes.</summary>
/// <remarks>Source: Lin et al. 2017, arXiv:1708.02002, §4; order and centres as in the released trainers of NAS-FPN and
/// SpineNet: level, row, column, scale, shape; not clipped to the image.</remarks>
static class Anchors
{
    /// <summary>Anchors of a place.</summary>
    public const int PerPlace = Scales * 3;

    const int Scales = 3;

    // Width over height.
    static readonly double[] _ratios = [1, 2, 0.5];

    /// <summary>Anchors of the maps of a network.</summary>
    /// <param name="maps">Level and sides of each map, from fine to coarse.</param>
    /// <param name="size">Side of the smallest square anchor, in strides of its level.</param>
    /// <param name="device">Where they live.</param>
    /// <returns>[anchors, 4]: top, left, bottom, right in pixels of the image, float64; the caller's, or its
    /// scope's.</returns>
    public static Tensor Of(IReadOnlyList<(int Level, Shape Map)> maps, double size, torch.Device device)
    {
        var count = maps.Sum(map => map.Map.Area) * PerPlace;
        var (numbers, at) = (new double[4 * count], 0);
        foreach (var (level, map) in maps)
        {
            var stride = 1 << level;
            for (var row = 0; row < map.Sides[0]; row++)
            for (var column = 0; column < map.Sides[1]; column++)
            for (var scale = 0; scale < Scales; scale++)
                foreach (var ratio in _ratios)
                {
                    var side = size * stride * Math.Pow(2, (double)scale / Scales);
                    var (height, width) = (side / Math.Sqrt(ratio), side * Math.Sqrt(ratio));
                    var (y, x) = (stride * (row + 0.5), stride * (column + 0.5));
                    numbers[at++] = y - height / 2;
                    numbers[at++] = x - width / 2;
                    numbers[at++] = y + height / 2;
                    numbers[at++] = x + width / 2;
                }
        }
        return tensor(numbers, [count, 4], device: device);
    }
}
