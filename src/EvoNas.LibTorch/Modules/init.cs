namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>First values of weights, written in place and not recorded for gradients.</summary>
        public static class init
        {
            /// <summary>What follows the weights; it sets the gain.</summary>
            public enum NonlinearityType
            {
                /// <summary>Gain 1.</summary>
                Linear = 0,

                /// <summary>Gain 1.</summary>
                Conv1D = 1,

                /// <summary>Gain 1.</summary>
                Conv2D = 2,

                /// <summary>Gain 1.</summary>
                Conv3D = 3,

                /// <summary>Gain 1.</summary>
                ConvTranspose1D = 4,

                /// <summary>Gain 1.</summary>
                ConvTranspose2D = 5,

                /// <summary>Gain 1.</summary>
                ConvTranspose3D = 6,

                /// <summary>Gain 1.</summary>
                Sigmoid = 7,

                /// <summary>Gain 5/3.</summary>
                Tanh = 8,

                /// <summary>Gain √2.</summary>
                ReLU = 9,

                /// <summary>Gain √(2/(1 + slope²)).</summary>
                LeakyReLU = 10,
            }

            /// <summary>Which count of connections keeps its variance.</summary>
            public enum FanInOut
            {
                /// <summary>Forward: inputs of one output.</summary>
                FanIn = 0,

                /// <summary>Backward: outputs of one input.</summary>
                FanOut = 1,
            }

            /// <summary>By how much the nonlinearity shrinks a deviation, inverted.</summary>
            public static double calculate_gain(NonlinearityType nonlinearity, double param = 0.0) =>
                nonlinearity switch
                {
                    NonlinearityType.Tanh => 5.0 / 3,
                    NonlinearityType.ReLU => Math.Sqrt(2),
                    NonlinearityType.LeakyReLU => Math.Sqrt(2 / (1 + param * param)),
                    _ => 1,
                };

            /// <summary>All 1.</summary>
            public static Tensor ones_(Tensor tensor) => constant_(tensor, 1);

            /// <summary>All 0.</summary>
            public static Tensor zeros_(Tensor tensor) => constant_(tensor, 0);

            /// <summary>All the value.</summary>
            public static Tensor constant_(Tensor tensor, Scalar val)
            {
                using var _ = no_grad();
                return tensor.fill_(val);
            }

            /// <summary>Even on [low, high).</summary>
            public static Tensor uniform_(Tensor tensor, double low = 0, double high = 1)
            {
                using var _ = no_grad();
                return tensor.uniform_(low, high);
            }

            /// <summary>From the normal distribution.</summary>
            public static Tensor normal_(Tensor tensor, double mean = 0, double std = 1)
            {
                using var _ = no_grad();
                return tensor.normal_(mean, std);
            }

            /// <summary>From the normal distribution cut to [a, b], by inversion.</summary>
            public static Tensor trunc_normal_(
                Tensor tensor,
                double mean = 0.0,
                double std = 1.0,
                double a = -2.0,
                double b = 2.0
            )
            {
                using var _ = no_grad();
                using var scope = NewDisposeScope();
                var (low, high) = (Erf((a - mean) / std / Math.Sqrt(2)), Erf((b - mean) / std / Math.Sqrt(2)));
                tensor.uniform_(low, high);
                Ops.Erfinv_.Run(tensor);
                return tensor.mul_(std * Math.Sqrt(2)).add_(mean).clamp_(a, b);
            }

            /// <summary>He et al. 2015 (arXiv:1502.01852), even on ±gain·√(3/fan).</summary>
            public static Tensor kaiming_uniform_(
                Tensor tensor,
                double a = 0,
                FanInOut mode = FanInOut.FanIn,
                NonlinearityType nonlinearity = NonlinearityType.LeakyReLU
            )
            {
                var bound = calculate_gain(nonlinearity, a) * Math.Sqrt(3.0 / Fan(tensor, mode));
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>He et al. 2015 (arXiv:1502.01852), normal with deviation gain/√fan.</summary>
            public static Tensor kaiming_normal_(
                Tensor tensor,
                double a = 0,
                FanInOut mode = FanInOut.FanIn,
                NonlinearityType nonlinearity = NonlinearityType.LeakyReLU
            ) => normal_(tensor, 0, calculate_gain(nonlinearity, a) / Math.Sqrt(Fan(tensor, mode)));

            /// <summary>Glorot and Bengio 2010, even on ±gain·√(6/(fan in + fan out)).</summary>
            public static Tensor xavier_uniform_(Tensor tensor, double gain = 1.0)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                var bound = gain * Math.Sqrt(6.0 / (fanIn + fanOut));
                return uniform_(tensor, -bound, bound);
            }

            /// <summary>Glorot and Bengio 2010, normal with deviation gain·√(2/(fan in + fan out)).</summary>
            public static Tensor xavier_normal_(Tensor tensor, double gain = 1.0)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return normal_(tensor, 0, gain * Math.Sqrt(2.0 / (fanIn + fanOut)));
            }

            /// <summary>Connections of one output and of one input, for weights [out, in, kernel…].</summary>
            /// <exception cref="ArgumentException">Fewer than two dimensions.</exception>
            public static (long fanIn, long fanOut) CalculateFanInAndFanOut(Tensor tensor)
            {
                var shape = tensor.shape;
                if (shape.Length < 2)
                    throw new ArgumentException(
                        $"Weights of {shape.Length} dimensions have no fan; they need at least 2.",
                        nameof(tensor)
                    );
                var field = 1L;
                foreach (var size in shape.AsSpan(2))
                    field *= size;
                return (shape[1] * field, shape[0] * field);
            }

            static long Fan(Tensor tensor, FanInOut mode)
            {
                var (fanIn, fanOut) = CalculateFanInAndFanOut(tensor);
                return mode == FanInOut.FanIn ? fanIn : fanOut;
            }

            static double Erf(double x)
            {
                using var at = torch.tensor(x);
                using var value = Ops.Erf.Call(at);
                return value.item<double>();
            }
        }
    }
}
