namespace TorchSharp;

/// <summary>What stands beyond the edge.</summary>
public enum PaddingModes
{
    /// <summary>0.</summary>
    Zeros = 0,

    /// <summary>The mirror image without the edge itself.</summary>
    Reflect = 1,

    /// <summary>The edge.</summary>
    Replicate = 2,

    /// <summary>The other end.</summary>
    Circular = 3,

    /// <summary>A value.</summary>
    Constant = 4,
}

public static partial class torch
{
    /// <summary>How an image is made larger or smaller.</summary>
    public enum InterpolationMode
    {
        /// <summary>The nearest place (rounded down).</summary>
        Nearest = 0,

        /// <summary>Between 2 places, of [N, C, L].</summary>
        Linear = 1,

        /// <summary>Between 4 places, of [N, C, H, W].</summary>
        Bilinear = 2,

        /// <summary>Cubic between 16 places, of [N, C, H, W].</summary>
        Bicubic = 3,

        /// <summary>Between 8 places, of [N, C, D, H, W].</summary>
        Trilinear = 4,

        /// <summary>The mean of the area.</summary>
        Area = 5,
    }

    /// <summary>How a place between pixels is read.</summary>
    public enum GridSampleMode
    {
        /// <summary>The nearest pixel.</summary>
        Nearest = 0,

        /// <summary>Between 4 (or 8) pixels.</summary>
        Bilinear = 2,
    }

    /// <summary>What is read beyond the edge.</summary>
    public enum GridSamplePaddingMode
    {
        /// <summary>0.</summary>
        Zeros = 0,

        /// <summary>The mirror image.</summary>
        Reflection = 1,

        /// <summary>The edge.</summary>
        Border = 2,
    }

    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Padded (or cropped, if negative): pairs of before and after, the last dimension
            /// first.</summary>
            public static Tensor pad(
                Tensor input,
                long[] pad,
                PaddingModes mode = PaddingModes.Constant,
                double value = 0
            ) =>
                mode switch
                {
                    PaddingModes.Constant or PaddingModes.Zeros => Ops.ConstantPad.Call(input, pad, value),
                    _ => Ops.Pad.Call(input, pad, mode.ToString().ToLowerInvariant(), Argument.None),
                };

            /// <summary>The last dimension padded before and after.</summary>
            public static Tensor pad(
                Tensor input,
                (long, long) pad,
                PaddingModes mode = PaddingModes.Constant,
                double value = 0
            ) => functional.pad(input, [pad.Item1, pad.Item2], mode, value);

            /// <summary>The last two dimensions padded: left, right, top, bottom.</summary>
            public static Tensor pad(
                Tensor input,
                (long, long, long, long) pad,
                PaddingModes mode = PaddingModes.Constant,
                double value = 0
            ) => functional.pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

            /// <summary>Reads the input at the grid's places: [N, C, H, W] at [N, h, w, 2] of x and y in [−1, 1] → [N,
            /// C, h, w].</summary>
            /// <param name="align_corners">−1 and 1 are the centres of the corner pixels; else their outer
            /// edges.</param>
            public static Tensor grid_sample(
                Tensor input,
                Tensor grid,
                GridSampleMode mode = GridSampleMode.Bilinear,
                GridSamplePaddingMode padding_mode = GridSamplePaddingMode.Zeros,
                bool? align_corners = null
            ) =>
                Ops.GridSampler.Call(
                    input,
                    grid,
                    mode == GridSampleMode.Nearest ? 1L : 0L,
                    padding_mode switch
                    {
                        GridSamplePaddingMode.Border => 1L,
                        GridSamplePaddingMode.Reflection => 2L,
                        _ => 0L,
                    },
                    align_corners ?? false
                );

            /// <summary>The grid of affine maps: theta [N, 2, 3] and the output's size [N, C, H, W] → [N, H, W,
            /// 2].</summary>
            public static Tensor affine_grid(Tensor theta, long[]? size = null, bool align_corners = false) =>
                Ops.AffineGrid.Call(theta, size ?? throw new ArgumentNullException(nameof(size)), align_corners);

            /// <summary>Made larger or smaller, to a size or by a factor for every spatial dimension.</summary>
            public static Tensor interpolate(
                Tensor x,
                long[]? size = null,
                double[]? scale_factor = null,
                InterpolationMode mode = InterpolationMode.Nearest,
                bool? align_corners = null,
                bool recompute_scale_factor = false,
                bool antialias = false
            )
            {
                if (size is null == scale_factor is null)
                    throw new ArgumentException("Interpolation needs a size or a factor, and not both.");
                if (recompute_scale_factor && scale_factor is not null)
                {
                    var old = x.shape;
                    size = [.. scale_factor.Select((factor, d) => (long)Math.Floor(old[d + 2] * factor))];
                    scale_factor = null;
                }

                var corners = align_corners ?? false;
                return (mode, x.Dimensions - 2) switch
                {
                    (InterpolationMode.Nearest, 1) => Ops.UpsampleNearest1d.Call(x, size, scale_factor),
                    (InterpolationMode.Nearest, 2) => Ops.UpsampleNearest2d.Call(x, size, scale_factor),
                    (InterpolationMode.Nearest, 3) => Ops.UpsampleNearest3d.Call(x, size, scale_factor),
                    (InterpolationMode.Linear, 1) => Ops.UpsampleLinear1d.Call(x, size, corners, scale_factor),
                    (InterpolationMode.Bilinear, 2) when antialias => Ops.UpsampleBilinear2dAntialias.Call(
                        x,
                        size,
                        corners,
                        scale_factor
                    ),
                    (InterpolationMode.Bilinear, 2) => Ops.UpsampleBilinear2d.Call(x, size, corners, scale_factor),
                    (InterpolationMode.Bicubic, 2) => Ops.UpsampleBicubic2d.Call(x, size, corners, scale_factor),
                    (InterpolationMode.Trilinear, 3) => Ops.UpsampleTrilinear3d.Call(x, size, corners, scale_factor),
                    (InterpolationMode.Area, 1) when size is not null => adaptive_avg_pool1d(x, size[0]),
                    (InterpolationMode.Area, 2) when size is not null => adaptive_avg_pool2d(x, size),
                    (InterpolationMode.Area, 3) when size is not null => adaptive_avg_pool3d(x, size),
                    _ => throw new ArgumentException(
                        $"No interpolation {mode} of a tensor with {x.Dimensions - 2} spatial dimensions."
                    ),
                };
            }
        }
    }
}
