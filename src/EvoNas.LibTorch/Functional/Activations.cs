namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            /// <summary>max(x, 0).</summary>
            public static Tensor relu(Tensor x, bool inplace = false) => inplace ? x.relu_() : x.relu();

            /// <summary>min(max(x, 0), 6).</summary>
            public static Tensor relu6(Tensor x, bool inplace = false) => inplace ? x.relu6_() : x.relu6();

            /// <summary>x·sigmoid(x).</summary>
            public static Tensor silu(Tensor x, bool inplace = false) => inplace ? x.silu_() : x.silu();

            /// <summary>x·relu6(x + 3)/6.</summary>
            public static Tensor hardswish(Tensor input, bool inplace = false) =>
                inplace ? input.hardswish_() : input.hardswish();

            /// <summary>relu6(x + 3)/6.</summary>
            public static Tensor hardsigmoid(Tensor input, bool inplace = false) =>
                inplace ? input.hardsigmoid_() : input.hardsigmoid();

            /// <summary>1 / (1 + e^−x).</summary>
            public static Tensor sigmoid(Tensor x) => x.sigmoid();

            /// <summary>1 / (1 + e^−x).</summary>
            public static Tensor sigmoid(Tensor x, bool inplace) => inplace ? x.sigmoid_() : x.sigmoid();

            /// <summary>The hyperbolic tangent.</summary>
            public static Tensor tanh(Tensor x, bool inplace = false) => inplace ? x.tanh_() : x.tanh();

            /// <summary>x·Φ(x).</summary>
            public static Tensor gelu(Tensor x) => x.gelu();

            /// <summary>x·Φ(x).</summary>
            public static Tensor gelu(Tensor x, bool inplace) => inplace ? x.gelu_() : x.gelu();

            /// <summary>x, or slope·x where it is negative.</summary>
            public static Tensor leaky_relu(Tensor input, double negative_slope = 0.01, bool inplace = false) =>
                inplace ? input.leaky_relu_(negative_slope) : input.leaky_relu(negative_slope);

            /// <summary>x, or α·(eˣ − 1) where it is negative.</summary>
            public static Tensor elu(Tensor x, double alpha, bool inplace = false) =>
                Either(inplace, Ops.Elu, Ops.Elu_, x, x, alpha);

            /// <summary>Held between the bounds.</summary>
            public static Tensor hardtanh(
                Tensor x,
                double min_val = -1.0,
                double max_val = 1.0,
                bool inplace = false
            ) => Either(inplace, Ops.Hardtanh, Ops.Hardtanh_, x, x, min_val, max_val);

            /// <summary>x·tanh(ln(1 + eˣ)).</summary>
            public static Tensor mish(Tensor x, bool inplace = false) => Either(inplace, Ops.Mish, Ops.Mish_, x, x);

            /// <summary>ln(1 + e^βx)/β, and x itself above the threshold.</summary>
            public static Tensor softplus(Tensor x, double beta = 1, double threshold = 20) =>
                Ops.Softplus.Call(x, beta, threshold);

            /// <summary>eˣ / Σ eˣ along the dimension.</summary>
            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);

            /// <summary>ln(eˣ / Σ eˣ) along the dimension.</summary>
            public static Tensor log_softmax(Tensor x, long dim) => x.log_softmax(dim);

            /// <summary>1 at each index along a new last dimension, else 0; Int64.</summary>
            public static Tensor one_hot(Tensor x, long num_classes = -1) => Ops.OneHot.Call(x, num_classes);

            static Tensor Either(
                bool inplace,
                Operator op,
                Operator opInPlace,
                Tensor x,
                params ReadOnlySpan<Argument> arguments
            )
            {
                if (!inplace)
                    return op.Call(arguments);
                opInPlace.Run(arguments);
                return x;
            }
        }
    }
}
