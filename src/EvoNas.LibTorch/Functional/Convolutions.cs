namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Layers as functions: inputs, weights and settings in, a tensor out.</summary>
        public static partial class functional
        {
            static readonly long[] One1 = [1],
                One2 = [1, 1],
                One3 = [1, 1, 1],
                Zero1 = [0],
                Zero2 = [0, 0],
                Zero3 = [0, 0, 0];

            /// <summary>[N, C, L] with weight [O, C/groups, K] → [N, O, ⌊(L + 2·padding − dilation·(K − 1) − 1)/stride⌋
            /// + 1].</summary>
            public static Tensor conv1d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long? stride = null,
                long? padding = null,
                long? dilation = null,
                long groups = 1
            ) => Ops.Conv1d.Call(input, weight, bias, Of(stride, One1), Of(padding, Zero1), Of(dilation, One1), groups);

            /// <summary>[N, C, H, W] with weight [O, C/groups, Kh, Kw]; every size as in
            /// <see cref="conv1d"/>.</summary>
            public static Tensor conv2d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                long groups = 1
            ) => Ops.Conv2d.Call(input, weight, bias, strides ?? One2, padding ?? Zero2, dilation ?? One2, groups);

            /// <summary>[N, C, D, H, W] with weight [O, C/groups, Kd, Kh, Kw]; every size as in
            /// <see cref="conv1d"/>.</summary>
            public static Tensor conv3d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                long groups = 1
            ) => Ops.Conv3d.Call(input, weight, bias, strides ?? One3, padding ?? Zero3, dilation ?? One3, groups);

            /// <summary>The transpose of <see cref="conv1d"/>, weight [C, O/groups, K]; L → (L − 1)·stride − 2·padding
            /// + dilation·(K − 1) + output_padding + 1.</summary>
            public static Tensor conv_transpose1d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long? stride = null,
                long? padding = null,
                long? output_padding = null,
                long? dilation = null,
                long groups = 1
            ) =>
                Ops.ConvTranspose1d.Call(
                    input,
                    weight,
                    bias,
                    Of(stride, One1),
                    Of(padding, Zero1),
                    Of(output_padding, Zero1),
                    groups,
                    Of(dilation, One1)
                );

            /// <summary>The transpose of <see cref="conv2d"/>, weight [C, O/groups, Kh, Kw].</summary>
            public static Tensor conv_transpose2d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                long[]? padding = null,
                long[]? output_padding = null,
                long[]? dilation = null,
                long groups = 1
            ) =>
                Ops.ConvTranspose2d.Call(
                    input,
                    weight,
                    bias,
                    strides ?? One2,
                    padding ?? Zero2,
                    output_padding ?? Zero2,
                    groups,
                    dilation ?? One2
                );

            /// <summary>The transpose of <see cref="conv3d"/>, weight [C, O/groups, Kd, Kh, Kw].</summary>
            public static Tensor conv_transpose3d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                long[]? padding = null,
                long[]? output_padding = null,
                long[]? dilation = null,
                long groups = 1
            ) =>
                Ops.ConvTranspose3d.Call(
                    input,
                    weight,
                    bias,
                    strides ?? One3,
                    padding ?? Zero3,
                    output_padding ?? Zero3,
                    groups,
                    dilation ?? One3
                );

            /// <summary>[…, in] with weights [out, in] and bias [out] → […, out].</summary>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) =>
                Ops.Linear.Call(input, weights, bias);

            /// <summary>Rows of weight [count, width] by index: […] → […, width].</summary>
            public static Tensor embedding(Tensor x, Tensor weight) => Ops.Embedding.Call(weight, x);

            static long[] Of(long? value, long[] standard) => value is { } given ? [given] : standard;
        }
    }
}
