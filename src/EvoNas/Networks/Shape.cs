using System.Globalization;

namespace EvoNas.Networks;

/// <summary>The shape of one sample's activations, without the batch: channels, then the sides of the map (none for a
/// plain vector).</summary>
/// <param name="Channels">At least 1.</param>
/// <param name="Sides">[], [L], [H, W] or [D, H, W], each at least 1.</param>
public sealed record Shape(int Channels, Sequence<int> Sides)
{
    /// <summary>A shape from its numbers: channels, then sides.</summary>
    public static Shape Of(int channels, params ReadOnlySpan<int> sides) => new(channels, [.. sides]);

    /// <summary>The number of spatial dimensions: 0 to 3.</summary>
    public int Dimensions => Sides.Count;

    /// <summary>Values per channel: the product of the sides, 1 for a vector.</summary>
    public long Area
    {
        get
        {
            var area = 1L;
            foreach (var side in Sides)
                area = checked(area * side);
            return area;
        }
    }

    /// <summary>Values in all.</summary>
    public long Elements => checked(Channels * Area);

    /// <summary>As <c>[N, 24, 56, 56]</c>.</summary>
    public override string ToString()
    {
        var numbers = new[] { Channels }.Concat(Sides).Select(number => number.ToString(CultureInfo.InvariantCulture));
        return $"[N, {string.Join(", ", numbers)}]";
    }
}
