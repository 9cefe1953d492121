namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>What becomes of the losses of all elements.</summary>
        public enum Reduction : long
        {
            /// <summary>They stay as they are.</summary>
            None = 0,

            /// <summary>Their mean, weighted if there are weights.</summary>
            Mean = 1,

            /// <summary>Their sum.</summary>
            Sum = 2,
        }

        public static partial class functional
        {
            /// <summary>−Σ target·ln softmax(input), in nats.</summary>
            /// <param name="input">[N, classes, …], before the softmax.</param>
            /// <param name="target">Class indices [N, …] as Int64, or probabilities of input's shape.</param>
            /// <param name="weight">[classes].</param>
            /// <param name="ignore_index">A class index that counts nothing.</param>
            /// <param name="reduction">Mean unless told.</param>
            /// <param name="label_smoothing">Share of the target that is spread evenly over all classes, in [0,
            /// 1).</param>
            public static Tensor cross_entropy(
                Tensor input,
                Tensor target,
                Tensor? weight = null,
                long ignore_index = -100,
                Reduction reduction = Reduction.Mean,
                double label_smoothing = 0.0
            ) => Ops.CrossEntropy.Call(input, target, weight, (long)reduction, ignore_index, label_smoothing);

            /// <summary>−input[target], for logarithms of probabilities [N, classes, …].</summary>
            public static Tensor nll_loss(
                Tensor input,
                Tensor target,
                Tensor? weight = null,
                Reduction reduction = Reduction.Mean
            ) => Ops.NllLoss.Call(input, target, weight, (long)reduction);

            /// <summary>(input − target)².</summary>
            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Ops.MseLoss.Call(input, target, (long)reduction);

            /// <summary>|input − target|.</summary>
            public static Tensor l1_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) =>
                Ops.L1Loss.Call(input, target, (long)reduction);

            /// <summary>Squared below β, absolute above, smooth between.</summary>
            public static Tensor smooth_l1_loss(
                Tensor input,
                Tensor target,
                Reduction reduction = Reduction.Mean,
                double beta = 1.0
            ) => Ops.SmoothL1Loss.Call(input, target, (long)reduction, beta);

            /// <summary>−(t·ln p + (1 − t)·ln(1 − p)), for probabilities p.</summary>
            public static Tensor binary_cross_entropy(
                Tensor input,
                Tensor target,
                Tensor? weight = null,
                Reduction reduction = Reduction.Mean
            ) => Ops.BinaryCrossEntropy.Call(input, target, weight, (long)reduction);

            /// <summary>The same of sigmoid(input), without overflow.</summary>
            public static Tensor binary_cross_entropy_with_logits(
                Tensor input,
                Tensor target,
                Tensor? weight = null,
                Reduction reduction = Reduction.Mean,
                Tensor? pos_weights = null
            ) => Ops.BinaryCrossEntropyLogits.Call(input, target, weight, pos_weights, (long)reduction);
        }
    }
}
