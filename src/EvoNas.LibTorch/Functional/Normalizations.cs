namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>Each channel to mean 0 and variance 1, then weight·x + bias.</summary>
            /// <param name="input">[N, C, …].</param>
            /// <param name="running_mean">[C]; updated in training with <paramref name="momentum"/>.</param>
            /// <param name="running_var">[C], unbiased; updated in training.</param>
            /// <param name="weight">[C].</param>
            /// <param name="bias">[C].</param>
            /// <param name="training">By the batch's own statistics; else by the running ones.</param>
            /// <param name="momentum">Share of the batch in the running statistics.</param>
            /// <param name="eps">Added to the variance.</param>
            public static Tensor batch_norm(
                Tensor input,
                Tensor? running_mean,
                Tensor? running_var,
                Tensor? weight = null,
                Tensor? bias = null,
                bool training = false,
                double momentum = 0.1,
                double eps = 1e-5
            ) =>
                Ops.BatchNorm.Call(
                    input,
                    weight,
                    bias,
                    running_mean,
                    running_var,
                    training,
                    momentum,
                    eps,
                    LibTorchExtras.UseCudnn
                );

            /// <summary>Each group of channels of each sample to mean 0 and variance 1, then weight·x + bias.</summary>
            public static Tensor group_norm(
                Tensor input,
                long num_groups,
                Tensor? weight = null,
                Tensor? bias = null,
                double eps = 1e-5
            ) => Ops.GroupNorm.Call(input, num_groups, weight, bias, eps);

            /// <summary>The last dimensions of each sample to mean 0 and variance 1, then weight·x + bias.</summary>
            public static Tensor layer_norm(
                Tensor input,
                long[] normalized_shape,
                Tensor? weight = null,
                Tensor? bias = null,
                double eps = 1e-5
            ) => Ops.LayerNorm.Call(input, normalized_shape, weight, bias, eps);

            /// <summary>Divided by its p-norm along the dimension.</summary>
            public static Tensor normalize(Tensor input, double p = 2.0, long dim = 1L, double eps = 1e-12)
            {
                using var norm = Ops.NormDim.Call(input, p, new[] { dim }, true);
                using var bounded = norm.clamp(min: (Scalar)eps);
                return input.div(bounded);
            }

            /// <summary>Elements set to 0 at probability p in training, the others scaled by 1/(1 − p).</summary>
            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                Dropped(inplace ? Ops.Dropout_ : Ops.Dropout, input, p, training, inplace);

            /// <summary>Whole channels [N, C, L] set to 0.</summary>
            public static Tensor dropout1d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                Dropped(inplace ? Ops.FeatureDropout_ : Ops.FeatureDropout, input, p, training, inplace);

            /// <summary>Whole channels [N, C, H, W] set to 0.</summary>
            public static Tensor dropout2d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                Dropped(inplace ? Ops.FeatureDropout_ : Ops.FeatureDropout, input, p, training, inplace);

            /// <summary>Whole channels [N, C, D, H, W] set to 0.</summary>
            public static Tensor dropout3d(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                Dropped(inplace ? Ops.FeatureDropout_ : Ops.FeatureDropout, input, p, training, inplace);

            static Tensor Dropped(Operator op, Tensor input, double p, bool training, bool inplace)
            {
                if (!inplace)
                    return op.Call(input, p, training);
                op.Run(input, p, training);
                return input;
            }
        }
    }
}
