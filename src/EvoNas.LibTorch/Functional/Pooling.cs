namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>The greatest of every window; the stride is the kernel's size unless told.</summary>
            public static Tensor max_pool1d(
                Tensor input,
                long kernel_size,
                long? stride = null,
                long? padding = null,
                long? dilation = null,
                bool ceil_mode = false
            ) =>
                Ops.MaxPool1d.Call(
                    input,
                    Of(kernel_size, One1),
                    Of(stride ?? kernel_size, One1),
                    Of(padding, Zero1),
                    Of(dilation, One1),
                    ceil_mode
                );

            /// <summary>The greatest of every window; the stride is the kernel's size unless told.</summary>
            public static Tensor max_pool2d(
                Tensor input,
                long[] kernel_size,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                bool ceil_mode = false
            ) =>
                Ops.MaxPool2d.Call(
                    input,
                    kernel_size,
                    strides ?? kernel_size,
                    padding ?? Zero2,
                    dilation ?? One2,
                    ceil_mode
                );

            /// <summary>The greatest of every square window.</summary>
            public static Tensor max_pool2d(
                Tensor input,
                long kernel_size,
                long? stride = null,
                long? padding = null,
                long? dilation = null,
                bool ceil_mode = false
            ) =>
                max_pool2d(
                    input,
                    Square(kernel_size),
                    Square(stride ?? kernel_size),
                    Square(padding ?? 0),
                    Square(dilation ?? 1),
                    ceil_mode
                );

            /// <summary>The greatest of every window; the stride is the kernel's size unless told.</summary>
            public static Tensor max_pool3d(
                Tensor input,
                long[] kernel_size,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                bool ceil_mode = false
            ) =>
                Ops.MaxPool3d.Call(
                    input,
                    kernel_size,
                    strides ?? kernel_size,
                    padding ?? Zero3,
                    dilation ?? One3,
                    ceil_mode
                );

            /// <summary>The mean of every window.</summary>
            public static Tensor avg_pool1d(
                Tensor input,
                long kernel_size,
                long? stride = null,
                long? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true
            ) =>
                Ops.AvgPool1d.Call(
                    input,
                    Of(kernel_size, One1),
                    Of(stride ?? kernel_size, One1),
                    Of(padding, Zero1),
                    ceil_mode,
                    count_include_pad
                );

            /// <summary>The mean of every window; the divisor is its size unless told.</summary>
            public static Tensor avg_pool2d(
                Tensor input,
                long[] kernel_size,
                long[]? stride = null,
                long[]? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null
            ) =>
                Ops.AvgPool2d.Call(
                    input,
                    kernel_size,
                    stride ?? kernel_size,
                    padding ?? Zero2,
                    ceil_mode,
                    count_include_pad,
                    divisor_override
                );

            /// <summary>The mean of every square window.</summary>
            public static Tensor avg_pool2d(
                Tensor input,
                long kernel_size,
                long? stride = null,
                long padding = 0,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null
            ) =>
                avg_pool2d(
                    input,
                    Square(kernel_size),
                    Square(stride ?? kernel_size),
                    Square(padding),
                    ceil_mode,
                    count_include_pad,
                    divisor_override
                );

            /// <summary>The mean of every window; the divisor is its size unless told.</summary>
            public static Tensor avg_pool3d(
                Tensor input,
                long[] kernel_size,
                long[]? stride = null,
                long[]? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null
            ) =>
                Ops.AvgPool3d.Call(
                    input,
                    kernel_size,
                    stride ?? kernel_size,
                    padding ?? Zero3,
                    ceil_mode,
                    count_include_pad,
                    divisor_override
                );

            /// <summary>Means of as many even windows as the output has places: [N, C, L] → [N, C,
            /// output_size].</summary>
            public static Tensor adaptive_avg_pool1d(Tensor input, long output_size) =>
                Ops.AdaptiveAvgPool1d.Call(input, Of(output_size, One1));

            /// <summary>[N, C, H, W] → [N, C, output_size].</summary>
            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size) =>
                Ops.AdaptiveAvgPool2d.Call(input, output_size);

            /// <summary>[N, C, H, W] → [N, C, output_size, output_size].</summary>
            public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) =>
                adaptive_avg_pool2d(input, Square(output_size));

            /// <summary>[N, C, D, H, W] → [N, C, output_size].</summary>
            public static Tensor adaptive_avg_pool3d(Tensor input, long[] output_size) =>
                Ops.AdaptiveAvgPool3d.Call(input, output_size);

            /// <summary>[N, C, D, H, W] → a cube of this side for every channel.</summary>
            public static Tensor adaptive_avg_pool3d(Tensor input, long output_size) =>
                adaptive_avg_pool3d(input, output_size == 1 ? One3 : [output_size, output_size, output_size]);

            static long[] Square(long side) =>
                side switch
                {
                    0 => Zero2,
                    1 => One2,
                    _ => [side, side],
                };
        }
    }
}
